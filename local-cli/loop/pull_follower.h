// Brings back by itself what a pod changes while a push runs.
#pragma once

#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>

#include "local-cli/cluster/agents.h"
#include "local-cli/cluster/sessions.h"
#include "local-cli/loop/puller.h"

namespace hawser::cli {

/// What a follower works with. References must outlive it.
struct PullFollowerParts {
  AgentDialer& dialer;
  wire::Hello hello;  ///< of an observer
  std::string root;   ///< the workspace
  sync::PullSelection selection;
  bool only_conflicts = false;  ///< see PullerOptions
};

/// Looks at one pod, the first by name, every second and when asked, on a connection and a thread
/// of its own. Any thread may call it.
class PullFollower {
 public:
  /// Both are called on the follower's thread.
  using Tell = std::function<void(Event)>;
  using PodHas =
      std::function<void(const std::string& uid, const std::string& path, const sync::Entry&)>;

  PullFollower(PullFollowerParts parts, Tell tell, PodHas pod_has);
  ~PullFollower();

  /// A pod is about to be pushed to for the first time: if it is the one that is followed, waits as
  /// LookBefore does.
  void OpenBeforePush(const PodView& pod);
  /// A pod went.
  void Close(const std::string& uid);
  /// Look soon: something may have changed there.
  void LookSoon();
  /// The workspace is about to be pushed: when something changed in it that is followed, waits
  /// until the pod was looked at, so that its version is safe. Gives up after a few seconds: a pod
  /// that does not answer takes no push either.
  void LookBefore(const sync::SnapshotPtr& snapshot);

 private:
  void Run(const std::stop_token& stop);
  std::optional<PodView> FirstPod() const;
  void LookAt(const PodView& pod, const sync::SnapshotPtr& snapshot, const std::stop_token& stop);
  Result<std::vector<FilePulled>> Look(const PodView& pod, const sync::SnapshotPtr& snapshot,
                                       const std::stop_token& stop);
  void AskAndWait(std::unique_lock<std::mutex>& lock);
  bool Touches(const sync::Tree& before, const sync::Tree& after) const;

  const PullFollowerParts parts_;
  const Tell tell_;
  const PodHas pod_has_;

  // The thread's own.
  std::string connected_to_;  ///< uid
  std::unique_ptr<wire::Channel> channel_;
  std::optional<PodFilesClient> client_;
  std::optional<Puller> puller_;
  std::optional<Code> told_trouble_;

  std::mutex mutex_;  // guards what follows
  std::condition_variable_any changed_;
  std::map<std::string, PodView> pods_;  ///< by uid
  sync::SnapshotPtr newest_;
  uint64_t asked_ = 0;  ///< looks asked for
  uint64_t done_ = 0;   ///< the newest of them that was done
  std::jthread thread_;
};

}  // namespace hawser::cli
