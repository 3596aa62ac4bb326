// What is remembered of sessions' keys, for how long and of whom.
#include "controller/key_memory.h"

#include <gtest/gtest.h>

namespace hawser::controller {
namespace {

using Kind = KeysState::Kind;

const kube::ObjectKey kDev{"team", "dev"};
const WallTime kNow{std::chrono::hours(1000)};
const KeysState kValid{.kind = Kind::kValid, .expires = kNow + std::chrono::hours(9)};

TEST(KeyMemoryTest, RemembersForAWhile) {
  KeyMemory memory;
  EXPECT_FALSE(memory.Find(kDev, "u", kNow));
  memory.Remember(kDev, "u", kValid, kNow);
  const auto found = memory.Find(kDev, "u", kNow + kKeysTrustedFor - std::chrono::seconds(1));
  ASSERT_TRUE(found);
  EXPECT_EQ(found->expires, kValid.expires);
  EXPECT_FALSE(memory.Find(kDev, "u", kNow + kKeysTrustedFor));
  EXPECT_FALSE(memory.Find(kDev, "u", kNow - std::chrono::seconds(1))) << "the clock was set back";
}

TEST(KeyMemoryTest, TakesASessionOfTheSameNameForAnother) {
  KeyMemory memory;
  memory.Remember(kDev, "u", kValid, kNow);
  EXPECT_FALSE(memory.Find(kDev, "other", kNow));
  EXPECT_FALSE(memory.Find({"other", "dev"}, "u", kNow));
}

TEST(KeyMemoryTest, RemembersNothingButValidKeys) {
  KeyMemory memory;
  for (const Kind kind : {Kind::kMissing, Kind::kForeign, Kind::kInvalid}) {
    memory.Remember(kDev, "u", kValid, kNow);
    memory.Remember(kDev, "u", {.kind = kind}, kNow);
    EXPECT_EQ(memory.size(), 0U);
  }
}

TEST(KeyMemoryTest, ForgetsWhatIsGone) {
  KeyMemory memory;
  memory.Remember(kDev, "u", kValid, kNow);
  memory.Forget(kDev);
  EXPECT_EQ(memory.size(), 0U);
}

}  // namespace
}  // namespace hawser::controller
