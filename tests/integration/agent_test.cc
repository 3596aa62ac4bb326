// Agent and supervisor as real processes: pushes, restarts, crashes, and everything that must be
// refused.
#include <gtest/gtest.h>

#include <csignal>

#include "tests/integration/agent_pod.h"

namespace hawser::testing {
namespace {

using std::chrono::seconds;
using wire::BatchOutcome;
using wire::Phase;
using wire::Role;

/// Runs what was pushed, as an interpreter would.
constexpr char kApp[] = ". $ROOT/app/main.sh";

std::string Version(const std::string& text) {
  return "echo " + text + " > $ROOT/seen; exec sleep 1000\n";
}

bool Seen(const AgentPod& pod, const std::string& text) {
  return Eventually([&] {
    return pod.container().Exists("seen") && pod.container().Read("seen") == text + "\n";
  });
}

class AgentTest : public ::testing::Test {
 protected:
  void SetUp() override { pod_.StartAgent(); }

  void StartApp() {
    pod_.StartSupervisor(kApp);
    TestClient client(pod_, Role::kPush);
    client.Configure(TestConfigure());
    ASSERT_TRUE(Eventually([&] { return AppState() == wire::AppState::kWaitingForSync; }))
        << pod_.SupervisorLog();
    client.Push("/app/main.sh", Version("one"));
    ASSERT_TRUE(Seen(pod_, "one")) << pod_.SupervisorLog();
    tree_ = client.tree;
  }

  wire::AppState AppState() {
    TestClient observer(pod_, Role::kObserve);
    EXPECT_TRUE(observer.channel->Send(wire::StatusRequest{}, In(seconds(10))).ok());
    return observer.Await<wire::StatusReply>().app;
  }

  /// A pusher that knows what the pod confirmed.
  std::unique_ptr<TestClient> Connect() {
    auto client = std::make_unique<TestClient>(pod_, Role::kPush);
    client->tree = tree_;
    return client;
  }

