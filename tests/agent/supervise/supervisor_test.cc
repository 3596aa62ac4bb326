// The rules of agent/DESIGN.md, event by event.
#include "agent/supervise/supervisor.h"

#include <gtest/gtest.h>

#include <csignal>

#include "tests/agent/supervise/supervisor_fixture.h"

namespace hawser::agent {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

class WaitingSupervisorTest : public SupervisorTest {
 protected:
  WaitingSupervisorTest() : SupervisorTest(true) {}
};

TEST_F(SupervisorTest, StartsAtOnceWhenNothingWasConfirmed) {
  Step(Begin{});
  EXPECT_EQ(processes_.app_starts, 1);
  EXPECT_FALSE(supervisor_.due().has_value()) << "an idle supervisor has nothing to wake for";
}

TEST_F(SupervisorTest, EndsWithTheAppsCodeWhenNothingWasConfirmed) {
  Step(Begin{});
  EXPECT_EQ(Exit(processes_.newest(), 3).exit_code, 3);
}

TEST_F(SupervisorTest, EndsLikeAShellWhenTheProgramIsMissing) {
  processes_.start_failure = NotFoundError("no such program");
  EXPECT_EQ(Step(Begin{}).exit_code, 127);
}

TEST_F(WaitingSupervisorTest, WaitsForTheFirstBatch) {
  Step(Begin{});
  EXPECT_EQ(processes_.app_starts, 0);
  EXPECT_EQ(Find<wire::AppStatus>(Step(AgentConnected{}))->app, wire::AppState::kWaitingForSync);
  const Effects effects = Apply(1, {}, false);
  EXPECT_EQ(processes_.app_starts, 1);
  EXPECT_EQ(Find<wire::ApplyResult>(effects)->number, 1U);
  EXPECT_FALSE(supervisor_.due().has_value());
}

TEST_F(WaitingSupervisorTest, StartsWithTheImagesFilesWhenNoBatchComes) {
  Step(Begin{});
  EXPECT_EQ(supervisor_.due(), now_ + seconds(30));
  const Effects effects = After(seconds(30));
  EXPECT_EQ(processes_.app_starts, 1);
  EXPECT_FALSE(effects.notes.empty());
}

TEST_F(WaitingSupervisorTest, WaitsLongerForAPushThatIsConnected) {
  Step(Begin{});
  Step(AgentSaid{wire::PushState{true}});
  EXPECT_EQ(supervisor_.due(), now_ + std::chrono::minutes(5));
  After(seconds(299));
  EXPECT_EQ(processes_.app_starts, 0);
  const Effects effects = After(seconds(1));
  EXPECT_EQ(processes_.app_starts, 1);
  ASSERT_FALSE(effects.notes.empty());
  EXPECT_NE(effects.notes[0].detail.find("a push is connected"), std::string::npos);
}

TEST_F(WaitingSupervisorTest, GivesAPushThatWentAwayAMomentToComeBack) {
  Step(Begin{});
  Step(AgentSaid{wire::PushState{true}});
  Step(AgentSaid{wire::PushState{false}});
  EXPECT_EQ(supervisor_.due(), now_ + seconds(30)) << "no less than without any push";
  Step(AgentSaid{wire::PushState{true}});
  After(seconds(60));
  Step(AgentSaid{wire::PushState{false}});
  EXPECT_EQ(supervisor_.due(), now_ + seconds(10));
  Step(AgentSaid{wire::PushState{true}});
  EXPECT_EQ(supervisor_.due(), now_ + seconds(240));
  Apply(1, {}, false);
  EXPECT_EQ(processes_.app_starts, 1);
  EXPECT_FALSE(supervisor_.due().has_value());
}

TEST_F(SupervisorTest, PreparesWhileAPushIsThereAndDropsItWithThePush) {
  Step(Begin{});
  Step(AgentSaid{wire::Prepare{{{.path = "/app/new", .entry = {}}}}});
  EXPECT_EQ(files_.prepared, std::vector<std::string>{"/app/new"});
  Step(AgentSaid{wire::PushState{true}});
  EXPECT_EQ(files_.prepared.size(), 1U);
  Step(AgentSaid{wire::PushState{false}});
  EXPECT_TRUE(files_.prepared.empty());
}

TEST_F(SupervisorTest, NeverWaitsWhenItIsToStartAtOnce) {
  Step(Begin{});
  EXPECT_EQ(processes_.app_starts, 1);
  Step(AgentSaid{wire::PushState{true}});
  EXPECT_FALSE(supervisor_.due().has_value());
}

TEST_F(WaitingSupervisorTest, TheFirstBatchsStepsMayTakeLongerThanTheWait) {
  Step(Begin{});
  Apply(1, {1}, true);
  After(seconds(40));
  EXPECT_EQ(processes_.app_starts, 0);
  Exit(processes_.newest(), 0);
  EXPECT_EQ(processes_.app_starts, 1);
}

TEST_F(WaitingSupervisorTest, EndsOnTermBeforeTheAppStarted) {
  Step(Begin{});
  EXPECT_EQ(Step(SignalReceived{SIGTERM}).exit_code, 128 + SIGTERM);
}

TEST_F(SupervisorTest, AFreshContainerRunsDueStepsBeforeTheApp) {
  files_.report.live = true;
  files_.report.steps_due = {0, 1};
  Step(Begin{});
  EXPECT_EQ(processes_.app_starts, 0);
  Exit(processes_.newest(), 0);
  Exit(processes_.newest(), 0);
  EXPECT_EQ(processes_.steps, (std::vector<std::string>{"install", "build"}));
  EXPECT_EQ(processes_.app_starts, 1);
}

TEST_F(SupervisorTest, RestartsAfterFilesAndSteps) {
  StartLive();
  Apply(2, {0}, true);
  EXPECT_EQ(files_.brought, 2);
  EXPECT_TRUE(processes_.signals.empty()) << "the app runs on while its steps do";
  Exit(processes_.newest(), 0);
  EXPECT_EQ(processes_.signals.back(), std::pair(app_, SIGINT));
  EXPECT_EQ(processes_.app_starts, 1);
  const Effects effects = Exit(app_, 0);
  EXPECT_EQ(processes_.app_starts, 2);
  ASSERT_NE(Find<wire::ApplyResult>(effects), nullptr);
  EXPECT_TRUE(Find<wire::ApplyResult>(effects)->restarted);
}

TEST_F(SupervisorTest, KillsAnAppThatOutstaysItsGrace) {
  StartLive();
  Apply(2, {}, true);
  EXPECT_EQ(supervisor_.due(), now_ + milliseconds(5000));
  After(milliseconds(5000));
  EXPECT_EQ(processes_.signals.back(), std::pair(app_, SIGKILL));
  Exit(app_, 137);
  EXPECT_EQ(processes_.app_starts, 2);
}

TEST_F(SupervisorTest, WaitsForTheWholeGroupBeforeItStartsAgain) {
  StartLive();
  Apply(2, {}, true);
  Step(ChildrenExited{{{.pid = app_, .code = 0}}});
  EXPECT_EQ(processes_.app_starts, 1) << "a worker of the app still holds its port";
  Exit(app_, 0);
  EXPECT_EQ(processes_.app_starts, 2);
}

TEST_F(SupervisorTest, AFailedStepLeavesTheAppAlone) {
  StartLive();
  Apply(2, {0, 1}, true);
  const Effects effects = Exit(processes_.newest(), 1);
  EXPECT_EQ(processes_.steps.size(), 1U);
  EXPECT_FALSE(Find<wire::ApplyResult>(effects)->restarted);
  EXPECT_EQ(processes_.app_starts, 1);
}

TEST_F(SupervisorTest, KillsAStepThatTakesTooLong) {
  StartLive();
  Apply(2, {0}, true);
  const pid_t step = processes_.newest();
  After(seconds(1));
  EXPECT_EQ(processes_.signals.back(), std::pair(step, SIGKILL));
  EXPECT_TRUE(Find<wire::ApplyResult>(Exit(step, 137))->steps[0].timed_out);
}

TEST_F(SupervisorTest, ACrashInALiveSessionIsRetriedEverSlower) {
  StartLive();
  EXPECT_FALSE(Exit(app_, 1).exit_code.has_value());
  Duration before{};
  for (int i = 0; i < 4; ++i) {
    ASSERT_TRUE(supervisor_.due().has_value());
    const Duration delay = *supervisor_.due() - now_;
    EXPECT_GT(delay, before);
    before = delay;
    After(delay);
    EXPECT_EQ(processes_.app_starts, 2 + i);
    Exit(processes_.newest(), 1);
  }
}

TEST_F(SupervisorTest, TheNextBatchStartsACrashedAppAtOnce) {
  StartLive();
  Exit(app_, 1);
  const Effects effects = Apply(2, {}, false);
  EXPECT_EQ(processes_.app_starts, 2);
  EXPECT_TRUE(Find<wire::ApplyResult>(effects)->restarted);
  EXPECT_FALSE(supervisor_.due().has_value());
}

TEST_F(SupervisorTest, ACrashDuringStepsWaitsForTheirEnd) {
  StartLive();
  Apply(2, {0}, false);
  const pid_t step = processes_.newest();
  Exit(app_, 1);
  EXPECT_EQ(processes_.app_starts, 1);
  Exit(step, 0);
  EXPECT_EQ(processes_.app_starts, 2);
}

TEST_F(SupervisorTest, PassesTermOnAndEndsWithTheApp) {
  StartLive();
  EXPECT_FALSE(Step(SignalReceived{SIGTERM}).exit_code.has_value());
  EXPECT_EQ(processes_.signals.back(), std::pair(app_, SIGTERM));
  EXPECT_EQ(Exit(app_, 143).exit_code, 143);
}

TEST_F(SupervisorTest, ABatchDuringTerminationDoesNotRestart) {
  StartLive();
  Step(SignalReceived{SIGTERM});
  Apply(2, {}, true);
  EXPECT_EQ(Exit(app_, 0).exit_code, 0);
  EXPECT_EQ(processes_.app_starts, 1);
}

TEST_F(SupervisorTest, TermDuringARestartEndsInsteadOfStarting) {
  StartLive();
  Apply(2, {}, true);
  Step(SignalReceived{SIGTERM});
  EXPECT_EQ(Exit(app_, 0).exit_code, 0);
  EXPECT_EQ(processes_.app_starts, 1);
}

TEST_F(SupervisorTest, AnExitSoonAfterAnotherSignalEndsTheContainer) {
  StartLive();
  Step(SignalReceived{SIGWINCH});
  now_ += seconds(5);
  EXPECT_EQ(Exit(app_, 0).exit_code, 0);
}

TEST_F(SupervisorTest, PolicyContainerEndsWithItsOwnCode) {
  files_.report.configure.restart.policy = wire::RestartPolicy::kContainer;
  StartLive();
  EXPECT_TRUE(Find<wire::ApplyResult>(Apply(2, {}, true))->restarted);
  EXPECT_EQ(Exit(app_, 0).exit_code, kExitForContainerRestart);
}

TEST_F(SupervisorTest, PolicyNeverLeavesTheAppAlone) {
  files_.report.configure.restart.policy = wire::RestartPolicy::kNever;
  StartLive();
  EXPECT_FALSE(Find<wire::ApplyResult>(Apply(2, {}, true))->restarted);
  EXPECT_TRUE(processes_.signals.empty());
}

TEST_F(SupervisorTest, RestartsOnRequestWhateverThePolicy) {
  files_.report.configure.restart.policy = wire::RestartPolicy::kNever;
  StartLive();
  Step(AgentSaid{wire::RestartRequest{}});
  const Effects effects = Exit(app_, 0);
  ASSERT_NE(Find<wire::RestartResult>(effects), nullptr);
  EXPECT_TRUE(Find<wire::RestartResult>(effects)->ok);
  EXPECT_EQ(processes_.app_starts, 2);
}

wire::RestartOrder Order(const char* id, wire::RestartPolicy policy) {
  return {.id = id, .rule = {.policy = policy, .signal = SIGHUP, .grace_ms = 100}};
}

TEST_F(SupervisorTest, OrderRestartsTheProcessOnceByItsOwnRule) {
  files_.report.configure.restart.policy = wire::RestartPolicy::kNever;
  StartLive();
  const wire::RestartOrder order = Order("1", wire::RestartPolicy::kProcess);
  Step(AgentSaid{order});
  ASSERT_FALSE(processes_.signals.empty());
  EXPECT_EQ(processes_.signals.back().second, SIGHUP);
  Step(AgentSaid{order});
  const Effects effects = Exit(app_, 0);
  ASSERT_NE(Find<wire::RestartState>(effects), nullptr);
  EXPECT_EQ(Find<wire::RestartState>(effects)->last, "1");
  EXPECT_EQ(Find<wire::RestartResult>(effects), nullptr) << "no client asked";
  EXPECT_EQ(processes_.app_starts, 2);
  EXPECT_EQ(Find<wire::RestartState>(Step(AgentSaid{order}))->last, "1");
  EXPECT_EQ(processes_.app_starts, 2) << "what is done is only answered";
  EXPECT_EQ(Find<wire::RestartState>(Step(AgentConnected{}))->last, "1");
}

TEST_F(SupervisorTest, OrderRestartsTheContainer) {
  StartLive();
  const Effects effects = Step(AgentSaid{Order("1", wire::RestartPolicy::kContainer)});
  EXPECT_EQ(Find<wire::RestartState>(effects)->last, "1");
  EXPECT_EQ(processes_.signals.back().second, SIGHUP);
  EXPECT_EQ(Exit(app_, 0).exit_code, kExitForContainerRestart);
}

TEST_F(SupervisorTest, OrderEndsTheContainerOfAnAppThatIsDown) {
  StartLive();
  Exit(app_, 1);
  EXPECT_EQ(Step(AgentSaid{Order("1", wire::RestartPolicy::kContainer)}).exit_code,
            kExitForContainerRestart);
}

TEST_F(WaitingSupervisorTest, OrderDoesNotStartAnAppThatWaitsForItsFiles) {
  Step(Begin{});
  const Effects effects = Step(AgentSaid{Order("1", wire::RestartPolicy::kProcess)});
  EXPECT_EQ(Find<wire::RestartState>(effects)->last, "1");
  EXPECT_EQ(processes_.app_starts, 0);
}

TEST_F(SupervisorTest, SaysHelloWithWhatItApplied) {
  files_.report.tree = Sha256("tree");
  StartLive();
  const Effects effects = Step(AgentConnected{});
  ASSERT_NE(Find<wire::SupervisorHello>(effects), nullptr);
  EXPECT_EQ(Find<wire::SupervisorHello>(effects)->applied_tree, Sha256("tree"));
  EXPECT_EQ(Find<wire::AppStatus>(effects)->app, wire::AppState::kRunning);
}

}  // namespace
}  // namespace hawser::agent
