// Looks at one pod's files while a push runs, and holds back what would replace them unseen.
#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "local-cli/cluster/agents.h"
#include "local-cli/cluster/sessions.h"
#include "local-cli/loop/puller.h"

namespace hawser::cli {

/// What looks need. References must outlive them.
struct PullParts {
  AgentDialer& dialer;
  wire::Hello hello;            ///< of an observer
  std::string root;             ///< the workspace
  bool only_conflicts = false;  ///< see PullLook
};

/// Where a link's news go.
struct PullSinks {
  /// On a link's thread.
  std::function<void(Event)> tell;
  /// On a link's thread: see PodLink::TellPodHas.
  std::function<void(const std::string& uid, const std::string& path, const sync::Entry&)> pod_has;
  /// On any thread, in the order of publication: pushing this replaces nothing in the pod unseen.
  /// Must not call the link.
  std::function<void(const std::string& uid, const sync::SnapshotPtr&)> release;
};

/// A snapshot, and what may come back into it.
struct PulledSnapshot {
  sync::SnapshotPtr snapshot;
  sync::PullSelection selection;  ///< by the rules that the snapshot was made with
};

/// Looks at the pod on a connection and a thread of its own: every second while it leads, when
/// asked, and before anything goes on that differs from what went on before where files come back.
/// That waits until the look went well, until the pod says that it can't be looked at, or until the
/// link goes; meanwhile the reason is told. Any thread may call it.
class PullLink {
 public:
  PullLink(PodView pod, const PullParts& parts, PullSinks sinks);
  /// Ends a look that is under way, and waits for the thread.
  ~PullLink();

  /// The workspace is now this: released at once, or after a look.
  void Publish(std::shared_ptr<const PulledSnapshot> newest);
  /// The pod that leads is the one whose files come back; of the others only versions are kept that
  /// a push would replace.
  void SetLeads(bool leads);
  void LookSoon();

  const std::string& pod() const { return pod_.name; }

 private:
  using Newest = std::shared_ptr<const PulledSnapshot>;

  void Run(const std::stop_token& stop);
  /// True when nothing that was there needs to be feared for any more, so that `newest` may go
  /// there.
  bool LookAt(const PulledSnapshot& newest, bool leads, const std::stop_token& stop);
  Result<std::vector<FilePulled>> Look(const PulledSnapshot& newest, bool leads,
                                       const std::stop_token& stop);
  Status Connect(const std::stop_token& stop);
  bool TakeTrouble(const Status& why);
  void TellOnce(Code code, const std::string& message);
  bool MustLookBefore(const PulledSnapshot& newest) const;
  void Release(const Newest& newest);
  void ReleaseAfter(const Newest& seen);

  const PodView pod_;
  const PullParts& parts_;
  const PullSinks sinks_;

  // The thread's own.
  std::unique_ptr<wire::Channel> channel_;
  std::optional<PodFilesClient> client_;
  std::optional<Puller> puller_;
  std::optional<Code> told_trouble_;
  int missing_ = 0;   ///< looks in a row that found no app container
  int failures_ = 0;  ///< looks in a row that did not go well and may yet

  std::mutex mutex_;  // guards what follows
  std::condition_variable_any changed_;
  bool leads_ = false;
  Newest newest_;
  Newest released_;
  bool held_ = false;  ///< newest_ waits for a look
  TimePoint look_at_ = kNoDeadline;
  std::jthread thread_;
};

}  // namespace hawser::cli