  AgentPod pod_;
  sync::Tree tree_;
};

TEST_F(AgentTest, AppliesAPushAndRestartsTheApp) {
  StartApp();
  const auto client = Connect();
  const wire::BatchResult result = client->Push("/app/main.sh", Version("two"));
  EXPECT_EQ(result.outcome, BatchOutcome::kApplied);
  EXPECT_TRUE(result.restarted);
  EXPECT_EQ(result.tree, client->tree.digest());
  EXPECT_EQ(client->phases, (std::vector<Phase>{Phase::kReceived, Phase::kStaged, Phase::kApplied,
                                                Phase::kRestarted}));
  EXPECT_TRUE(Seen(pod_, "two"));
  EXPECT_EQ(client->Await<wire::Progress>().phase, Phase::kReady);
}

TEST_F(AgentTest, RunsStepsBeforeTheRestartAndStreamsTheirOutput) {
  pod_.StartSupervisor(kApp);
  wire::Configure configure = TestConfigure();
  configure.steps = {{.argv = {"sh", "-c", "echo installing; exit 0"}},
                     {.argv = {"sh", "-c", "exit 4"}}};
  TestClient client(pod_, Role::kPush);
  client.Configure(configure);
  ASSERT_TRUE(Eventually([&] { return AppState() != wire::AppState::kNoSupervisor; }));
  wire::BatchResult result = client.Push("/app/main.sh", Version("one"), true, {0});
  ASSERT_EQ(result.steps.size(), 1U);
  EXPECT_EQ(result.steps[0].exit_code, 0);
  EXPECT_EQ(client.step_output, "installing\n");
  EXPECT_TRUE(Seen(pod_, "one"));
  result = client.Push("/app/main.sh", Version("two"), true, {1});
  ASSERT_EQ(result.steps.size(), 1U);
  EXPECT_EQ(result.steps[0].exit_code, 4);
  EXPECT_FALSE(result.restarted) << "a failed step leaves the running app alone";
}

TEST_F(AgentTest, ACrashedAppStartsAgainWithTheNextPush) {
  StartApp();
  const auto client = Connect();
  client->Push("/app/main.sh", "exit 7\n");
  EXPECT_TRUE(Eventually([&] { return AppState() == wire::AppState::kExited; }));
  client->Push("/app/main.sh", Version("fixed"), false);
  EXPECT_TRUE(Seen(pod_, "fixed"));
}

TEST_F(AgentTest, FilesAreBackBeforeTheAppStartsInAFreshContainer) {
  StartApp();
  pod_.KillAgent();
  pod_.KillSupervisor();
  std::filesystem::remove_all(pod_.container() / "app");
  std::filesystem::remove(pod_.container() / "seen");
  pod_.StartSupervisor(kApp);
  EXPECT_TRUE(Seen(pod_, "one")) << pod_.SupervisorLog();
}

TEST_F(AgentTest, SurvivesTheAgentsRestart) {
  StartApp();
  pod_.KillAgent();
  pod_.StartAgent();
  const auto client = Connect();
  EXPECT_EQ(client->welcome.tree, tree_.digest());
  EXPECT_EQ(client->welcome.last_batch, 1U);
  ASSERT_TRUE(Eventually([&] { return AppState() == wire::AppState::kRunning; }));
  EXPECT_EQ(client->Push("/app/main.sh", Version("two")).outcome, BatchOutcome::kApplied);
  EXPECT_TRUE(Seen(pod_, "two"));
}

TEST_F(AgentTest, KeepsABatchWithoutASupervisorAndAppliesItLater) {
  TestClient client(pod_, Role::kPush);
  client.Configure(TestConfigure());
  EXPECT_EQ(client.Push("/app/main.sh", Version("kept")).outcome, BatchOutcome::kNoSupervisor);
  pod_.StartSupervisor(kApp);
  EXPECT_TRUE(Seen(pod_, "kept"));
}

TEST_F(AgentTest, TerminatesWithTheAppsExitCode) {
  StartApp();
  const auto client = Connect();
  client->Push("/app/main.sh",
               "trap 'exit 9' TERM; echo up > $ROOT/seen; while :; do sleep 0.05; done\n");
  ASSERT_TRUE(Seen(pod_, "up"));
  pod_.supervisor().Signal(SIGTERM);
  EXPECT_EQ(pod_.supervisor().Wait(), 9);
}

TEST_F(AgentTest, BeforeAnyBatchTheContainerEndsWithTheApp) {
  pod_.StartSupervisor("exit 3", "immediate");
  EXPECT_EQ(pod_.supervisor().Wait(), 3);
}

TEST_F(AgentTest, RestartsOnRequestAndStreamsTheAppsOutput) {
  StartApp();
  const auto client = Connect();
  client->Push("/app/main.sh", "echo hello-$$; exec sleep 1000\n");
  ASSERT_TRUE(client->channel->Send(wire::LogRequest{.follow = true}, In(seconds(10))).ok());
  std::string output;
  while (output.find("hello-") == std::string::npos && client->last_failure.ok()) {
    output += client->Await<wire::LogChunk>().bytes;
  }
  ASSERT_TRUE(client->channel->Send(wire::RestartRequest{}, In(seconds(10))).ok());
  const auto restarted = client->Await<wire::RestartResult>();
  EXPECT_TRUE(restarted.ok) << restarted.message;
  const std::string expected = "hello-" + std::to_string(restarted.pid);
  EXPECT_TRUE(Eventually([&] { return pod_.SupervisorLog().find(expected) != std::string::npos; }));
}

/// Adds output from `from` on to `output`, without what is there already, until it holds `word`.
wire::LogPosition ReadLogUntil(TestClient& client, wire::LogPosition from, const std::string& word,
                               std::string& output) {
  const wire::LogRequest request{.follow = true, .from = from};
  EXPECT_TRUE(client.channel->Send(request, In(seconds(10))).ok());
  while (output.find(word) == std::string::npos && client.last_failure.ok()) {
    const auto chunk = client.Await<wire::LogChunk>();
    const uint64_t end = chunk.at.offset + chunk.bytes.size();
    if (chunk.at.source == from.source && end <= from.offset) continue;
    const bool overlaps = chunk.at.source == from.source && chunk.at.offset < from.offset;
    output += chunk.bytes.substr(overlaps ? from.offset - chunk.at.offset : 0);
    from = {.source = chunk.at.source, .offset = end};
  }
  return from;
}

TEST_F(AgentTest, LogPositionsHoldAcrossARestartOfTheAgent) {
  StartApp();
  Connect()->Push("/app/main.sh", "i=0; while :; do i=$((i+1)); echo line-$i.; sleep 0.01; done\n");
  std::string output;
  wire::LogPosition next;
  {
    TestClient observer(pod_, wire::Role::kObserve);
    next = ReadLogUntil(observer, {}, "line-10.", output);
  }
  pod_.KillAgent();
  pod_.StartAgent();
  TestClient observer(pod_, wire::Role::kObserve);
  EXPECT_EQ(ReadLogUntil(observer, next, "line-60.", output).source, next.source);
  size_t at = 0;
  for (int i = 1; i <= 60; ++i) {
    const size_t found = output.find("line-" + std::to_string(i) + ".\n", at);
    ASSERT_NE(found, std::string::npos) << i << " is missing in\n" << output;
    ASSERT_EQ(found, i == 1 ? found : at) << "something repeats before " << i << " in\n" << output;
    at = output.find('\n', found) + 1;
  }
}

TEST_F(AgentTest, RefusesTheKeyOfAnotherSession) {
  const auto other =
      *net::MakeSessionKeys("team/other", SystemClock().WallNow(), std::chrono::hours(1));
  net::SessionKeys mixed = other;
  mixed.ca = pod_.keys_.ca;  // so that only the agent has a reason to refuse
  Result<std::unique_ptr<net::ByteStream>> stream = pod_.Dial(mixed);
  if (stream.ok()) {
    char byte = 0;
    const Result<size_t> read = (*stream)->Read({&byte, 1}, In(seconds(20)));
    EXPECT_FALSE(read.ok());
  }
  EXPECT_TRUE(
      Eventually([&] { return pod_.AgentLog().find("Refused a client") != std::string::npos; }));
}

struct Refusal {
  const char* name;
  wire::Hello hello;
  wire::RejectReason reason;
  const char* message;
};

TEST_F(AgentTest, RejectsHellosThatDoNotFitAndSaysWhy) {
  const Refusal refusals[] = {{"version",
                               {.min_version = 90,
                                .max_version = 91,
                                .client_version = "9",
                                .session = kTestSession,
                                .identity = "x"},
                               wire::RejectReason::kVersion,
                               "the client versions 90 to 91"},
                              {"session",
                               {.client_version = "1", .session = "team/other", .identity = "x"},
                               wire::RejectReason::kWrongSession,
                               "belongs to session team/api"}};
  for (const Refusal& refusal : refusals) {
    wire::Channel channel(*pod_.Dial());
    ASSERT_TRUE(channel.Send(refusal.hello, In(seconds(10))).ok());
    const Result<wire::Message> answer = channel.Receive(In(seconds(20)));
    ASSERT_TRUE(answer.ok()) << refusal.name << answer.status();
    const auto* reject = std::get_if<wire::Reject>(&*answer);
    ASSERT_NE(reject, nullptr) << refusal.name;
    EXPECT_EQ(reject->reason, refusal.reason);
    EXPECT_NE(reject->message.find(refusal.message), std::string::npos) << reject->message;
  }
}

TEST_F(AgentTest, TheNewestPusherWins) {
  TestClient first(pod_, Role::kPush);
  TestClient second(pod_, Role::kPush);
  EXPECT_EQ(first.Await<wire::Reject>().reason, wire::RejectReason::kSuperseded);
  second.Configure(TestConfigure());
  EXPECT_EQ(second.Push("/app/a", "a").outcome, BatchOutcome::kNoSupervisor);
}

TEST_F(AgentTest, AReplayedBatchEndsTheStreamAndChangesNothing) {
  TestClient client(pod_, Role::kPush);
  client.Configure(TestConfigure());
  const auto batch = client.MakeBatch("/app/a", "a");
  ASSERT_TRUE(client.channel->SendAll(batch, In(seconds(10))).ok());
  client.Await<wire::BatchResult>();
  ASSERT_TRUE(client.channel->SendAll(batch, In(seconds(10))).ok());
  EXPECT_EQ(client.Await<wire::Reject>().reason, wire::RejectReason::kProtocol);
  EXPECT_EQ(TestClient(pod_, Role::kPush).welcome.last_batch, 1U);
}

TEST_F(AgentTest, DamagedContentEndsTheStreamOrAsksAgainAndChangesNothing) {
  TestClient client(pod_, Role::kPush);
  client.Configure(TestConfigure());
  auto batch = client.MakeBatch("/app/a", std::string(1000, 'a'));
  std::get<wire::Data>(batch[2]).bytes.back() ^= 1;
  ASSERT_TRUE(client.channel->SendAll(batch, In(seconds(10))).ok());
  while (client.last_failure.ok()) {
    const Result<wire::Message> message = client.channel->Receive(In(seconds(30)));
    if (!message.ok() || std::holds_alternative<wire::Need>(*message) ||
        std::holds_alternative<wire::Reject>(*message)) {
      break;
    }
  }
  EXPECT_EQ(TestClient(pod_, Role::kPush).welcome.last_batch, 0U);
}

TEST_F(AgentTest, GarbageAndOversizedFramesEndTheStream) {
  for (const std::string& garbage : {std::string(64, '\xff'), std::string(64, 'A')}) {
    const auto stream = *pod_.Dial();
    ASSERT_TRUE(stream->Write(garbage, In(seconds(10))).ok());
    char bytes[4096];
    Result<size_t> read = 1;
    while (read.ok() && *read > 0) read = stream->Read(bytes, In(seconds(30)));
    EXPECT_NE(read.status().code(), Code::kDeadlineExceeded)
        << "the agent kept a broken stream open";
  }
  EXPECT_EQ(TestClient(pod_, Role::kPush).welcome.last_batch, 0U);
  EXPECT_NE(pod_.AgentLog().find("broke the protocol"), std::string::npos);
}

TEST_F(AgentTest, AStreamCutInsideABatchLeavesTheContainerAsItWas) {
  StartApp();
  {
    const auto client = Connect();
    auto batch = client->MakeBatch("/app/main.sh", Version(std::string(5000, 'x')));
    batch.pop_back();
    ASSERT_TRUE(client->channel->SendAll(batch, In(seconds(10))).ok());
  }
  const auto client = Connect();
  EXPECT_EQ(client->welcome.last_batch, 1U);
  EXPECT_EQ(pod_.container().Read("app/main.sh"), Version("one"));
  EXPECT_EQ(client->Push("/app/main.sh", Version("two")).outcome, BatchOutcome::kApplied);
  EXPECT_TRUE(Seen(pod_, "two"));
}

}  // namespace
}  // namespace hawser::testing
