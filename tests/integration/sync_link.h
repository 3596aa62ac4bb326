// The sending side of one pod, in this process, over connections that break as they are told to.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "lib/sync/send/sender.h"
#include "lib/sync/send/sending_content.h"
#include "tests/integration/sync_pod.h"
#include "tests/support/flaky_stream.h"

namespace hawser::testing {

/// How often the sums of what only a pod held were of use.
struct SumsUse {
  uint64_t patches = 0;  ///< made by sums
  uint64_t ranges = 0;   ///< that were asked for in the whole content's place

  void Add(const SumsUse& other) {
    patches += other.patches;
    ranges += other.ranges;
  }
};

/// What push does for one pod. One thread.
class SyncLink {
 public:
  /// `pod` and `content` must outlive it.
  SyncLink(SyncPod& pod, sync::SendingContent& content, const wire::Configure& configure);

  /// What the pod is to hold from now on.
  void OnSnapshot(const sync::SnapshotPtr& snapshot);
  /// A new connection, with what goes wrong on the way to the pod and back.
  void Connect(const Faults& forth, const Faults& back);
  /// The pod does what there is to do, then this side. False when both have nothing more to say:
  /// the connection has ended.
  bool Exchange();
  void Disconnect();

  SyncPod& pod() { return pod_; }
  bool in_sync() const { return sender_.in_sync(); }
  bool connected() const { return channel_ != nullptr; }
  /// True once after a file turned out to have changed since the snapshot.
  bool TakeRescan() { return std::exchange(rescan_, false); }
  /// How often the sums of what only the pod held were of use.
  const SumsUse& sums_use() const { return sums_use_; }
  /// Why the last connection failed.
  const std::string& trouble() const { return trouble_; }

 private:
  void Act(const std::vector<sync::Action>& actions);
  void On(const sync::SendMessages& send);
  void On(const sync::SendBatch& batch);
  void On(const sync::AskBeforeRemoving&);
  void On(const sync::Rescan&) { rescan_ = true; }
  void On(const sync::Fail& fail);
  template <typename Other>
  void On(const Other&) {}

  SyncPod& pod_;
  sync::SendingContent& content_;
  const FakeClock clock_;
  sync::Sender sender_;
  std::unique_ptr<wire::Channel> channel_;
  bool broken_ = false;
  bool rescan_ = false;
  SumsUse sums_use_;
  std::string trouble_;
};

}  // namespace hawser::testing
