// The owner thread does what the machine says; the receiver only hands messages over.
#include "local-cli/loop/pod_link.h"

#include <deque>
#include <utility>

#include "lib/base/random.h"
#include "lib/sync/send/batch_writer.h"

namespace hawser::cli {

namespace {

constexpr Duration kDialPatience = std::chrono::seconds(10);
constexpr Duration kSendPatience = std::chrono::seconds(30);
constexpr Duration kBatchPatience = std::chrono::minutes(30);

}  // namespace

PodLink::PodLink(std::string pod, const LinkParts& parts, Listener listener)
    : pod_(std::move(pod)),
      parts_(parts),
      listener_(std::move(listener)),
      machine_(parts.sender, RandomU64(), parts.ask_status),
      owner_([this] { Run(); }) {}

PodLink::~PodLink() {
  Stop();
  owner_.join();
}

void PodLink::Publish(sync::SnapshotPtr snapshot) {
  {
    const std::lock_guard lock(mutex_);
    newest_ = std::move(snapshot);
  }
  inbox_.TryPush(Wake{});  // when full, the owner is about to look anyway
}

void PodLink::ConfirmRemovals() {
  {
    const std::lock_guard lock(mutex_);
    removals_confirmed_ = true;
  }
  inbox_.TryPush(Wake{});
}

void PodLink::TellPodHas(const std::string& path, const sync::Entry& entry) {
  const std::lock_guard lock(mutex_);
  pod_has_[path] = entry;
}

void PodLink::Stop() {
  stop_.request_stop();
  {
    const std::lock_guard lock(mutex_);
    if (channel_ != nullptr) channel_->Close();
  }
  inbox_.TryPush(Wake{});
}

void PodLink::Run() {
  Perform(LinkMachine::Start());
  while (true) {
    std::optional<Input> input = inbox_.Pop(machine_.WakeAt());
    auto* message = input ? std::get_if<Result<wire::Message>>(&*input) : nullptr;
    // The receiver's last word counts even when stopping: HangUp would wait for it in vain.
    if (message != nullptr && !message->ok()) receiving_ = false;
    if (stop_.stop_requested()) break;
    TakeRequests();
    if (!input) {
      Perform(machine_.OnTick(parts_.clock.Now()));
    } else if (message != nullptr) {
      Perform(machine_.OnReceived(*message, parts_.clock.Now()));
    }
  }
  Do(HangUp{});
  stopped_ = true;
}

void PodLink::TakeRequests() {
  sync::SnapshotPtr snapshot;
  bool confirmed = false;
  std::map<std::string, sync::Entry> pod_has;
  {
    const std::lock_guard lock(mutex_);
    pod_has.swap(pod_has_);
    snapshot = std::exchange(newest_, nullptr);
    confirmed = std::exchange(removals_confirmed_, false);
  }
  for (const auto& [path, entry] : pod_has) machine_.OnPodHas(path, entry);
  if (snapshot != nullptr) Perform(machine_.OnSnapshot(std::move(snapshot), parts_.clock.Now()));
  if (confirmed) Perform(machine_.OnRemovalsConfirmed(parts_.clock.Now()));
}

void PodLink::Perform(LinkMachine::Actions actions) {
  std::deque<LinkAction> todo(std::make_move_iterator(actions.begin()),
                              std::make_move_iterator(actions.end()));
  while (!todo.empty()) {
    LinkAction action = std::move(todo.front());
    todo.pop_front();
    LinkMachine::Actions more =
        std::visit([this](auto& chosen) { return Do(std::move(chosen)); }, action);
    std::move(more.begin(), more.end(), std::back_inserter(todo));
  }
}

LinkMachine::Actions PodLink::Do(Dial) {
  Result<AgentConnection> connection =
      ConnectAgent(parts_.dialer, pod_, parts_.hello, In(kDialPatience), stop_.get_token());
  if (!connection.ok() && stop_.stop_requested()) return {};
  if (!connection.ok()) return machine_.OnDialed(connection.status(), parts_.clock.Now());
  std::shared_ptr<wire::Channel> channel = std::move(connection->channel);
  {
    const std::lock_guard lock(mutex_);
    channel_ = channel;
    if (stop_.stop_requested()) channel->Close();
  }
  receiving_ = true;
  receiver_ = std::jthread([this, channel] { Receive(channel); });
  return machine_.OnDialed(connection->welcome, parts_.clock.Now(), connection->direct);
}

/// Waits for the receiver's last word, so that no message of this connection is taken for one of
/// the next.
LinkMachine::Actions PodLink::Do(HangUp) {
  {
    const std::lock_guard lock(mutex_);
    if (channel_ != nullptr) channel_->Close();
    channel_ = nullptr;
  }
  while (receiving_) {
    const std::optional<Input> input = inbox_.Pop();
    if (!input) break;
    const auto* message = std::get_if<Result<wire::Message>>(&*input);
    receiving_ = message == nullptr || message->ok();
  }
  if (receiver_.joinable()) receiver_.join();
  return {};
}

LinkMachine::Actions PodLink::Do(const sync::SendMessages& action) {
  if (channel_ == nullptr) return {};
  const Status sent = channel_->SendAll(action.messages, In(kSendPatience));
  return sent.ok() ? LinkMachine::Actions{} : machine_.OnReceived(sent, parts_.clock.Now());
}

LinkMachine::Actions PodLink::Do(const sync::SendBatch& action) {
  if (channel_ == nullptr) return {};
  const Result<sync::BatchCost> cost =
      sync::WriteBatch(*channel_, action.request, parts_.content, In(kBatchPatience));
  return machine_.OnBatchWritten(cost, parts_.clock.Now());
}

LinkMachine::Actions PodLink::Do(LinkNews news) {
  listener_(std::move(news));
  return {};
}

void PodLink::Receive(const std::shared_ptr<wire::Channel>& channel) {
  bool open = true;
  while (open) {
    Result<wire::Message> message = channel->Receive(kNoDeadline);
    open = message.ok();
    inbox_.Push(std::move(message));
  }
}

}  // namespace hawser::cli
