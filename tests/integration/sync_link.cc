// The sending side of one pod, in this process.
#include "tests/integration/sync_link.h"

#include <algorithm>

#include "lib/sync/send/batch_writer.h"
#include "tests/support/memory_pipe.h"

namespace hawser::testing {

namespace {

/// Holds any batch, so that one thread can be both sides in turn.
constexpr size_t kPipe = 64U << 20;

sync::SenderOptions OptionsWith(const wire::Configure& configure, sync::SendingContent& content) {
  sync::SenderOptions options;
  options.configure = configure;
  options.can_patch = [&content](const Digest& base, const Digest& wanted) {
    return content.CanPatch(base, wanted);
  };
  return options;
}

}  // namespace

SyncLink::SyncLink(SyncPod& pod, sync::SendingContent& content, const wire::Configure& configure)
    : pod_(pod), content_(content), sender_(OptionsWith(configure, content)) {}

void SyncLink::OnSnapshot(const sync::SnapshotPtr& snapshot) {
  Act(sender_.OnSnapshot(snapshot, clock_.Now()));
}

void SyncLink::Connect(const Faults& forth, const Faults& back) {
  StreamPair pipe = MakeMemoryPipe(kPipe);
  channel_ = std::make_unique<wire::Channel>(MakeFlakyStream(std::move(pipe.first), forth));
  broken_ = false;
  pod_.Accept(std::make_unique<wire::Channel>(MakeFlakyStream(std::move(pipe.second), back)));
  On(sync::SendMessages{{wire::Hello{.role = wire::Role::kPush,
                                     .client_version = "1",
                                     .session = kSimulatedSession,
                                     .identity = "simulation"}}});
}

bool SyncLink::Exchange() {
  pod_.Pump();
  bool spoke = false;
  while (!broken_) {
    const Result<wire::Message> message = channel_->Receive(In(Duration::zero()));
    if (message.status().code() == Code::kDeadlineExceeded) break;
    spoke = true;
    if (!message.ok()) {
      On(sync::Fail{message.status()});
    } else if (const auto* welcome = std::get_if<wire::Welcome>(&*message)) {
      Act(sender_.OnWelcome(*welcome, clock_.Now()));
    } else {
      Act(sender_.OnMessage(*message, clock_.Now()));
    }
  }
  if (spoke && !broken_) return true;
  Disconnect();
  return false;
}

void SyncLink::Disconnect() {
  channel_.reset();
  pod_.Disconnect();
  sender_.OnDisconnect();
}

void SyncLink::Act(const std::vector<sync::Action>& actions) {
  for (const sync::Action& action : actions) {
    std::visit([this](const auto& each) { On(each); }, action);
  }
}

void SyncLink::On(const sync::SendMessages& send) {
  const Status sent = channel_->SendAll(send.messages, kNoDeadline);
  if (!sent.ok()) On(sync::Fail{sent});
}

void SyncLink::On(const sync::SendBatch& batch) {
  const auto cost = sync::WriteBatch(*channel_, batch.request, content_, kNoDeadline);
  if (cost.ok() && batch.request.sums != nullptr) {
    const sync::BaseSums& sums = *batch.request.sums;
    const auto in_range = [](const auto& each) { return !each.second.range.whole(); };
    sums_use_.Add(
        {.patches = cost->patched,
         .ranges = static_cast<uint64_t>(std::count_if(sums.begin(), sums.end(), in_range))});
  }
  Act(sender_.OnBatchWritten(cost, clock_.Now()));
}

void SyncLink::On(const sync::AskBeforeRemoving&) {
  Act(sender_.ConfirmRemovals(clock_.Now()));
}

void SyncLink::On(const sync::Fail& fail) {
  trouble_ = fail.status.ToString();
  broken_ = true;
}

}  // namespace hawser::testing
