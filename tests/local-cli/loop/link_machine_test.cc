// The life of a link: when it dials, pings, gives a connection up, and stops.
#include "local-cli/loop/link_machine.h"

#include <gtest/gtest.h>

namespace hawser::cli {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr TimePoint kStart{std::chrono::hours(1)};

template <typename Kind>
bool Has(const LinkMachine::Actions& actions) {
  for (const LinkAction& action : actions) {
    if (std::holds_alternative<Kind>(action)) return true;
  }
  return false;
}

template <typename Kind>
const Kind* News(const LinkMachine::Actions& actions) {
  for (const LinkAction& action : actions) {
    const auto* news = std::get_if<LinkNews>(&action);
    if (news != nullptr && std::holds_alternative<Kind>(*news)) return &std::get<Kind>(*news);
  }
  return nullptr;
}

TEST(LinkMachineTest, DialsAgainWithGrowingDelays) {
  LinkMachine machine({}, 1);
  EXPECT_TRUE(Has<Dial>(LinkMachine::Start()));
  TimePoint now = kStart;
  for (const auto delay : {milliseconds(100), milliseconds(200), milliseconds(400)}) {
    const auto lost = machine.OnDialed(UnavailableError("refused"), now);
    ASSERT_NE(News<LinkDown>(lost), nullptr);
    EXPECT_GE(machine.WakeAt() - now, delay * 0.8);
    EXPECT_LE(machine.WakeAt() - now, delay * 1.2);
    EXPECT_TRUE(machine.OnTick(machine.WakeAt() - milliseconds(1)).empty());
    now = machine.WakeAt();
    EXPECT_TRUE(Has<Dial>(machine.OnTick(now)));
  }
}

TEST(LinkMachineTest, CountsTriesAndNeverWaitsLongerThanFiveSeconds) {
  LinkMachine machine({}, 1);
  TimePoint now = kStart;
  for (int attempt = 1; attempt <= 12; ++attempt) {
    const auto lost = machine.OnDialed(UnavailableError("refused"), now);
    EXPECT_EQ(News<LinkDown>(lost)->attempt, attempt);
    EXPECT_LE(machine.WakeAt() - now, seconds(6));
    now = machine.WakeAt();
    machine.OnTick(now);
  }
}

TEST(LinkMachineTest, PingsAndGivesASilentAgentUp) {
  LinkMachine machine({}, 1);
  machine.OnDialed(wire::Welcome{.agent_version = "1"}, kStart);
  EXPECT_EQ(machine.WakeAt(), kStart + seconds(20));
  EXPECT_TRUE(Has<sync::SendMessages>(machine.OnTick(machine.WakeAt())));
  machine.OnReceived(wire::Message(wire::Pong{.nonce = 1}), kStart + seconds(21));
  EXPECT_TRUE(Has<sync::SendMessages>(machine.OnTick(machine.WakeAt())));
  EXPECT_TRUE(Has<sync::SendMessages>(machine.OnTick(machine.WakeAt())));
  const auto lost = machine.OnTick(machine.WakeAt());
  EXPECT_TRUE(Has<HangUp>(lost));
  EXPECT_EQ(News<LinkDown>(lost)->reason.code(), Code::kUnavailable);
}

TEST(LinkMachineTest, TellsWhetherItWasUpBefore) {
  LinkMachine machine({}, 1);
  EXPECT_FALSE(News<LinkUp>(machine.OnDialed(wire::Welcome{}, kStart))->again);
  EXPECT_TRUE(Has<HangUp>(machine.OnReceived(UnavailableError("cut"), kStart)));
  machine.OnTick(machine.WakeAt());
  EXPECT_TRUE(News<LinkUp>(machine.OnDialed(wire::Welcome{}, kStart))->again);
}

TEST(LinkMachineTest, StopsForGoodWhenSuperseded) {
  LinkMachine machine({}, 1);
  machine.OnDialed(wire::Welcome{}, kStart);
  const auto actions = machine.OnReceived(
      wire::Message(wire::Reject{.reason = wire::RejectReason::kSuperseded, .message = "ann"}),
      kStart);
  EXPECT_TRUE(News<LinkDown>(actions)->superseded);
  EXPECT_EQ(machine.WakeAt(), kNoDeadline);
}

TEST(LinkMachineTest, PassesStepOutputOn) {
  LinkMachine machine({}, 1);
  machine.OnDialed(wire::Welcome{}, kStart);
  const auto actions =
      machine.OnReceived(wire::Message(wire::StepOutput{.step = 1, .bytes = "x"}), kStart);
  ASSERT_NE(News<wire::StepOutput>(actions), nullptr);
  EXPECT_EQ(News<wire::StepOutput>(actions)->bytes, "x");
}

sync::SnapshotPtr EmptySnapshot() {
  auto snapshot = std::make_shared<sync::Snapshot>();
  snapshot->digest = snapshot->tree.digest();
  return snapshot;
}

TEST(LinkMachineTest, AsksHowTheAppIsWhileInSyncWhenTold) {
  const auto snapshot = EmptySnapshot();
  LinkMachine machine({}, 1, true);
  machine.OnSnapshot(snapshot, kStart);
  const auto up =
      machine.OnDialed(wire::Welcome{.tree = snapshot->digest, .last_batch = 1}, kStart);
  ASSERT_NE(News<LinkInSync>(up), nullptr);
  EXPECT_EQ(machine.WakeAt(), kStart);
  EXPECT_TRUE(Has<sync::SendMessages>(machine.OnTick(kStart)));
  const wire::StatusReply status{.app = wire::AppState::kRunning};
  EXPECT_NE(News<LinkRuns>(machine.OnReceived(wire::Message(status), kStart)), nullptr);
  EXPECT_EQ(machine.WakeAt(), kStart + milliseconds(200));
  machine.OnReceived(UnavailableError("gone"), kStart);
  EXPECT_NE(machine.WakeAt(), kStart + milliseconds(200)) << "not while it is away";
}

TEST(LinkMachineTest, AsksWhatCameOfABatchOfWhichItGotNoReport) {
  const auto snapshot = EmptySnapshot();
  LinkMachine machine({}, 1);
  machine.OnSnapshot(snapshot, kStart);
  machine.OnDialed(wire::Welcome{.tree = snapshot->digest, .last_batch = 1}, kStart);
  wire::StatusReply status{.app = wire::AppState::kRunning, .tree = snapshot->digest};
  TimePoint now = kStart;
  for (int steps = 0; steps < 2; ++steps) {
    EXPECT_EQ(machine.WakeAt(), now);
    EXPECT_TRUE(Has<sync::SendMessages>(machine.OnTick(now)));
    EXPECT_NE(News<LinkRuns>(machine.OnReceived(wire::Message(status), now)), nullptr);
    now += milliseconds(200);
  }
  machine.OnTick(now);
  status.applied_tree = snapshot->digest;
  EXPECT_NE(News<LinkRuns>(machine.OnReceived(wire::Message(status), now)), nullptr);
  EXPECT_EQ(machine.WakeAt(), kStart + seconds(20)) << "it is known now";
  EXPECT_EQ(News<LinkRuns>(machine.OnReceived(wire::Message(status), now)), nullptr);
}

TEST(LinkMachineTest, WaitsForAContainerThatStartsButNotForOneThatIsNotThere) {
  const auto snapshot = EmptySnapshot();
  LinkMachine machine({}, 1);
  machine.OnSnapshot(snapshot, kStart);
  machine.OnDialed(wire::Welcome{.tree = snapshot->digest, .last_batch = 1}, kStart);
  const wire::StatusReply status{.tree = snapshot->digest};
  for (const int elapsed : {0, 2, 4, 5}) {
    const TimePoint now = kStart + seconds(elapsed);
    machine.OnTick(now);
    const auto actions = machine.OnReceived(wire::Message(status), now);
    ASSERT_NE(News<LinkRuns>(actions), nullptr) << elapsed;
    EXPECT_EQ(News<LinkRuns>(actions)->container_missing, elapsed == 5) << elapsed;
  }
  EXPECT_EQ(machine.WakeAt(), kStart + seconds(20)) << "not asked again";
}

TEST(LinkMachineTest, AsksNothingOnceABatchWasReported) {
  const auto snapshot = EmptySnapshot();
  LinkMachine machine({}, 1);
  machine.OnSnapshot(snapshot, kStart);
  machine.OnDialed(wire::Welcome{}, kStart);
  machine.OnBatchWritten(sync::BatchCost{}, kStart);
  const wire::BatchResult result{.number = 1, .tree = snapshot->digest};
  ASSERT_NE(News<LinkInSync>(machine.OnReceived(wire::Message(result), kStart)), nullptr);
  EXPECT_EQ(machine.WakeAt(), kStart + seconds(20));
  machine.OnReceived(UnavailableError("cut"), kStart);
  machine.OnTick(machine.WakeAt());
  machine.OnDialed(wire::Welcome{.tree = snapshot->digest, .last_batch = 1}, kStart);
  EXPECT_EQ(machine.WakeAt(), kStart) << "the next connection knows nothing";
}

TEST(LinkMachineTest, WakesForAFileThatComesToRest) {
  auto snapshot = std::make_shared<sync::Snapshot>();
  snapshot->tree = {{"/app/db", {.size = 1, .digest = Sha256("1")}}};
  snapshot->digest = snapshot->tree.digest();
  LinkMachine machine({}, 1);
  machine.OnSnapshot(snapshot, kStart);
  machine.OnDialed(wire::Welcome{}, kStart);
  const sync::BatchCost changed{.changed = "/app/db"};
  EXPECT_EQ(News<LinkOutdated>(machine.OnBatchWritten(changed, kStart))->outrun, "");
  machine.OnSnapshot(snapshot, kStart);
  const TimePoint later = kStart + seconds(3);
  EXPECT_EQ(News<LinkOutdated>(machine.OnBatchWritten(changed, later))->outrun, "/app/db");
  machine.OnSnapshot(snapshot, later);
  EXPECT_EQ(machine.WakeAt(), later + seconds(3));
  EXPECT_TRUE(Has<sync::SendBatch>(machine.OnTick(machine.WakeAt())));
}

}  // namespace
}  // namespace hawser::cli
