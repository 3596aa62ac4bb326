// Drives one pod's link: a thread that dials, sends and acts, and one that receives.
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>
#include <variant>

#include "lib/base/bounded_queue.h"
#include "lib/base/clock.h"
#include "lib/sync/send/sending_content.h"
#include "local-cli/cluster/agents.h"
#include "local-cli/loop/link_machine.h"

namespace hawser::cli {

/// What a pod's link needs. References must outlive it.
struct LinkParts {
  AgentDialer& dialer;
  sync::SendingContent& content;  ///< shared by all links: a file is encoded once
  const Clock& clock;
  wire::Hello hello;
  sync::SenderOptions sender;
  bool ask_status = false;  ///< see LinkMachine
};

/// Keeps one pod at the newest snapshot, whatever happens to the connection. Any thread may call
/// it.
class PodLink {
 public:
  /// Called on the link's own thread; must not block for long.
  using Listener = std::function<void(LinkNews)>;

  PodLink(std::string pod, const LinkParts& parts, Listener listener);
  /// Stops and waits for both threads.
  ~PodLink();

  /// The workspace is now this.
  void Publish(sync::SnapshotPtr snapshot);
  /// A person agreed to what LinkAsks told.
  void ConfirmRemovals();
  /// The container has this already: told before the snapshot that holds it is published.
  void TellPodHas(const std::string& path, const sync::Entry& entry);
  /// Begins to stop, without waiting.
  void Stop();
  /// True once it has stopped, so that its end is not waited for.
  bool stopped() const { return stopped_; }

 private:
  struct Wake {};
  using Input = std::variant<Wake, Result<wire::Message>>;

  void Run();
  void TakeRequests();
  void Perform(LinkMachine::Actions actions);
  LinkMachine::Actions Do(Dial);
  LinkMachine::Actions Do(HangUp);
  LinkMachine::Actions Do(const sync::SendMessages& action);
  LinkMachine::Actions Do(const sync::SendBatch& action);
  LinkMachine::Actions Do(LinkNews news);
  void Receive(const std::shared_ptr<wire::Channel>& channel);

  const std::string pod_;
  const LinkParts parts_;
  const Listener listener_;
  LinkMachine machine_;
  BoundedQueue<Input> inbox_{1024};

  std::stop_source stop_;
  std::mutex mutex_;  // guards what other threads ask for
  sync::SnapshotPtr newest_;
  bool removals_confirmed_ = false;
  std::map<std::string, sync::Entry> pod_has_;
  std::shared_ptr<wire::Channel> channel_;

  bool receiving_ = false;  // the receiver's last word is still to come
  std::atomic<bool> stopped_ = false;
  std::jthread receiver_;
  std::jthread owner_;
};

}  // namespace hawser::cli
