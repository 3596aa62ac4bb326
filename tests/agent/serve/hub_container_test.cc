// What the hub makes of the container as its supervisor tells of it, comes and goes.
#include <gtest/gtest.h>

#include "agent/serve/hub.h"
#include "lib/wire/message_codec.h"
#include "tests/agent/serve/hub_fixture.h"

namespace hawser::agent {
namespace {

using wire::BatchOutcome;

class HubContainerTest : public HubTest {
 protected:
  wire::StatusReply Status() {
    return Sent<wire::StatusReply>(hub_->Step(ProbeMessage{kOther, wire::StatusRequest{}}), kOther)
        .at(0);
  }
};

TEST_F(HubContainerTest, NamesAFailedStepAsAProblemUntilItSucceeds) {
  OpenPusher();
  OpenSupervisor();
  const auto problems = [&] { return Status().problems; };
  Push(kClient, 1, "one");
  SupervisorSays(wire::ApplyResult{.number = 1, .steps = {{.step = 0, .exit_code = 3}}});
  ASSERT_EQ(problems().size(), 1U);
  EXPECT_NE(problems()[0].message.find("exit code 3"), std::string::npos) << problems()[0].message;
  Push(kClient, 2, "two");
  SupervisorSays(wire::ApplyResult{.number = 2, .steps = {{.step = 0, .timed_out = true}}});
  ASSERT_EQ(problems().size(), 1U);
  EXPECT_NE(problems()[0].message.find("took too long"), std::string::npos);
  Push(kClient, 3, "three");
  SupervisorSays(wire::ApplyResult{.number = 3, .steps = {{.step = 0}}});
  EXPECT_TRUE(problems().empty());
}

TEST_F(HubContainerTest, SaysWhatTheContainerWasBroughtTo) {
  OpenPusher();
  OpenSupervisor();
  Push(kClient, 1, "one");
  EXPECT_TRUE(Status().applied_tree.IsZero()) << "staged, not applied";
  SupervisorSays(wire::ApplyResult{.number = 1});
  EXPECT_EQ(Status().applied_tree, confirmed_->digest());
  const Digest first = Status().applied_tree;
  Push(kClient, 2, "two");
  EXPECT_EQ(Status().applied_tree, first);
  hub_->Step(PeerClosed{kSupervisor});
  EXPECT_TRUE(Status().applied_tree.IsZero());
  OpenSupervisor(confirmed_->digest());
  EXPECT_TRUE(Status().applied_tree.IsZero()) << "it holds the files; its steps may run yet";
  SupervisorSays(wire::ContainerState{.tree = confirmed_->digest()});
  EXPECT_EQ(Status().applied_tree, confirmed_->digest());
}

TEST_F(HubContainerTest, KeepsABatchForAContainerThatIsNotThere) {
  OpenPusher();
  const auto result = Sent<wire::BatchResult>(Push(kClient, 1, "one"), kClient);
  ASSERT_EQ(result.size(), 1U);
  EXPECT_EQ(result[0].outcome, BatchOutcome::kNoSupervisor);
  const auto apply = Sent<wire::ApplyRequest>(OpenSupervisor(), kSupervisor);
  ASSERT_EQ(apply.size(), 1U);
  EXPECT_EQ(apply[0].steps, std::vector<uint32_t>{0});
  EXPECT_TRUE(apply[0].restart);
}

TEST_F(HubContainerTest, AsksNothingOfASupervisorThatAppliedTheTree) {
  OpenPusher();
  Push(kClient, 1, "one");
  Reopen();
  const Outputs outputs = OpenSupervisor(confirmed_->digest());
  EXPECT_TRUE(Sent<wire::ApplyRequest>(outputs, kSupervisor).empty());
  EXPECT_EQ(Sent<wire::Configure>(outputs, kSupervisor).size(), 1U);
}

TEST_F(HubContainerTest, TellsWhenTheContainerGoesAwayUnderABatch) {
  OpenPusher();
  OpenSupervisor();
  Push(kClient, 1, "one");
  Say(kClient, wire::RestartRequest{});
  const Outputs outputs = hub_->Step(PeerClosed{kSupervisor});
  ASSERT_EQ(Sent<wire::BatchResult>(outputs, kClient).size(), 1U);
  EXPECT_EQ(Sent<wire::BatchResult>(outputs, kClient)[0].outcome, BatchOutcome::kNoSupervisor);
  ASSERT_EQ(Sent<wire::RestartResult>(outputs, kClient).size(), 1U);
  EXPECT_FALSE(Sent<wire::RestartResult>(outputs, kClient)[0].ok);
}

TEST_F(HubContainerTest, NamesWhatWentWrongAtAContainersStartUntilTheNextStart) {
  OpenPusher();
  Push(kClient, 1, "one");
  OpenSupervisor(confirmed_->digest());
  const wire::ContainerState state{.tree = confirmed_->digest(),
                                   .problems = {{.path = "/app/f", .message = "read-only"}},
                                   .steps = {{.step = 0, .exit_code = 3}}};
  SupervisorSays(state);
  ASSERT_EQ(Status().problems.size(), 2U);
  EXPECT_EQ(Status().problems[0], state.problems[0]);
  EXPECT_NE(Status().problems[1].message.find("step failed: install: exit code 3"),
            std::string::npos)
      << Status().problems[1].message;
  hub_->Step(PeerClosed{kSupervisor});
  EXPECT_TRUE(Status().problems.empty()) << "that container is gone";
  OpenSupervisor(confirmed_->digest());
  SupervisorSays(wire::ContainerState{.tree = confirmed_->digest()});
  EXPECT_TRUE(Status().problems.empty());
}

TEST_F(HubContainerTest, HearsFromTheSupervisorWhatAnAgentBeforeItKnew) {
  OpenPusher();
  OpenSupervisor();
  Push(kClient, 1, "one");
  SupervisorSays(wire::ApplyResult{.number = 1, .steps = {{.step = 0, .exit_code = 3}}});
  Reopen();
  OpenSupervisor(confirmed_->digest());
  SupervisorSays(wire::ContainerState{
      .tree = confirmed_->digest(), .problems = {}, .steps = {{.step = 0, .exit_code = 3}}});
  EXPECT_EQ(Status().problems.size(), 1U);
  EXPECT_EQ(Status().applied_tree, confirmed_->digest());
}

TEST_F(HubContainerTest, TellsOfManyProblemsWhatAMessageHolds) {
  OpenPusher();
  OpenSupervisor();
  Push(kClient, 1, "one");
  wire::ApplyResult applied{.number = 1, .problems = {}, .steps = {{.step = 0, .exit_code = 3}}};
  for (int i = 0; i < 80000; ++i) {
    applied.problems.push_back(
        {.path = "/app/" + std::string(200, 'f') + std::to_string(i), .message = "read-only"});
  }
  const auto result = Sent<wire::BatchResult>(SupervisorSays(applied), kClient);
  ASSERT_EQ(result.size(), 1U);
  EXPECT_EQ(result[0].problems.size(), 200U);
  EXPECT_NE(result[0].problems.back().message.find("79800 more"), std::string::npos);
  EXPECT_EQ(Status().problems.size(), 201U);
  EXPECT_NE(Status().problems.back().message.find("step failed"), std::string::npos);
}

TEST_F(HubContainerTest, AsksNothingOfASupervisorWhenItLostItsState) {
  OpenPusher();
  Push(kClient, 1, "one");
  const Digest tree = confirmed_->digest();
  volume_.Write("state", "HAWSER-1 damaged");
  Reopen();
  EXPECT_TRUE(Sent<wire::ApplyRequest>(OpenSupervisor(tree), kSupervisor).empty());
  SupervisorSays(wire::ContainerState{.tree = tree});
  EXPECT_NE(Status().applied_tree, Status().tree) << "what the container holds is confirmed again";
}

TEST_F(HubContainerTest, EndsTheStreamOfASupervisorThatEndsItAndSaysWhy) {
  OpenPusher();
  OpenSupervisor();
  Push(kClient, 1, "one");
  const Outputs outputs =
      SupervisorSays(wire::Reject{.message = "a message could not be sent: it is too large"});
  ASSERT_NE(Closed(outputs), nullptr);
  EXPECT_EQ(Closed(outputs)->peer, kSupervisor);
  EXPECT_NE(Closed(outputs)->reject.message.find("too large"), std::string::npos);
  EXPECT_EQ(Sent<wire::BatchResult>(outputs, kClient).at(0).outcome, BatchOutcome::kNoSupervisor);
}

}  // namespace
}  // namespace hawser::agent
