// Random ids: their form, and that they differ.
#include "lib/base/random.h"

#include <gtest/gtest.h>

#include <set>

namespace hawser {
namespace {

TEST(RandomTest, WritesTwoDigitsAByte) {
  const std::string id = RandomHex(16);
  EXPECT_EQ(id.size(), 32U);
  EXPECT_EQ(id.find_first_not_of("0123456789abcdef"), std::string::npos);
  EXPECT_EQ(RandomHex(0), "");
}

TEST(RandomTest, DoesNotRepeat) {
  std::set<uint64_t> numbers;
  for (int i = 0; i < 1000; ++i) numbers.insert(RandomU64());
  EXPECT_EQ(numbers.size(), 1000U);
}

}  // namespace
}  // namespace hawser
