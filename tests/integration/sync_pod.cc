// A pod as the sync engine sees it, in this process.
#include "tests/integration/sync_pod.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <utility>

#include "tests/support/traced_process.h"

namespace hawser::testing {

namespace {

namespace stdfs = std::filesystem;

/// So little that old content is dropped all the time, and that new directories are often prepared.
constexpr agent::ConfirmedState::Limits kLimits{.retired = {.max_bytes = 1U << 20, .max_files = 12},
                                                .batches = {.tell_ahead_from = 8}};

agent::Volume VolumeIn(const std::string& directory) {
  return {.dir = directory};
}

std::function<bool(uint64_t)> Until(uint64_t last) {
  return [last](uint64_t call) { return call < last; };
}

}  // namespace

SyncPod::SyncPod(std::string directory, const wire::Configure& configure)
    : directory_(std::move(directory)), configure_(configure) {
  StartAgent();
  EXPECT_TRUE(confirmed_ != nullptr && confirmed_->SetConfigure(configure).ok());
  ReplaceContainer();
}

void SyncPod::StartAgent() {
  Disconnect();
  hub_.reset();
  confirmed_.reset();
  std::string warning;
  auto opened = agent::ConfirmedState::Open(VolumeIn(directory_), &warning, kLimits);
  EXPECT_EQ(warning, "");
  if (!opened.ok()) {
    EXPECT_EQ(opened.status().code(), Code::kResourceExhausted) << opened.status();
    return;
  }
  confirmed_ = std::move(opened).value();
  hub_ = std::make_unique<agent::Hub>(
      agent::HubOptions{.session = kSimulatedSession, .pod = "pod", .version = "1"}, *confirmed_,
      clock_);
  if (supervised()) ConnectSupervisor();
}

void SyncPod::Accept(std::unique_ptr<wire::Channel> channel) {
  if (hub_ == nullptr) StartAgent();
  Disconnect();
  if (hub_ != nullptr) client_ = std::move(channel);
}

void SyncPod::Disconnect() {
  client_.reset();
  if (std::exchange(welcomed_, false)) Feed(agent::PeerClosed{client_id_});
}

void SyncPod::Pump() {
  if (agent_dies_at_) {
    RunTraced([this] { Serve(); }, Until(*std::exchange(agent_dies_at_, std::nullopt)));
    StartAgent();
  } else {
    Serve();
  }
  Supervise();
}

/// What the agent does about all messages that have come.
void SyncPod::Serve() {
  while (client_ != nullptr) {
    Result<wire::Message> message = client_->Receive(In(Duration::zero()));
    if (message.status().code() == Code::kDeadlineExceeded) return;
    const auto* hello = message.ok() ? std::get_if<wire::Hello>(&*message) : nullptr;
    if (!message.ok() || (!welcomed_ && hello == nullptr)) {
      trouble_ = message.status().ToString();
      Disconnect();
    } else if (!std::exchange(welcomed_, true)) {
      client_id_ = ++last_id_;
      Feed(agent::ClientOpened{client_id_, *hello});
    } else {
      Feed(agent::ClientMessage{client_id_, *std::move(message)});
    }
  }
}

void SyncPod::Feed(const agent::HubInput& input) {
  if (hub_ == nullptr) return;
  for (const agent::HubOutput& output : hub_->Step(input)) {
    std::visit([this](const auto& action) { Perform(action); }, output);
  }
  hub_->Tidy();
}

void SyncPod::Perform(const agent::Send& send) {
  if (send.peer == supervisor_id_) {
    to_supervisor_.push_back(send.message);
  } else if (send.peer == client_id_ && client_ != nullptr &&
             !client_->Send(send.message, kNoDeadline).ok()) {
    client_->Close();
  }
}

void SyncPod::Perform(const agent::Close& close) {
  trouble_ = close.reject.message;
  if (client_ == nullptr || close.peer != client_id_) return;
  static_cast<void>(client_->Send(close.reject, kNoDeadline));  // it may be gone
  client_.reset();
  welcomed_ = false;
}

/// What the supervisor does about all that the agent said.
void SyncPod::Supervise() {
  while (supervised() && !to_supervisor_.empty()) {
    const wire::Message message = std::move(to_supervisor_.front());
    to_supervisor_.pop_front();
    if (const auto* ahead = std::get_if<wire::Prepare>(&message)) {
      if (!Prepare(*ahead)) return Feed(agent::PeerClosed{supervisor_id_});
    }
    const auto* push = std::get_if<wire::PushState>(&message);
    if (push != nullptr && !push->connected) DropPrepared();
    const auto* request = std::get_if<wire::ApplyRequest>(&message);
    if (request == nullptr) continue;
    if (!Bring()) return Feed(agent::PeerClosed{supervisor_id_});
    wire::ApplyResult result{.number = request->number, .problems = problems_, .steps = {}};
    Feed(agent::SupervisorMessage{supervisor_id_, std::move(result)});
  }
}

/// False when the supervisor died over `work`, which was then done by a copy of it.
bool SyncPod::Survives(const std::function<void()>& work) {
  if (!supervisor_dies_at_) return true;
  RunTraced(work, Until(*std::exchange(supervisor_dies_at_, std::nullopt)));
  dead_.push_back(std::move(files_));
  return false;
}

bool SyncPod::Prepare(const wire::Prepare& ahead) {
  if (!Survives([&] { files_->Prepare(configure_.roots, ahead); })) return false;
  files_->Prepare(configure_.roots, ahead);
  preparing_ = true;
  return true;
}

void SyncPod::DropPrepared() {
  files_->DropPrepared();
  preparing_ = false;
}

bool SyncPod::Bring() {
  if (!Survives([this] { files_->Bring(); })) return false;
  agent::FilesReport report = files_->Bring();
  EXPECT_TRUE(report.status.ok()) << report.status;
  preparing_ = false;
  problems_ = std::move(report.problems);
  applied_ = report.tree;
  return true;
}

void SyncPod::StartSupervisor() {
  if (supervised()) Feed(agent::PeerClosed{supervisor_id_});
  files_ = std::make_unique<agent::VolumeFiles>(VolumeIn(directory_), container());
  if (!Bring()) return;
  ConnectSupervisor();
  Supervise();
}

void SyncPod::ConnectSupervisor() {
  to_supervisor_.clear();
  supervisor_id_ = ++last_id_;
  Feed(agent::SupervisorOpened{supervisor_id_, {.agent_version = "1", .applied_tree = applied_}});
}

void SyncPod::ReplaceContainer() {
  stdfs::remove_all(container());
  const std::string outside = container() + "/outside";
  stdfs::create_directories(outside + "/c");
  for (const char* name : {"/a", "/b", "/c/a", "/c/d"}) std::ofstream(outside + name) << "kept";
  untouched_ = LookAt(outside);
  StartSupervisor();
}

}  // namespace hawser::testing
