// The conversation with one pod, message by message.
#include "lib/sync/send/sender.h"

#include <gtest/gtest.h>

#include "tests/lib/sync/send/sender_fixture.h"

namespace hawser::sync {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using wire::BatchOutcome;

TEST_F(SenderTest, NeitherRunsStepsNorRestartsForWhatThePodHasAlready) {
  Sync(Files(2));
  Tree tree = Files(2)->tree;
  tree.Put("/app/req", FileEntry("made by the pod"));
  sender_->OnPodHas("/app/req", FileEntry("made by the pod"));
  const SnapshotPtr pulled = MakeSnapshot(tree);
  const Actions same = sender_->OnSnapshot(pulled, kNow);
  ASSERT_NE(Find<SendBatch>(same), nullptr) << "the agent has to learn it";
  EXPECT_TRUE(Find<SendBatch>(same)->request.steps.empty());
  EXPECT_FALSE(Find<SendBatch>(same)->request.restart);
  Written();
  Confirm(2, pulled->digest);
  tree.Put("/app/req", FileEntry("edited"));
  const Actions edited = sender_->OnSnapshot(MakeSnapshot(tree), kNow);
  ASSERT_NE(Find<SendBatch>(edited), nullptr);
  EXPECT_EQ(Find<SendBatch>(edited)->request.steps, (std::vector<uint32_t>{0, 1}));
  EXPECT_TRUE(Find<SendBatch>(edited)->request.restart);
  Written();
  Confirm(3, tree.digest());
  const Actions back = sender_->OnSnapshot(pulled, kNow);
  ASSERT_NE(Find<SendBatch>(back), nullptr);
  EXPECT_TRUE(Find<SendBatch>(back)->request.restart) << "the pod no longer has it";
}

TEST_F(SenderTest, BringsAFreshPodUpWithAllSteps) {
  EXPECT_TRUE(sender_->OnSnapshot(Files(2), kNow).empty()) << "nobody to send to";
  const Actions actions = Welcome({}, 0, 1);
  ASSERT_EQ(actions.size(), 2U);
  EXPECT_EQ(*FindMessage<wire::Configure>(actions), options_.configure) << "configured first";
  const BatchRequest& request = Find<SendBatch>(actions)->request;
  EXPECT_EQ(request.number, 1U);
  EXPECT_TRUE(request.base_tree.IsZero());
  EXPECT_EQ(request.result_tree, Files(2)->digest);
  EXPECT_EQ(request.plan->changes.size(), 2U);
  EXPECT_EQ(request.steps, (std::vector<uint32_t>{0, 1}));
  EXPECT_TRUE(request.restart);
}

TEST_F(SenderTest, SendsAnEmptyFirstBatchToAFreshPod) {
  sender_->OnSnapshot(Files(0), kNow);
  EXPECT_NE(Find<SendBatch>(Welcome({})), nullptr) << "the pod waits for one";
}

TEST_F(SenderTest, SaysNothingToAPodThatHasTheSameTree) {
  sender_->OnSnapshot(Files(2), kNow);
  const Actions actions = Welcome(Files(2)->digest, 5);
  ASSERT_EQ(actions.size(), 1U);
  EXPECT_NE(Find<InSync>(actions), nullptr);
  EXPECT_TRUE(sender_->in_sync());
}

TEST_F(SenderTest, ComparesTreesWithAPodThatHasAnother) {
  const SnapshotPtr wanted = MakeSnapshot({{"/app/a", FileEntry("a")}, {"/app/b", FileEntry("b")}});
  sender_->OnSnapshot(wanted, kNow);
  const Tree other{{"/app/a", FileEntry("a")}, {"/app/z", FileEntry("z")}};
  const Actions asking = Welcome(other.digest(), 5);
  ASSERT_NE(FindMessage<wire::NodesRequest>(asking), nullptr);
  const Actions actions = TellTree(asking, other);
  ASSERT_NE(Find<SendBatch>(actions), nullptr);
  const BatchRequest& request = Find<SendBatch>(actions)->request;
  EXPECT_EQ(request.number, 6U);
  EXPECT_EQ(request.base_tree, other.digest());
  ASSERT_EQ(request.plan->changes.size(), 2U);
  EXPECT_EQ(request.plan->changes[0].path, "/app/b");
  EXPECT_TRUE(request.plan->changes[1].remove);
}

TEST_F(SenderTest, KeepsOneBatchInFlightAndSendsTheNewestNext) {
  Sync(Files(1));
  ASSERT_NE(Find<SendBatch>(sender_->OnSnapshot(Files(2), kNow)), nullptr);
  EXPECT_TRUE(sender_->OnSnapshot(Files(3), kNow).empty());
  Written();
  EXPECT_TRUE(sender_->OnSnapshot(Files(4), kNow).empty());
  const Actions actions = Confirm(2, Files(2)->digest);
  EXPECT_EQ(Find<Report>(actions)->report.files, 1U);
  EXPECT_EQ(Find<Report>(actions)->report.paths, std::vector<std::string>{"src/1"});
  EXPECT_EQ(Find<SendBatch>(actions)->request.result_tree, Files(4)->digest);
  EXPECT_FALSE(sender_->in_sync());
}

TEST_F(SenderTest, RunsTheStepsAndRestartThatTheGlobsAskFor) {
  Sync(Files(1));
  const SnapshotPtr deep = MakeSnapshot({{"/app/0", FileEntry("x")}, {"/app/d/f", FileEntry("y")}});
  const BatchRequest request = Find<SendBatch>(sender_->OnSnapshot(deep, kNow))->request;
  EXPECT_TRUE(request.steps.empty());
  EXPECT_TRUE(request.restart);
  Written();
  Confirm(2, deep->digest);
  const SnapshotPtr req = MakeSnapshot(
      {{"/app/0", FileEntry("x")}, {"/app/d/f", FileEntry("y")}, {"/app/req", FileEntry("")}});
  EXPECT_EQ(Find<SendBatch>(sender_->OnSnapshot(req, kNow))->request.steps,
            (std::vector<uint32_t>{0, 1}));
}

TEST_F(SenderTest, SendsWholeWhatThePodNeeds) {
  sender_->OnSnapshot(Files(3), kNow);
  Welcome({});
  Written();
  const Actions again = sender_->OnMessage(wire::Need{1, {0, 2}}, kNow);
  ASSERT_NE(Find<SendBatch>(again), nullptr);
  EXPECT_EQ(Find<SendBatch>(again)->request.number, 1U);
  EXPECT_EQ(Find<SendBatch>(again)->request.send_whole, (std::set<uint32_t>{0, 2}));
  Written();
  EXPECT_TRUE(sender_->OnMessage(wire::Need{9, {1}}, kNow).empty()) << "of no batch of ours";
  EXPECT_EQ(Find<Fail>(sender_->OnMessage(wire::Need{1, {2}}, kNow))->status.code(),
            Code::kDataLoss);
}

TEST_F(SenderTest, NoLongerCountsOnContentThatThePodDropped) {
  Sync(Files(3));
  const Actions actions = sender_->OnSnapshot(Files(4), kNow);
  EXPECT_TRUE(Find<SendBatch>(actions)->request.held->Has(Sha256("x")));
  Written();
  const Actions again = sender_->OnMessage(wire::Need{2, {0}}, kNow);
  EXPECT_FALSE(Find<SendBatch>(again)->request.held->Has(Sha256("x")));
}

TEST_F(SenderTest, RefusesANeedForWhatIsNotInTheBatch) {
  sender_->OnSnapshot(Files(1), kNow);
  Welcome({});
  Written();
  EXPECT_EQ(Find<Fail>(sender_->OnMessage(wire::Need{1, {1}}, kNow))->status.code(),
            Code::kDataLoss);
}

TEST_F(SenderTest, ComparesAgainAfterAStaleResultButNotForEver) {
  Sync(Files(1));
  const Tree theirs{{"/app/0", FileEntry("theirs")}};
  sender_->OnSnapshot(Files(2), kNow);
  for (int round = 0; round < 2; ++round) {
    Written();
    const uint64_t sent = round == 0 ? 2 : 10;
    const Actions actions = Confirm(sent, theirs.digest(), BatchOutcome::kStale);
    EXPECT_NE(FindMessage<wire::StatusRequest>(actions), nullptr);
    EXPECT_NE(FindMessage<wire::TreeRequest>(actions), nullptr) << "also when it is known";
    wire::StatusReply status;
    status.last_batch = 9;
    EXPECT_TRUE(sender_->OnMessage(status, kNow).empty());
    const Actions next =
        sender_->OnMessage(wire::TreeReply{{{"/app/0", FileEntry("theirs")}}, true}, kNow);
    ASSERT_NE(Find<SendBatch>(next), nullptr);
    EXPECT_EQ(Find<SendBatch>(next)->request.number, 10U);
  }
  Written();
  EXPECT_EQ(Find<Fail>(Confirm(10, theirs.digest(), BatchOutcome::kStale))->status.code(),
            Code::kAborted);
}

TEST_F(SenderTest, RecognisesABatchThatArrivedThoughItsResultDidNot) {
  Sync(Files(1));
  sender_->OnSnapshot(Files(2), kNow);
  Written();
  sender_->OnDisconnect();
  EXPECT_FALSE(sender_->in_sync());
  EXPECT_TRUE(sender_->OnSnapshot(Files(3), kNow).empty()) << "not connected";
  const Actions actions = Welcome(Files(2)->digest, 2);
  ASSERT_NE(Find<SendBatch>(actions), nullptr);
  EXPECT_EQ(Find<SendBatch>(actions)->request.number, 3U);
  EXPECT_EQ(Find<SendBatch>(actions)->request.plan->changes.size(), 1U);
}

TEST_F(SenderTest, SendsAgainABatchThatDidNotArrive) {
  Sync(Files(1));
  sender_->OnSnapshot(Files(2), kNow);
  sender_->OnDisconnect();
  EXPECT_TRUE(Written().empty()) << "the writer's end comes after the disconnect";
  const Actions actions = Welcome(Files(1)->digest, 1);
  ASSERT_NE(Find<SendBatch>(actions), nullptr);
  EXPECT_EQ(Find<SendBatch>(actions)->request.number, 2U);
}

TEST_F(SenderTest, StartsAnewWithAPodThatLostEverything) {
  Sync(Files(2));
  sender_->OnDisconnect();
  const Actions actions = Welcome({}, 0, 0);
  EXPECT_NE(FindMessage<wire::Configure>(actions), nullptr);
  EXPECT_EQ(Find<SendBatch>(actions)->request.plan->changes.size(), 2U);
}

TEST_F(SenderTest, BrakesBeforeRemovingMostOfATree) {
  Sync(Files(30));
  const Actions asked = sender_->OnSnapshot(Files(10), kNow);
  ASSERT_NE(Find<AskBeforeRemoving>(asked), nullptr);
  EXPECT_EQ(Find<AskBeforeRemoving>(asked)->removals, 20U);
  EXPECT_EQ(Find<SendBatch>(asked), nullptr);
  EXPECT_NE(Find<AskBeforeRemoving>(sender_->OnSnapshot(Files(5), kNow)), nullptr)
      << "each snapshot asks anew";
  const Actions confirmed = sender_->ConfirmRemovals(kNow);
  ASSERT_NE(Find<SendBatch>(confirmed), nullptr);
  EXPECT_TRUE(sender_->ConfirmRemovals(kNow).empty());
}

TEST_F(SenderTest, GoesOnWithoutAYesWhenTheFilesCameBack) {
  Sync(Files(30));
  ASSERT_NE(Find<AskBeforeRemoving>(sender_->OnSnapshot(Files(1), kNow)), nullptr);
  EXPECT_NE(Find<InSync>(sender_->OnSnapshot(Files(30), kNow)), nullptr);
  EXPECT_TRUE(sender_->ConfirmRemovals(kNow).empty()) << "the question is no longer open";
}

TEST_F(SenderTest, PassesOnWhyABatchCouldNotBeWritten) {
  sender_->OnSnapshot(Files(1), kNow);
  Welcome({});
  EXPECT_EQ(Find<Fail>(sender_->OnBatchWritten(UnavailableError("gone"), kNow))->status.code(),
            Code::kUnavailable);
}

TEST_F(SenderTest, ComparesWhenAResultTellsOfAnotherTree) {
  sender_->OnSnapshot(Files(1), kNow);
  Welcome({});
  Written();
  EXPECT_NE(FindMessage<wire::NodesRequest>(Confirm(1, Sha256("another"))), nullptr);
}

TEST_F(SenderTest, AsksForNoTreeBeforeItKnowsTheWorkspace) {
  EXPECT_TRUE(Welcome(Files(2)->digest, 5).empty());
  EXPECT_FALSE(sender_->in_sync());
  EXPECT_NE(Find<InSync>(sender_->OnSnapshot(Files(2), kNow)), nullptr);
}

TEST_F(SenderTest, AsksForTheWholeTreeWhenItKnowsNothing) {
  sender_->OnSnapshot(Files(0), kNow);
  const Tree other{{"/app/a", FileEntry("a")}, {"/app/z", FileEntry("z")}};
  EXPECT_NE(FindMessage<wire::TreeRequest>(Welcome(other.digest(), 5)), nullptr);
  wire::TreeReply part{{{"/app/a", FileEntry("a")}}, false};
  EXPECT_TRUE(sender_->OnMessage(part, kNow).empty());
  part = {{{"/app/z", FileEntry("z")}}, true};
  const Actions actions = sender_->OnMessage(part, kNow);
  ASSERT_NE(Find<SendBatch>(actions), nullptr);
  EXPECT_EQ(Find<SendBatch>(actions)->request.plan->removals, 2U);
}

TEST_F(SenderTest, FailsWhenAnAgentSendsWhatIsNoPartOfItsTree) {
  sender_->OnSnapshot(Files(1), kNow);
  Welcome(Sha256("another"), 5);
  const wire::Node forged{.entries = {{"/app/a", FileEntry("a")}}};
  const Actions actions = sender_->OnMessage(wire::NodesReply{{forged}, true}, kNow);
  ASSERT_NE(Find<Fail>(actions), nullptr);
  EXPECT_EQ(Find<Fail>(actions)->status.code(), Code::kDataLoss);
}

TEST_F(SenderTest, FailsWhenThePodCouldNotTakeTheBatch) {
  sender_->OnSnapshot(Files(1), kNow);
  Welcome({});
  Written();
  const Actions actions = Confirm(1, {}, BatchOutcome::kFailed);
  EXPECT_NE(Find<Report>(actions), nullptr);
  EXPECT_EQ(Find<Fail>(actions)->status.code(), Code::kUnavailable);
}

TEST_F(SenderTest, FailsWhenAResultIsOverdue) {
  sender_->OnSnapshot(Files(1), kNow);
  Welcome({});
  EXPECT_TRUE(sender_->OnTick(kNow + minutes(60)).empty()) << "still being written";
  Written();
  EXPECT_TRUE(sender_->OnTick(kNow + minutes(10)).empty());
  EXPECT_EQ(Find<Fail>(sender_->OnTick(kNow + minutes(11)))->status.code(),
            Code::kDeadlineExceeded);
}

TEST_F(SenderTest, TellsWhenTheAppIsReadyAfterItsBatch) {
  sender_->OnSnapshot(Files(1), kNow);
  Welcome({});
  BatchCost cost;
  cost.sent = kNow;
  sender_->OnBatchWritten(cost, kNow);
  const auto progress = [&](wire::Phase phase, int ms) {
    return sender_->OnMessage(wire::Progress{1, phase, static_cast<uint64_t>(ms) * 1000},
                              kNow + milliseconds(ms + 2));
  };
  EXPECT_TRUE(progress(wire::Phase::kReceived, 0).empty());
  EXPECT_TRUE(progress(wire::Phase::kStaged, 3).empty());
  EXPECT_TRUE(progress(wire::Phase::kApplied, 5).empty());
  const Actions applied = Confirm(1, Files(1)->digest);
  EXPECT_EQ(Find<Report>(applied)->report.timeline.staged, kNow + milliseconds(4));
  EXPECT_EQ(Find<Report>(applied)->report.timeline.applied, kNow + milliseconds(6));
  const Actions ready = progress(wire::Phase::kReady, 90);
  ASSERT_NE(Find<ReadyReport>(ready), nullptr);
  EXPECT_EQ(Find<ReadyReport>(ready)->timeline.ready, kNow + milliseconds(91));
  EXPECT_TRUE(progress(wire::Phase::kReady, 95).empty()) << "once";
}

TEST_F(SenderTest, FailsByTheReasonOfARejection) {
  const std::pair<wire::RejectReason, Code> cases[] = {
      {wire::RejectReason::kVersion, Code::kUnimplemented},
      {wire::RejectReason::kWrongSession, Code::kPermissionDenied},
      {wire::RejectReason::kSuperseded, Code::kFailedPrecondition},
      {wire::RejectReason::kShuttingDown, Code::kUnavailable},
      {wire::RejectReason::kProtocol, Code::kInternal}};
  for (const auto& [reason, code] : cases) {
    const Actions actions = sender_->OnMessage(wire::Reject{reason, "why"}, kNow);
    EXPECT_EQ(Find<Fail>(actions)->status, Status(code, "why"));
  }
  wire::Welcome welcome;
  welcome.version = 9;
  EXPECT_EQ(Find<Fail>(sender_->OnWelcome(welcome, kNow))->status.code(), Code::kUnimplemented);
}

}  // namespace
}  // namespace hawser::sync
