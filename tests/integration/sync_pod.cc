// A pod as the sync engine sees it, in this process: agent state, store and container directory, at
// the end of a pipe.
#include "tests/integration/sync_pod.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <utility>

#include "lib/sync/tree/answer.h"

namespace hawser::testing {

namespace {

/// So little that old content is dropped all the time.
constexpr agent::RetiredContent::Limits kLimits{.max_bytes = 1U << 20, .max_files = 12};

}  // namespace

SyncPod::SyncPod(const wire::Configure& configure) {
  std::filesystem::create_directories(container());
  Open();
  EXPECT_TRUE(agent_->SetConfigure(configure).ok());
  ReplaceContainer();
}

void SyncPod::Open() {
  reader_.reset();
  std::string warning;
  auto opened = agent::ConfirmedState::Open({.dir = directory_.path()}, &warning, kLimits);
  ASSERT_TRUE(opened.ok()) << opened.status();
  EXPECT_EQ(warning, "");
  agent_ = std::move(opened).value();
  reader_ = agent_->NewReader();
}

void SyncPod::RestartAgent() {
  dies_before_apply_ = false;
  Open();
  BringUpToDate();
}

void SyncPod::ReplaceContainer() {
  std::filesystem::remove_all(container());
  std::filesystem::create_directories(container());
  supervisor_ =
      std::make_unique<agent::VolumeFiles>(agent::Volume{.dir = directory_.path()}, container());
  BringUpToDate();
}

wire::Welcome SyncPod::Welcome() const {
  wire::Welcome welcome;
  welcome.tree = agent_->digest();
  welcome.last_batch = state().last_batch;
  welcome.config_generation = state().configure.generation;
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
    for (const wire::TreeReply& reply : sync::AnswerTree(state().tree)) {
      if (!channel.Send(reply, kNoDeadline).ok()) return false;
    }
    return true;
  }
  if (const auto* request = std::get_if<wire::NodesRequest>(&message)) {
    for (const wire::NodesReply& reply : sync::AnswerNodes(state().tree, *request)) {
      if (!channel.Send(reply, kNoDeadline).ok()) return false;
    }
    return true;
  }
  if (std::holds_alternative<wire::StatusRequest>(message)) {
    wire::StatusReply reply;
    reply.last_batch = state().last_batch;
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
  EXPECT_TRUE(agent_->Commit(staged).ok());
  if (dies_before_apply_) {
    RestartAgent();
    return false;
  }
  wire::BatchResult result;
  result.number = staged.number;
  result.problems = BringUpToDate();
  result.tree = agent_->digest();
  agent_->CollectGarbage();
  return channel.Send(result, kNoDeadline).ok();
}

std::vector<wire::Problem> SyncPod::BringUpToDate() {
  agent::FilesReport report = supervisor_->Bring();
  EXPECT_TRUE(report.status.ok()) << report.status;
  EXPECT_EQ(report.tree, agent_->digest());
  for (const wire::Problem& problem : report.problems) ADD_FAILURE() << problem.message;
  return std::move(report.problems);
}

}  // namespace hawser::testing
