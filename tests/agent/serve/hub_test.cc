// What the agent answers to clients, supervisor and probe, input by input.
#include "agent/serve/hub.h"

#include <gtest/gtest.h>

#include "lib/sync/tree/resting.h"
#include "tests/agent/serve/hub_fixture.h"

namespace hawser::agent {
namespace {

using std::chrono::milliseconds;
using wire::BatchOutcome;
using wire::Phase;
using wire::RejectReason;

TEST_F(HubTest, WelcomesWithWhatIsConfirmed) {
  OpenPusher();
  Push(kClient, 1, "one");
  const auto welcome = Sent<wire::Welcome>(Open(kOther, wire::Role::kObserve), kOther);
  ASSERT_EQ(welcome.size(), 1U);
  EXPECT_EQ(welcome[0].pod, "api-1");
  EXPECT_EQ(welcome[0].tree, confirmed_->state().tree.digest());
  EXPECT_EQ(welcome[0].last_batch, 1U);
  EXPECT_EQ(welcome[0].config_generation, 1U);
  EXPECT_EQ(welcome[0].app, wire::AppState::kNoSupervisor);
}

TEST_F(HubTest, RejectsAnotherSessionAndAnotherVersion) {
  wire::Hello hello{.role = wire::Role::kPush, .session = "team/other"};
  Outputs outputs = hub_->Step(ClientOpened{kClient, hello});
  ASSERT_NE(Closed(outputs), nullptr);
  EXPECT_EQ(Closed(outputs)->reject.reason, RejectReason::kWrongSession);
  hello = {.min_version = 3, .max_version = 4, .role = wire::Role::kPush, .session = "team/api"};
  outputs = hub_->Step(ClientOpened{kClient, hello});
  ASSERT_NE(Closed(outputs), nullptr);
  EXPECT_EQ(Closed(outputs)->reject.reason, RejectReason::kVersion);
  EXPECT_TRUE(Say(kClient, wire::StatusRequest{}).empty()) << "it was never let in";
}

TEST_F(HubTest, SpeaksTheNewestVersionThatBothKnow) {
  for (const auto& [newest, agreed] : {std::pair<uint16_t, uint16_t>{1, 1}, {2, 2}, {7, 2}}) {
    const wire::Hello hello{.max_version = newest, .session = "team/api"};
    const Outputs outputs = hub_->Step(ClientOpened{kClient, hello});
    const auto welcome = Sent<wire::Welcome>(outputs, kClient);
    ASSERT_EQ(welcome.size(), 1U) << newest;
    EXPECT_EQ(welcome[0].version, agreed) << newest;
  }
}

TEST_F(HubTest, LetsTheNewestPusherWin) {
  OpenPusher();
  const Outputs outputs = Open(kOther);
  ASSERT_NE(Closed(outputs), nullptr);
  EXPECT_EQ(Closed(outputs)->peer, kClient);
  EXPECT_EQ(Closed(outputs)->reject.reason, RejectReason::kSuperseded);
  EXPECT_TRUE(Push(kClient, 1, "late").empty()) << "its messages on the way are void";
  EXPECT_EQ(Sent<wire::BatchResult>(Push(kOther, 1, "new"), kOther).size(), 1U);
}

TEST_F(HubTest, LetsObserversChangeNothing) {
  Open(kClient, wire::Role::kObserve);
  EXPECT_EQ(Sent<wire::StatusReply>(Say(kClient, wire::StatusRequest{}), kClient).size(), 1U);
  const Outputs outputs = Say(kClient, wire::Configure{.generation = 1});
  ASSERT_NE(Closed(outputs), nullptr);
  EXPECT_EQ(Closed(outputs)->reject.reason, RejectReason::kProtocol);
  EXPECT_EQ(confirmed_->state().configure.generation, 0U);
}

TEST_F(HubTest, TakesABatchThroughAllItsPhases) {
  OpenPusher();
  OpenSupervisor();
  Outputs outputs = Push(kClient, 1, "one");
  auto progress = Sent<wire::Progress>(outputs, kClient);
  ASSERT_EQ(progress.size(), 2U);
  EXPECT_EQ(progress[0].phase, Phase::kReceived);
  EXPECT_EQ(progress[1].phase, Phase::kStaged);
  EXPECT_EQ(progress[1].elapsed_us, 3000U);
  const auto apply = Sent<wire::ApplyRequest>(outputs, kSupervisor);
  ASSERT_EQ(apply.size(), 1U);
  EXPECT_EQ(apply[0], (wire::ApplyRequest{.number = 1, .steps = {0}, .restart = true}));
  EXPECT_TRUE(Sent<wire::BatchResult>(outputs, kClient).empty()) << "not yet applied";
  EXPECT_EQ(sync::LoadAgentState(volume_ / "state").value(), confirmed_->state()) << "saved first";

  outputs = SupervisorSays(wire::Progress{.number = 1, .phase = Phase::kApplied});
  EXPECT_EQ(Sent<wire::Progress>(outputs, kClient)[0].elapsed_us, 4000U) << "by the agent's clock";
  outputs = SupervisorSays(wire::StepOutput{.number = 1, .step = 0, .bytes = "installing"});
  EXPECT_EQ(Sent<wire::StepOutput>(outputs, kClient)[0].bytes, "installing");
  outputs =
      SupervisorSays(wire::ApplyResult{.number = 1, .steps = {{.step = 0}}, .restarted = true});
  const auto result = Sent<wire::BatchResult>(outputs, kClient);
  ASSERT_EQ(result.size(), 1U);
  EXPECT_EQ(result[0].outcome, BatchOutcome::kApplied);
  EXPECT_EQ(result[0].tree, confirmed_->digest());
  EXPECT_TRUE(result[0].restarted);
  const auto* watch = std::get_if<WatchReady>(&outputs.back());
  ASSERT_NE(watch, nullptr);
  EXPECT_EQ(watch->port, 80);
  SupervisorSays(wire::AppStatus{.app = wire::AppState::kRunning, .pid = 5});
  EXPECT_EQ(Sent<wire::Progress>(hub_->Step(AppReady{1}), kClient)[0].phase, Phase::kReady);
  EXPECT_TRUE(hub_->Step(AppReady{1}).empty()) << "once";
}

TEST_F(HubTest, EndsTheStreamOfABatchThatBreaksTheProtocolAndKeepsNothing) {
  OpenPusher();
  Push(kClient, 1, "one");
  const sync::AgentState before = confirmed_->state();
  const Outputs outputs = Push(kClient, 1, "replayed");
  ASSERT_NE(Closed(outputs), nullptr);
  EXPECT_EQ(Closed(outputs)->reject.reason, RejectReason::kProtocol);
  EXPECT_EQ(outputs.size(), 1U) << "the rest of the batch is void";
  EXPECT_EQ(confirmed_->state(), before);
  OpenPusher();
  EXPECT_EQ(Sent<wire::BatchResult>(Push(kClient, 2, "two"), kClient).size(), 1U);
}

TEST_F(HubTest, EndsTheStreamOfAPieceOutsideABatch) {
  OpenPusher();
  EXPECT_NE(Closed(Say(kClient, wire::BatchEnd{1})), nullptr);
  OpenPusher();
  EXPECT_NE(Closed(Say(kClient, wire::Welcome{})), nullptr) << "not a client's to say";
}

TEST_F(HubTest, RefusesAStaleBatchAndGoesOn) {
  OpenPusher();
  Push(kClient, 1, "one");
  const Outputs outputs = Push(kClient, 5, "gap");
  const auto result = Sent<wire::BatchResult>(outputs, kClient);
  ASSERT_EQ(result.size(), 1U);
  EXPECT_EQ(result[0].outcome, BatchOutcome::kStale);
  EXPECT_EQ(result[0].tree, confirmed_->digest());
  EXPECT_EQ(Sent<wire::BatchResult>(Push(kClient, 2, "two"), kClient)[0].outcome,
            BatchOutcome::kNoSupervisor);
}

TEST_F(HubTest, ForgetsAnUnfinishedBatchWithItsClient) {
  OpenPusher();
  Say(kClient, wire::BatchBegin{.number = 1, .change_count = 1});
  hub_->Step(PeerClosed{kClient});
  Open(kOther);
  EXPECT_EQ(Sent<wire::BatchResult>(Push(kOther, 1, "one"), kOther).size(), 1U);
}

TEST_F(HubTest, PassesRestartsOnInOrder) {
  Open(kClient, wire::Role::kObserve);
  Open(kOther, wire::Role::kObserve);
  EXPECT_FALSE(Sent<wire::RestartResult>(Say(kClient, wire::RestartRequest{}), kClient)[0].ok);
  OpenSupervisor();
  EXPECT_EQ(Sent<wire::RestartRequest>(Say(kClient, wire::RestartRequest{}), kSupervisor).size(),
            1U);
  Say(kOther, wire::RestartRequest{});
  EXPECT_EQ(
      Sent<wire::RestartResult>(SupervisorSays(wire::RestartResult{.ok = true}), kClient).size(),
      1U);
  EXPECT_EQ(
      Sent<wire::RestartResult>(SupervisorSays(wire::RestartResult{.ok = true}), kOther).size(),
      1U);
}

TEST_F(HubTest, PassesLooksAtTheContainerOnUnderItsOwnIds) {
  Open(kClient);
  Open(kOther, wire::Role::kObserve);
  OpenSupervisor();
  const wire::PullList list{.id = 7, .patterns = {{.root = "/app", .glob = ""}}};
  const wire::PullRead read{.id = 7, .path = "/app/f", .offset = 5, .length = 9};
  const auto lists = Sent<wire::PullList>(Say(kClient, list), kSupervisor);
  const auto reads = Sent<wire::PullRead>(Say(kOther, read), kSupervisor);
  ASSERT_TRUE(lists.size() == 1 && reads.size() == 1);
  EXPECT_NE(lists[0].id, reads[0].id);
  EXPECT_EQ(reads[0].offset, 5U);
  const auto piece = Sent<wire::PullPiece>(
      SupervisorSays(wire::PullPiece{.id = reads[0].id, .bytes = "x"}), kOther);
  ASSERT_EQ(piece.size(), 1U);
  EXPECT_EQ(piece[0].id, 7U);
  for (const bool last : {false, true}) {
    const auto listing = Sent<wire::PullListing>(
        SupervisorSays(wire::PullListing{.id = lists[0].id, .last = last}), kClient);
    ASSERT_EQ(listing.size(), 1U);
    EXPECT_EQ(listing[0].id, 7U);
  }
  EXPECT_TRUE(SupervisorSays(wire::PullListing{.id = lists[0].id}).empty()) << "it is answered";
}

TEST_F(HubTest, FailsALookAtAContainerThatIsNotThereOrGoesAway) {
  Open(kClient);
  const wire::PullRead read{.id = 3, .path = "/app/f", .length = 9};
  auto failed = Sent<wire::PullPiece>(Say(kClient, read), kClient);
  ASSERT_EQ(failed.size(), 1U);
  EXPECT_FALSE(failed[0].trouble.empty());
  OpenSupervisor();
  for (size_t i = 0; i < PullRoutes::kMaxWaiting; ++i) {
    EXPECT_TRUE(Sent<wire::PullPiece>(Say(kClient, read), kClient).empty());
  }
  EXPECT_EQ(Sent<wire::PullPiece>(Say(kClient, read), kClient).size(), 1U) << "too many at once";
  failed = Sent<wire::PullPiece>(hub_->Step(PeerClosed{kSupervisor}), kClient);
  EXPECT_EQ(failed.size(), PullRoutes::kMaxWaiting);
}

TEST_F(HubTest, TellsTheSupervisorWhetherSomeonePushes) {
  const auto told = [](const Outputs& outputs) {
    return Sent<wire::PushState>(outputs, kSupervisor);
  };
  EXPECT_EQ(told(OpenSupervisor()), std::vector{wire::PushState{false}});
  EXPECT_TRUE(told(Open(kOther, wire::Role::kObserve)).empty());
  EXPECT_EQ(told(Open(kClient)), std::vector{wire::PushState{true}});
  EXPECT_TRUE(told(Open(3)).empty()) << "the next pusher takes over";
  EXPECT_TRUE(told(hub_->Step(PeerClosed{kClient})).empty());
  EXPECT_EQ(told(hub_->Step(PeerClosed{3})), std::vector{wire::PushState{false}});
}

TEST_F(HubTest, SendsTheTreeInPieces) {
  OpenPusher();
  EXPECT_EQ(Sent<wire::TreeReply>(Say(kClient, wire::TreeRequest{}), kClient).size(), 1U);
  sync::StagedBatch staged{.number = 1};
  for (int i = 0; i < 2500; ++i) {
    const wire::Change change{.path = "/app/" + std::to_string(i), .entry = {}};
    staged.changes.push_back(change);
    staged.result.Put(change.path, change.entry);
  }
  ASSERT_TRUE(confirmed_->Commit(staged).ok());
  const auto replies = Sent<wire::TreeReply>(Say(kClient, wire::TreeRequest{}), kClient);
  ASSERT_EQ(replies.size(), 3U);
  EXPECT_FALSE(replies[1].last);
  EXPECT_TRUE(replies[2].last);
  const Digest root = confirmed_->state().tree.digest();
  const auto nodes = Sent<wire::NodesReply>(Say(kClient, wire::NodesRequest{{root}}), kClient);
  ASSERT_EQ(nodes.size(), 1U);
  EXPECT_GT(nodes[0].nodes.at(0).level, 0U);
  EXPECT_EQ(replies[2].entries.size(), 500U);
}

TEST_F(HubTest, DropsLeftoversOnceNothingNeedsThem) {
  const auto store = sync::ContentStore::Open(volume_ / "store").value();
  const std::string leftover(sync::kMaxPackedContent + 1, 'l');
  ASSERT_TRUE(store->Put(Sha256(leftover), leftover).ok());
  OpenPusher();
  OpenSupervisor();
  Push(kClient, 1, "one");
  hub_->Tidy();
  EXPECT_TRUE(store->Has(Sha256(leftover), leftover.size())) << "the supervisor is at work";
  SupervisorSays(wire::ApplyResult{.number = 1});
  EXPECT_TRUE(store->Has(Sha256(leftover), leftover.size())) << "the result goes first";
  hub_->Tidy();
  EXPECT_FALSE(store->Has(Sha256(leftover), leftover.size()));
  const auto after = sync::ContentStore::Open(volume_ / "store").value();
  EXPECT_TRUE(after->Has(Sha256("one"), 3));
}

TEST_F(HubTest, RestsAWhileAfterTheLastBatchAndGoesOnAsBefore) {
  OpenPusher();
  OpenSupervisor();
  sync::StagedBatch staged{.number = 1};
  for (int i = 0; i < 40000; ++i) {
    const wire::Change change{.path = "/app/file" + std::to_string(i),
                              .entry = {.size = 1, .digest = Sha256(std::to_string(i))}};
    staged.changes.push_back(change);
    staged.result.Put(change.path, change.entry);
  }
  ASSERT_TRUE(confirmed_->Commit(staged).ok());
  const Digest tree = confirmed_->digest();
  clock_.Advance(std::chrono::minutes(1));
  ASSERT_LE(hub_->RestAt(), clock_.Now());
  hub_->Rest();
  EXPECT_EQ(hub_->RestAt(), kNoDeadline) << "once is enough";
  EXPECT_EQ(sync::LeafBytesInMemory(confirmed_->state().tree), 0U);
  EXPECT_EQ(confirmed_->digest(), tree);
  Push(kClient, 2, "two");
  EXPECT_LT(hub_->RestAt(), kNoDeadline);
  clock_.Advance(std::chrono::minutes(1));
  hub_->Rest();
  EXPECT_GT(hub_->RestAt(), clock_.Now()) << "the batch is being applied";
  EXPECT_LT(hub_->RestAt(), kNoDeadline);
  SupervisorSays(wire::ApplyResult{.number = 2});
  clock_.Advance(std::chrono::minutes(1));
  hub_->Rest();
  EXPECT_EQ(hub_->RestAt(), kNoDeadline);
  EXPECT_EQ(confirmed_->state().tree.size(), 40001U);
}

TEST_F(HubTest, AnswersProbesAndNothingElseOnTheirSocket) {
  EXPECT_EQ(Sent<wire::StatusReply>(hub_->Step(ProbeMessage{3, wire::StatusRequest{}}), 3).size(),
            1U);
  EXPECT_NE(Closed(hub_->Step(ProbeMessage{3, wire::RestartRequest{}})), nullptr);
}

TEST_F(HubTest, StartsAnewWhenItsStateIsDamaged) {
  OpenPusher();
  Push(kClient, 1, "one");
  volume_.Write("state", "HAWSER-1 damaged");
  Reopen();
  EXPECT_NE(warning_, "");
  const auto welcome = Sent<wire::Welcome>(Open(kClient), kClient);
  EXPECT_TRUE(welcome[0].tree.IsZero());
  EXPECT_EQ(welcome[0].last_batch, 0U);
}

TEST_F(HubTest, PassesARestartThatTheAnnotationAsksForToTheSupervisorOnce) {
  const RestartWanted wanted{.request = {.id = "1"}};
  EXPECT_TRUE(hub_->Step(wanted).empty()) << "nobody is there to restart";
  OpenSupervisor();
  EXPECT_EQ(
      Sent<wire::RestartOrder>(SupervisorSays(wire::RestartState{.instance = 7}), kSupervisor),
      std::vector{wanted.request});
  EXPECT_TRUE(SupervisorSays(wire::RestartState{.instance = 7, .last = "1"}).empty());
  EXPECT_TRUE(hub_->Step(wanted).empty());
  hub_->Step(PeerClosed{kSupervisor});
  OpenSupervisor();
  EXPECT_TRUE(SupervisorSays(wire::RestartState{.instance = 8}).empty());
}

}  // namespace
}  // namespace hawser::agent
