// When a push that waits for its tree to run is done, and why it is not.
#include <gtest/gtest.h>

#include <optional>

#include "tests/local-cli/loop/push_machine_fixture.h"

namespace hawser::cli {
namespace {

class BarrierTest : public PushMachineTest {
 protected:
  BarrierTest() {
    PushMachineOptions options{.barrier = true,
                               .give_up_at = kPushStart + std::chrono::seconds(60)};
    options.session.name = "api";
    machine_.emplace(options);
    machine_->Step(PodsSeen{{Running("a")}}, kPushStart);
    Scan(*machine_, snapshot_);
    News(*machine_, "a", LinkUp{});
  }

  PushMachine::Actions Say(const wire::StatusReply& status) {
    return News(*machine_, "a", LinkRuns{status});
  }
  std::string GiveUp() {
    return Select<Finish>(machine_->OnTick(kPushStart + std::chrono::seconds(60)))
        .at(0)
        .status.message();
  }

  const sync::SnapshotPtr snapshot_ = MakeSnapshot("1");
  std::optional<PushMachine> machine_;
};

TEST_F(BarrierTest, EndsOnceTheAppRunsWithTheTree) {
  sync::Report staged;
  staged.report.result = {.number = 1, .outcome = wire::BatchOutcome::kNoSupervisor};
  News(*machine_, "a", staged);
  EXPECT_TRUE(Select<Finish>(News(*machine_, "a", LinkInSync{snapshot_})).empty());
  EXPECT_TRUE(Select<Finish>(Say({.app = wire::AppState::kRunning})).empty()) << "not applied";
  EXPECT_TRUE(
      Select<Finish>(Say({.app = wire::AppState::kStarting, .applied_tree = snapshot_->digest}))
          .empty());
  const auto done = Say({.app = wire::AppState::kRunning, .applied_tree = snapshot_->digest});
  EXPECT_TRUE(Select<Finish>(done).at(0).status.ok());
  EXPECT_EQ(Shown<AllRun>(done).at(0), (AllRun{.tree = snapshot_->digest.ToHex(), .pods = 1}));
}

TEST_F(BarrierTest, SaysWhyThePodDoesNotRunTheTree) {
  News(*machine_, "a", LinkInSync{snapshot_});
  Say({.app = wire::AppState::kExited, .last_exit = 3, .applied_tree = snapshot_->digest});
  const std::string why = GiveUp();
  EXPECT_NE(why.find("pod a: its app is exited (3)"), std::string::npos) << why;
}

TEST_F(BarrierTest, FailsForAPathThatCouldNotBeWritten) {
  News(*machine_, "a", LinkInSync{snapshot_});
  const auto actions = Say({.app = wire::AppState::kRunning,
                            .problems = {{.path = "/app/x", .message = "read-only"}},
                            .applied_tree = snapshot_->digest});
  EXPECT_FALSE(Select<Finish>(actions).at(0).status.ok());
}

TEST_F(BarrierTest, WaitsForTheReadyPortUntilItGivesUp) {
  News(*machine_, "a", MakeReport(kPushStart, true));
  News(*machine_, "a", LinkInSync{snapshot_});
  EXPECT_TRUE(
      Select<Finish>(Say({.app = wire::AppState::kRunning, .applied_tree = snapshot_->digest}))
          .empty());
  const auto actions = News(*machine_, "a", sync::ReadyReport{.number = 1});
  EXPECT_TRUE(Select<Finish>(actions).at(0).status.ok());
}

}  // namespace
}  // namespace hawser::cli
