// The list-and-watch machine step by step, and the driver against the fake API server.
#include "lib/kube/reflector.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <thread>

#include "lib/kube/object.h"
#include "tests/support/fake_clock.h"
#include "tests/support/kube/fake_kube_api.h"

namespace hawser::kube {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using Action = ReflectorMachine::Action;

class ReflectorMachineTest : public ::testing::Test {
 protected:
  static ReflectorOptions Exact() {
    ReflectorOptions options;
    options.backoff.jitter = 0;
    return options;
  }

  Action Step(const ReflectorMachine::Input& input) { return machine_.Step(input, clock_.Now()); }

  testing::FakeClock clock_;
  ReflectorMachine machine_{Exact(), 1};
};

TEST_F(ReflectorMachineTest, ListsThenWatchesFromTheListsVersion) {
  EXPECT_EQ(ReflectorMachine::Start(), (Action{Action::Kind::kList, "", {}}));
  EXPECT_EQ(Step(ReflectorMachine::Listed{"7"}), (Action{Action::Kind::kWatch, "7", {}}));
}

TEST_F(ReflectorMachineTest, WatchesOnFromTheLastVersionSeen) {
  Step(ReflectorMachine::Listed{"7"});
  Step(ReflectorMachine::Seen{"9"});
  EXPECT_EQ(Step(ReflectorMachine::Ended{}), (Action{Action::Kind::kWatch, "9", {}}));
}

TEST_F(ReflectorMachineTest, BrokenWatchIsResumedAfterADoublingPause) {
  Step(ReflectorMachine::Listed{"7"});
  const ReflectorMachine::Failed cut{UnavailableError("cut")};
  EXPECT_EQ(Step(cut), (Action{Action::Kind::kWatch, "7", milliseconds(800)}));
  EXPECT_EQ(Step(cut), (Action{Action::Kind::kWatch, "7", milliseconds(1600)}));
  clock_.Advance(seconds(120));
  EXPECT_EQ(Step(cut), (Action{Action::Kind::kWatch, "7", milliseconds(800)}));
}

TEST_F(ReflectorMachineTest, TooOldAVersionMeansANewList) {
  Step(ReflectorMachine::Listed{"7"});
  EXPECT_EQ(Step(ReflectorMachine::Failed{OutOfRangeError("gone")}).kind, Action::Kind::kList);
}

TEST_F(ReflectorMachineTest, FailedListIsTriedAgainLater) {
  EXPECT_EQ(Step(ReflectorMachine::Failed{UnavailableError("down")}),
            (Action{Action::Kind::kList, "", milliseconds(800)}));
}

TEST_F(ReflectorMachineTest, WatchesThatEndAtOnceAreSlowedDown) {
  Step(ReflectorMachine::Listed{"7"});
  EXPECT_EQ(Step(ReflectorMachine::Ended{}).delay, Duration::zero());
  EXPECT_EQ(Step(ReflectorMachine::Ended{}).delay, milliseconds(800));
}

class ReflectorTest : public ::testing::Test {
 protected:
  ~ReflectorTest() override { thread_.request_stop(); }

  void Create(const std::string& name) {
    const auto created = api_.Create(resources::kConfigMaps, "dev",
                                     MakeObject(resources::kConfigMaps, {"dev", name}));
    EXPECT_TRUE(created.ok()) << created.status();
  }

  void Start() {
    thread_ = std::jthread([this](const std::stop_token& stop) { reflector_.Run(stop); });
    EXPECT_TRUE(cache_.WaitForSync(In(seconds(60)), {}));
  }

  // Waits until the cache holds `count` objects.
  void ExpectSize(size_t count) const {
    const Deadline deadline = In(seconds(60));
    while (cache_.size() != count && In({}) < deadline) std::this_thread::yield();
    EXPECT_EQ(cache_.size(), count);
  }

  testing::FakeClock clock_;
  testing::FakeKubeApi api_{clock_};
  Cache cache_;
  Reflector reflector_{
      {.resource = resources::kConfigMaps, .list = {}, .backoff = {milliseconds(1)}},
      api_,
      cache_,
      clock_,
      [](const Change&) {}};
  std::jthread thread_;
};

TEST_F(ReflectorTest, MirrorsListAndWatch) {
  Create("a");
  Start();
  EXPECT_NE(cache_.Get({"dev", "a"}), nullptr);
  Create("b");
  ExpectSize(2);
  EXPECT_TRUE(api_.Delete(resources::kConfigMaps, {"dev", "a"}).ok());
  ExpectSize(1);
}

TEST_F(ReflectorTest, SurvivesABrokenWatchAndAnExpiredHistory) {
  Start();
  api_.EndWatches(UnavailableError("cut"));
  Create("a");
  ExpectSize(1);
  api_.ExpireHistory();
  Create("b");
  ExpectSize(2);
}

}  // namespace
}  // namespace hawser::kube
