// Patches written range by range are read like all others.
#include "lib/wire/range_patch.h"

#include <gtest/gtest.h>

#include <string>

#include "lib/wire/patch.h"
#include "tests/lib/wire/content.h"

namespace hawser::wire {
namespace {

TEST(RangePatchTest, MakesRangesAndLiteralsInAnyOrder) {
  const std::string base = RandomBytes(300000, 1);
  RangePatch patch;
  patch.Literals("front");
  patch.Copy(200000, 100000);
  patch.Copy(0, 10);
  patch.Copy(10, 20);
  patch.Literals("mid");
  patch.Literals("dle");
  patch.Copy(5, 7);
  patch.Literals("end");
  EXPECT_EQ(patch.literal_bytes(), 14U);
  const std::string data =
      "front" + base.substr(200000) + base.substr(0, 30) + "middle" + base.substr(5, 7) + "end";
  const auto made = DecodePatch(base, patch.Finish(), data.size());
  ASSERT_TRUE(made.ok()) << made.status();
  EXPECT_TRUE(*made == data);
}

TEST(RangePatchTest, JoinsRangesThatFollowOneAnother) {
  RangePatch apart;
  RangePatch joined;
  for (uint64_t at = 0; at < 1000; ++at) apart.Copy(at * 8192, 8192);
  joined.Copy(0, 8192000);
  EXPECT_EQ(apart.Finish(), joined.Finish());
}

TEST(RangePatchTest, MakesNothingOfNothingAndOfLiteralsAlone) {
  EXPECT_EQ(*DecodePatch("base", RangePatch().Finish(), 0), "");
  RangePatch patch;
  patch.Literals("");
  patch.Literals("new");
  EXPECT_EQ(*DecodePatch("", patch.Finish(), 3), "new");
}

}  // namespace
}  // namespace hawser::wire
