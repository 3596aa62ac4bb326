// What goes wrong: what of it the agent hears, and what comes again with the next batch.
#include <gtest/gtest.h>

#include "agent/supervise/supervisor.h"
#include "lib/wire/message_codec.h"
#include "tests/agent/supervise/supervisor_fixture.h"

namespace hawser::agent {
namespace {

using Strings = std::vector<std::string>;

class SupervisorTroubleTest : public SupervisorTest {
 protected:
  SupervisorTroubleTest() { files_.report.tree = Sha256("tree"); }

  /// What an agent hears that connects now.
  wire::ContainerState Told() {
    const Effects effects = Step(AgentConnected{});
    const auto* state = Find<wire::ContainerState>(effects);
    return state != nullptr ? *state : wire::ContainerState{.tree = Sha256("nothing told")};
  }
  static std::vector<wire::Problem> Problems(int count) {
    std::vector<wire::Problem> problems;
    for (int i = 0; i < count; ++i) {
      problems.push_back({.path = "/app/" + std::string(200, 'f') + std::to_string(i),
                          .reason = wire::ProblemReason::kPermission,
                          .message = std::string(200, 'm')});
    }
    return problems;
  }
};

TEST_F(SupervisorTroubleTest, TellsTheAgentWhatAFreshContainersStepsCameTo) {
  files_.report.live = true;
  files_.report.steps_due = {0, 1};
  files_.report.problems = {{.path = "/app/x", .message = "read-only"}};
  Step(Begin{});
  EXPECT_EQ(Told(), wire::ContainerState{}) << "the steps are still to end";
  const Effects effects = Exit(processes_.newest(), 3);
  ASSERT_NE(Find<wire::ContainerState>(effects), nullptr);
  const wire::ContainerState state = *Find<wire::ContainerState>(effects);
  EXPECT_EQ(state.tree, Sha256("tree"));
  EXPECT_EQ(state.problems, files_.report.problems);
  ASSERT_EQ(state.steps.size(), 1U);
  EXPECT_EQ(state.steps[0].exit_code, 3);
  EXPECT_EQ(processes_.app_starts, 1) << "the app starts nevertheless";
  EXPECT_EQ(Told(), state) << "every agent hears it";
}

TEST_F(SupervisorTroubleTest, TellsEveryAgentWhatTheLastBatchCameTo) {
  StartLive();
  EXPECT_EQ(Told(), wire::ContainerState{.tree = Sha256("tree")});
  files_.report.problems = {{.path = "/app/x", .message = "read-only"}};
  Apply(2, {0}, false);
  Exit(processes_.newest(), 1);
  EXPECT_EQ(Told().problems, files_.report.problems);
  EXPECT_EQ(Told().steps.size(), 1U);
  files_.report.problems.clear();
  Apply(3, {}, false);
  Exit(processes_.newest(), 0);
  EXPECT_TRUE(Told().problems.empty());
  EXPECT_EQ(Told().steps.at(0).exit_code, 0);
}

TEST_F(SupervisorTroubleTest, NamesNoTreeWhileABatchIsUnderWay) {
  StartLive();
  Apply(2, {0}, false);
  Apply(3, {}, false);
  EXPECT_EQ(Find<wire::SupervisorHello>(Step(AgentConnected{}))->applied_tree, Sha256("tree"));
  EXPECT_TRUE(Told().tree.IsZero()) << "its steps run";
  Exit(processes_.newest(), 0);
  EXPECT_EQ(Told().tree, Sha256("tree"));
  Step(AgentSaid{wire::RestartRequest{}});
  EXPECT_EQ(Told().tree, Sha256("tree")) << "a restart changes no files";
}

TEST_F(SupervisorTroubleTest, NamesNoTreeWhileItLeavesForTheNextContainer) {
  files_.report.configure.restart.policy = wire::RestartPolicy::kContainer;
  StartLive();
  Apply(2, {}, true);
  EXPECT_TRUE(Told().tree.IsZero());
}

TEST_F(SupervisorTroubleTest, TellsOfManyProblemsWhatAMessageHolds) {
  files_.report.live = true;
  files_.report.problems = Problems(80000);
  EXPECT_LE(Step(Begin{}).notes.size(), 300U) << "in the log as well";
  const wire::ContainerState state = Told();
  EXPECT_TRUE(wire::EncodeMessage(state).ok());
  ASSERT_EQ(state.problems.size(), 200U);
  EXPECT_EQ(state.problems[7], files_.report.problems[7]);
  EXPECT_NE(state.problems.back().message.find("79800 more"), std::string::npos);
  EXPECT_EQ(Find<wire::ApplyResult>(Apply(2, {}, false))->problems, state.problems);
}

TEST_F(SupervisorTroubleTest, TellsOfAStepWithAnEndlessNameWhatAMessageHolds) {
  StartLive();
  processes_.start_failure = NotFoundError(std::string(100000, 'x'));
  const Effects effects = Apply(2, {0}, false);
  ASSERT_NE(Find<wire::ApplyResult>(effects), nullptr);
  EXPECT_TRUE(wire::EncodeMessage(*Find<wire::ApplyResult>(effects)).ok());
  EXPECT_TRUE(wire::EncodeMessage(Told()).ok());
}

TEST_F(SupervisorTroubleTest, LeavesTheAppAloneWhenItsFilesCannotBeBrought) {
  StartLive();
  Apply(2, {}, false);
  const FilesReport good = files_.report;
  for (const Status& status : {OkStatus(), DataLossError("the state is damaged")}) {
    files_.report = {.status = status};
    const Effects effects =
        Step(AgentSaid{wire::ApplyRequest{.number = 3, .steps = {0}, .restart = true}});
    EXPECT_EQ(Find<wire::Progress>(effects), nullptr);
    ASSERT_NE(Find<wire::ApplyResult>(effects), nullptr);
    EXPECT_FALSE(Find<wire::ApplyResult>(effects)->restarted);
    EXPECT_EQ(Find<wire::ApplyResult>(effects)->problems.size(), 1U) << status;
  }
  EXPECT_TRUE(processes_.steps.empty());
  EXPECT_TRUE(processes_.signals.empty());
  files_.report = good;
  Apply(4, {}, false);
  EXPECT_EQ(processes_.steps, Strings{"install"}) << "what was left out comes now";
  Exit(processes_.newest(), 0);
  Exit(app_, 0);
  EXPECT_EQ(processes_.app_starts, 2);
}

TEST_F(SupervisorTroubleTest, DoesNotEndTheContainerWhenItsFilesCannotBeBrought) {
  files_.report.configure.restart.policy = wire::RestartPolicy::kContainer;
  StartLive();
  files_.report = {.status = DataLossError("the state is damaged")};
  const Effects effects = Step(AgentSaid{wire::ApplyRequest{.number = 3, .restart = true}});
  EXPECT_FALSE(Find<wire::ApplyResult>(effects)->restarted);
  EXPECT_TRUE(processes_.signals.empty());
}

TEST_F(SupervisorTroubleTest, RunsAFailedStepAndWhatItHeldBackWithTheNextBatch) {
  StartLive();
  Apply(2, {0, 1}, true);
  Exit(processes_.newest(), 1);
  Apply(3, {}, false);
  Exit(processes_.newest(), 0);
  Exit(processes_.newest(), 0);
  EXPECT_EQ(processes_.steps, (Strings{"install", "install", "build"}));
  const Effects effects = Exit(app_, 0);
  EXPECT_EQ(processes_.app_starts, 2) << "the restart was held back as well";
  EXPECT_EQ(Find<wire::ApplyResult>(effects)->steps.size(), 2U);
  Apply(4, {}, false);
  EXPECT_EQ(processes_.steps.size(), 3U);
  EXPECT_EQ(processes_.app_starts, 2);
}

TEST_F(SupervisorTroubleTest, RestartsTheAppOnceAStepThatFailedAtTheStartSucceeds) {
  files_.report.live = true;
  files_.report.steps_due = {0};
  Step(Begin{});
  Exit(processes_.newest(), 1);
  ASSERT_EQ(processes_.app_starts, 1);
  app_ = processes_.newest();
  Apply(2, {}, false);
  Exit(processes_.newest(), 0);
  Exit(app_, 0);
  EXPECT_EQ(processes_.app_starts, 2);
}

TEST_F(SupervisorTroubleTest, RunsEveryStepOnceTheStepsChangeWhileOneIsOwed) {
  StartLive();
  Apply(2, {1}, false);
  Exit(processes_.newest(), 1);
  ChangeSteps({{.argv = {"mend"}}, {.argv = {"test"}}});
  Apply(3, {}, false);
  Exit(processes_.newest(), 0);
  Exit(processes_.newest(), 0);
  EXPECT_EQ(processes_.steps, (Strings{"build", "mend", "test"}));
}

TEST_F(SupervisorTroubleTest, RunsEveryStepOnceTheStepsChangeWhileOneFails) {
  StartLive();
  Apply(2, {0, 1}, false);
  Exit(processes_.newest(), 0);
  ChangeSteps({{.argv = {"check"}}, {.argv = {"install"}}, {.argv = {"build"}}});
  Exit(processes_.newest(), 1);
  Apply(3, {}, false);
  for (int i = 0; i < 3; ++i) Exit(processes_.newest(), 0);
  EXPECT_EQ(processes_.steps, (Strings{"install", "build", "check", "install", "build"}));
}

TEST_F(SupervisorTroubleTest, RunsEveryStepOfABatchThatWaitedWhileTheStepsChanged) {
  StartLive();
  Apply(2, {0}, false);
  Apply(3, {1}, false);
  ChangeSteps({{.argv = {"check"}}, {.argv = {"install"}}, {.argv = {"build"}}});
  for (int i = 0; i < 4; ++i) Exit(processes_.newest(), 0);
  EXPECT_EQ(processes_.steps, (Strings{"install", "check", "install", "build"}));
  Apply(4, {1}, false);
  Exit(processes_.newest(), 0);
  EXPECT_EQ(processes_.steps.size(), 5U) << "what is said after the change means it";
}

TEST_F(SupervisorTroubleTest, RunsEveryStepOfABatchWhoseFilesBringOtherSteps) {
  StartLive();
  files_.report.configure.steps = {{.argv = {"check"}}, {.argv = {"install"}}};
  Apply(2, {0}, false);
  for (int i = 0; i < 2; ++i) Exit(processes_.newest(), 0);
  EXPECT_EQ(processes_.steps, (Strings{"check", "install"}));
}

}  // namespace
}  // namespace hawser::agent
