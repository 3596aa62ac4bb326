// Defaults and limits of time, of one policy and of several.
#include "controller/plan/limits.h"

#include <gtest/gtest.h>

#include "tests/controller/plan/world.h"

namespace hawser::controller {
namespace {

using devsession::Idle;
using std::chrono::hours;

class LimitsTest : public ::testing::Test {
 protected:
  Observed observed_ = testing::Observe(testing::MakeSession(), testing::MakeDeployment());
};

TEST_F(LimitsTest, NobodyLimitsTime) {
  EXPECT_FALSE(TimeLimitOf(observed_));
  EXPECT_FALSE(IdleOf(observed_));
}

TEST_F(LimitsTest, TakesTheShortestDefault) {
  observed_.policies = {{.name = "a", .default_ttl = hours(9)},
                        {.name = "b", .default_ttl = hours(8)}};
  EXPECT_EQ(TimeLimitOf(observed_)->ttl, hours(8));
  EXPECT_EQ(TimeLimitOf(observed_)->from, "defaultTTL of DevPolicy b");
  observed_.session.spec.ttl = hours(50);
  EXPECT_EQ(TimeLimitOf(observed_)->ttl, hours(50)) << "it says it itself";
  EXPECT_FALSE(TimeLimitOf(observed_)->from_policy);
}

TEST_F(LimitsTest, NothingLastsLongerThanTheShortestMaximum) {
  observed_.policies = {{.name = "a", .max_ttl = hours(9)}, {.name = "b", .max_ttl = hours(8)}};
  EXPECT_EQ(TimeLimitOf(observed_)->ttl, hours(8)) << "without a ttl too";
  observed_.session.spec.ttl = hours(50);
  EXPECT_EQ(TimeLimitOf(observed_)->from, "maxTTL of DevPolicy b");
  observed_.session.spec.ttl = hours(2);
  EXPECT_EQ(TimeLimitOf(observed_)->from, "spec.ttl");
}

TEST_F(LimitsTest, TakesTheStrictestIdleness) {
  observed_.policies = {{.name = "a", .default_idle = Idle{hours(2), "Delete"}},
                        {.name = "b", .default_idle = Idle{hours(1), "ScaleToZero"}},
                        {.name = "c", .default_idle = Idle{hours(1), "Delete"}}};
  EXPECT_EQ(IdleOf(observed_), (Idle{hours(1), "Delete"}));
  observed_.session.spec.idle = Idle{hours(7), "ScaleToZero"};
  EXPECT_EQ(IdleOf(observed_), (Idle{hours(7), "ScaleToZero"}));
}

}  // namespace
}  // namespace hawser::controller
