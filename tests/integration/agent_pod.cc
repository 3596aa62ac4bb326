// Processes, keys and messages of the integration tests' pod.
#include "tests/integration/agent_pod.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <fstream>
#include <sstream>
#include <thread>

#include "lib/base/content_digest.h"
#include "lib/net/socket.h"
#include "lib/net/tls.h"
#include "lib/wire/compress.h"

namespace hawser::testing {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr Duration kPatience = seconds(60);
const std::string kProgram = std::string(HAWSER_BIN_DIR) + "/hawser-agent";

std::string ReadWhole(const std::string& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

/// The port in the agent's line about where it serves; 0 while it has not been written.
uint16_t ServingPort(const std::string& log) {
  const size_t line = log.find("Serving");
  const size_t port = line == std::string::npos ? line : log.find("port=", line);
  if (port == std::string::npos || log.find('\n', port) == std::string::npos) return 0;
  const size_t digits = log.find_first_of("0123456789", port);
  return static_cast<uint16_t>(std::stoul(log.substr(digits)));
}

}  // namespace

bool Eventually(const std::function<bool()>& condition) {
  for (const Deadline deadline = In(kPatience); In({}) < deadline;) {
    if (condition()) return true;
    std::this_thread::sleep_for(milliseconds(2));
  }
  return condition();
}

ChildProcess::ChildProcess(const std::vector<std::string>& argv, const std::string& output) {
  std::vector<char*> arguments;
  for (const std::string& argument : argv) arguments.push_back(const_cast<char*>(argument.c_str()));
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 1, output.c_str(), O_WRONLY | O_CREAT | O_APPEND,
                                   0644);
  posix_spawn_file_actions_adddup2(&actions, 1, 2);
  EXPECT_EQ(::posix_spawn(&pid_, arguments[0], &actions, nullptr, arguments.data(), environ), 0)
      << argv[0];
  posix_spawn_file_actions_destroy(&actions);
}

ChildProcess::~ChildProcess() {
  if (pid_ <= 0) return;
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
}

void ChildProcess::Signal(int signal) const {
  ::kill(pid_, signal);
}

int ChildProcess::Wait() {
  int status = 0;
  if (!Eventually([&] { return ::waitpid(pid_, &status, WNOHANG) == pid_; })) return -1;
  pid_ = 0;
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

AgentPod::AgentPod() {
  keys_ = *net::MakeSessionKeys(kTestSession, SystemClock().WallNow(), std::chrono::hours(1));
  key_files_.Write("ca.crt", keys_.ca);
  key_files_.Write("agent.crt", keys_.agent_cert);
  key_files_.Write("agent.key", keys_.agent_key);
}

void AgentPod::StartAgent() {
  const std::string log = logs_ / ("agent." + std::to_string(++agent_starts_));
  agent_ = std::make_unique<ChildProcess>(
      std::vector<std::string>{kProgram, "serve", "--session", kTestSession, "--dir",
                               volume_.path(), "--keys", key_files_.path(), "--listen",
                               "127.0.0.1:0", "--reverse"},
      log);
  ASSERT_TRUE(Eventually([&] { return (port_ = ServingPort(ReadWhole(log))) != 0; }))
      << ReadWhole(log);
}

void AgentPod::StartSupervisor(const std::string& script, const std::string& start) {
  ::setenv("ROOT", container_.path().c_str(), 1);
  supervisor_ = std::make_unique<ChildProcess>(
      std::vector<std::string>{kProgram, "supervise", "--dir", volume_.path(), "--start", start,
                               "--container-root", container_.path(), "--", "/bin/sh", "-c",
                               script},
      logs_ / "supervisor");
}

Result<std::unique_ptr<net::ByteStream>> AgentPod::Dial(const net::SessionKeys& keys) const {
  HAWSER_ASSIGN_OR_RETURN(auto stream, net::DialTcp("127.0.0.1", port_, In(seconds(20))));
  HAWSER_ASSIGN_OR_RETURN(
      const auto context,
      net::MakeTlsClientContext(
          {.ca = keys.ca, .certificate = keys.client_cert, .key = keys.client_key}));
  return net::TlsConnect(std::move(stream), context, net::kAgentServerName, In(seconds(20)));
}

std::string AgentPod::AgentLog() const {
  return ReadWhole(logs_ / ("agent." + std::to_string(agent_starts_)));
}

std::string AgentPod::SupervisorLog() const {
  return ReadWhole(logs_ / "supervisor");
}

TestClient::TestClient(const AgentPod& pod, wire::Role role) {
  Result<std::unique_ptr<net::ByteStream>> stream = pod.Dial();
  EXPECT_TRUE(stream.ok()) << stream.status();
  if (!stream.ok()) return;
  channel = std::make_unique<wire::Channel>(*std::move(stream));
  hello = {.role = role, .client_version = "test", .session = kTestSession, .identity = "tester"};
  EXPECT_TRUE(channel->Send(hello, In(seconds(10))).ok());
  welcome = Await<wire::Welcome>();
  next_batch_ = welcome.last_batch + 1;
}

void TestClient::Configure(const wire::Configure& configure) {
  EXPECT_TRUE(channel->Send(configure, In(seconds(10))).ok());
}

std::vector<wire::Message> TestClient::MakeBatch(const std::string& path,
                                                 const std::string& content, bool restart,
                                                 std::vector<uint32_t> steps) {
  const Digest before = tree.digest();
  wire::Entry directory{.kind = wire::EntryKind::kDirectory, .mode = 0755};
  wire::Entry file{.kind = wire::EntryKind::kFile,
                   .mode = 0644,
                   .size = content.size(),
                   .digest = ContentDigest(content)};
  std::vector<wire::Change> changes;
  if (!tree.contains("/app")) changes.push_back({.path = "/app", .entry = directory});
  changes.push_back({.path = path, .entry = file, .encoding = wire::Encoding::kWhole});
  for (const wire::Change& change : changes) tree.Put(change.path, change.entry);
  const uint32_t last = static_cast<uint32_t>(changes.size()) - 1;
  const uint64_t number = next_batch_++;
  return {wire::BatchBegin{.number = number,
                           .base_tree = before,
                           .result_tree = tree.digest(),
                           .change_count = last + 1,
                           .steps = std::move(steps),
                           .restart = restart},
          wire::Changes{.changes = changes},
          wire::Data{.change = last, .last = true, .bytes = wire::Compress(content)},
          wire::BatchEnd{.number = number}};
}

wire::BatchResult TestClient::Push(const std::string& path, const std::string& content,
                                   bool restart, std::vector<uint32_t> steps) {
  phases.clear();
  const auto messages = MakeBatch(path, content, restart, std::move(steps));
  EXPECT_TRUE(channel->SendAll(messages, In(seconds(20))).ok());
  wire::BatchResult result = Await<wire::BatchResult>();
  EXPECT_TRUE(last_failure.ok()) << last_failure;
  return result;
}

void TestClient::Note(const wire::Message& message) {
  if (const auto* progress = std::get_if<wire::Progress>(&message))
    phases.push_back(progress->phase);
  if (const auto* output = std::get_if<wire::StepOutput>(&message)) step_output += output->bytes;
  if (const auto* reject = std::get_if<wire::Reject>(&message))
    last_failure = AbortedError(reject->message);
}

wire::Configure TestConfigure() {
  return {.generation = 1,
          .roots = {{.path = "/app"}},
          .steps = {},
          .restart = {.policy = wire::RestartPolicy::kProcess, .signal = SIGTERM, .grace_ms = 5000},
          .ready_port = 0};
}

}  // namespace hawser::testing
