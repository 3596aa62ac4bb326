// Times of use: the teller's where it can be believed, else this machine's.
#include "controller/activity_memory.h"

#include <gtest/gtest.h>

#include "lib/base/text.h"

namespace hawser::controller {
namespace {

using devsession::DevSession;

const kube::ObjectKey kSession{"team", "dev"};

WallTime At(const std::string& time) {
  return ParseTime("2026-01-02T" + time + "Z").value();
}

DevSession Told(const std::string& time) {
  DevSession session{.name = kSession.name, .ns = kSession.ns, .generation = 1};
  if (!time.empty()) session.status.last_active = "2026-01-02T" + time + "Z";
  return session;
}

class ActivityMemoryTest : public ::testing::Test {
 protected:
  std::optional<WallTime> Look(const std::string& told, const std::string& now) {
    return memory_.Look(Told(told), At(now));
  }
  ActivityMemory memory_;
};

TEST_F(ActivityMemoryTest, KnowsOfNoUseThatNobodyTold) {
  EXPECT_EQ(Look("", "10:00:00"), std::nullopt);
  EXPECT_EQ(Look("", "11:00:00"), std::nullopt);
}

TEST_F(ActivityMemoryTest, BelievesATimeSinceTheLastLook) {
  EXPECT_EQ(Look("09:00:00", "10:00:00"), At("09:00:00"));
  EXPECT_EQ(Look("10:20:00", "11:00:00"), At("10:20:00"));
  EXPECT_EQ(Look("10:20:00", "12:00:00"), At("10:20:00")) << "nothing new";
}

TEST_F(ActivityMemoryTest, TakesItsOwnTimeWhereAClockIsWrong) {
  Look("09:00:00", "10:00:00");
  EXPECT_EQ(Look("07:00:00", "11:00:00"), At("11:00:00")) << "slow by hours";
  EXPECT_EQ(Look("15:00:00", "11:30:00"), At("11:30:00")) << "fast by hours";
  EXPECT_EQ(Look("15:00:00", "12:00:00"), At("11:30:00")) << "nothing new";
}

TEST_F(ActivityMemoryTest, BelievesNoTimeToComeAfterAStart) {
  EXPECT_EQ(Look("15:00:00", "10:00:00"), At("10:00:00"));
}

TEST_F(ActivityMemoryTest, CountsAPushAsUse) {
  DevSession session = Told("09:00:00");
  session.status.last_sync = devsession::LastSync{.time = "2026-01-02T09:30:00Z"};
  EXPECT_EQ(memory_.Look(session, At("10:00:00")), At("09:30:00"));
  session.status.last_sync->time = "2026-01-02T10:10:00Z";
  EXPECT_EQ(memory_.Look(session, At("10:15:00")), At("10:10:00"));
}

TEST_F(ActivityMemoryTest, CountsAChangedSpecAsUse) {
  DevSession session = Told("");
  memory_.Look(session, At("10:00:00"));
  session.generation = 2;
  EXPECT_EQ(memory_.Look(session, At("11:00:00")), At("11:00:00"));
}

TEST_F(ActivityMemoryTest, CountsARestartAskedForAsUse) {
  DevSession session = Told("09:00:00");
  EXPECT_EQ(memory_.Look(session, At("10:00:00")), At("09:00:00"));
  session.status.restarts = devsession::Restarts{.requested = 1};
  EXPECT_EQ(memory_.Look(session, At("10:30:00")), At("10:30:00"));
  EXPECT_EQ(memory_.Look(session, At("11:00:00")), At("10:30:00"));
}

TEST_F(ActivityMemoryTest, ForgetsSessionsThatAreGone) {
  Look("09:00:00", "10:00:00");
  EXPECT_EQ(memory_.size(), 1U);
  memory_.Forget(kSession);
  EXPECT_EQ(memory_.size(), 0U);
}

}  // namespace
}  // namespace hawser::controller
