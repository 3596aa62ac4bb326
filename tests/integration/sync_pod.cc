// A pod as the sync engine sees it, in this process: agent state, store and container directory, at
// the end of a pipe.
#include "tests/integration/sync_pod.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <utility>

namespace hawser::testing {

SyncPod::SyncPod(wire::Configure configure) {
  state_.configure = std::move(configure);
  std::filesystem::create_directories(container());
  EXPECT_TRUE(sync::SaveAgentState(directory_ / "state", state_).ok());
  Open();
}

void SyncPod::Open() {
  auto state = sync::LoadAgentState(directory_ / "state");
  auto store = sync::ContentStore::Open(directory_ / "store");
  ASSERT_TRUE(state.ok()) << state.status();
  ASSERT_TRUE(store.ok()) << store.status();
  reader_.reset();
  state_ = std::move(state).value();
  store_ = std::move(store).value();
  reader_ = std::make_unique<sync::BatchReader>(state_, *store_, sync::BatchLimits{});
}

void SyncPod::RestartAgent() {
  dies_before_apply_ = false;
  Open();
  BringUpToDate();
}

void SyncPod::ReplaceContainer() {
  std::filesystem::remove_all(container());
  std::filesystem::create_directories(container());
  sync::Applier applier(container(), *store_, state_.configure.roots);
  EXPECT_TRUE(applier.Converge(state_.tree, state_.removed).problems.empty());
  applied_ = state_.tree;
}

wire::Welcome SyncPod::Welcome() const {
  wire::Welcome welcome;
  welcome.tree = state_.last_batch == 0 ? Digest{} : sync::TreeDigest(state_.tree);
  welcome.last_batch = state_.last_batch;
  welcome.config_generation = state_.configure.generation;
  return welcome;
}

bool SyncPod::Pump(wire::Channel& channel) {
  for (;;) {
    const Result<wire::Message> message = channel.Receive(In(Duration::zero()));
    if (message.status().code() == Code::kDeadlineExceeded) return true;
    if (!message.ok() || !Handle(channel, *message)) {
      channel.Close();
      return false;
    }
  }
}

bool SyncPod::Handle(wire::Channel& channel, const wire::Message& message) {
  if (std::holds_alternative<wire::TreeRequest>(message)) {
    wire::TreeReply reply;
    for (const auto& [path, entry] : state_.tree) reply.entries.push_back({path, entry});
    return channel.Send(reply, kNoDeadline).ok();
  }
  if (std::holds_alternative<wire::StatusRequest>(message)) {
    wire::StatusReply reply;
    reply.last_batch = state_.last_batch;
    return channel.Send(reply, kNoDeadline).ok();
  }
  auto outcome = reader_->OnMessage(message);
  if (!outcome.ok()) {
    trouble_ = outcome.status().ToString();
    return false;
  }
  if (const auto* need = std::get_if<wire::Need>(&*outcome)) {
    return channel.Send(*need, kNoDeadline).ok();
  }
  if (const auto* refusal = std::get_if<wire::BatchResult>(&*outcome)) {
    return channel.Send(*refusal, kNoDeadline).ok();
  }
  if (const auto* staged = std::get_if<sync::StagedBatch>(&*outcome)) return Take(channel, *staged);
  return true;
}

bool SyncPod::Take(wire::Channel& channel, const sync::StagedBatch& staged) {
  state_ = sync::Confirm(state_, staged);
  EXPECT_TRUE(sync::SaveAgentState(directory_ / "state", state_).ok());
  if (dies_before_apply_) {
    RestartAgent();
    return false;
  }
  wire::BatchResult result;
  result.number = staged.number;
  result.problems = BringUpToDate().problems;
  result.tree = sync::TreeDigest(state_.tree);
  return channel.Send(result, kNoDeadline).ok();
}

sync::ApplyReport SyncPod::BringUpToDate() {
  sync::Applier applier(container(), *store_, state_.configure.roots);
  sync::ApplyReport report = applier.Apply(applied_, state_.tree);
  for (const wire::Problem& problem : report.problems) ADD_FAILURE() << problem.message;
  applied_ = state_.tree;
  std::unordered_set<Digest, DigestHash> keep;
  for (const auto& [path, entry] : state_.tree) keep.insert(entry.digest);
  store_->Collect(keep);
  return report;
}

}  // namespace hawser::testing
