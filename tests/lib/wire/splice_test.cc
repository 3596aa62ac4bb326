// A few bytes in place of others.
#include "lib/wire/splice.h"

#include <gtest/gtest.h>

#include <array>

namespace hawser::wire {
namespace {

struct SpliceCase {
  std::string_view base, data;
  uint64_t before, after;
  std::string_view text;
};

TEST(SpliceTest, FindsWhatChangedBetweenBothEnds) {
  constexpr std::array<SpliceCase, 8> kCases = {{{"one two three", "one 2 three", 4, 6, "2"},
                                                 {"same", "same", 4, 0, ""},
                                                 {"", "", 0, 0, ""},
                                                 {"", "new", 0, 0, "new"},
                                                 {"gone", "", 0, 0, ""},
                                                 {"aaa", "aa", 2, 0, ""},
                                                 {"aa", "aaa", 2, 0, "a"},
                                                 {"ab", "xab", 0, 2, "x"}}};
  for (const SpliceCase& each : kCases) {
    const auto splice = FindSplice(each.base, each.data, 3);
    ASSERT_TRUE(splice.has_value()) << each.data;
    EXPECT_EQ(splice->before, each.before) << each.data;
    EXPECT_EQ(splice->after, each.after) << each.data;
    EXPECT_EQ(splice->text, each.text) << each.data;
    const std::string encoded = EncodeSplice(*splice);
    const auto decoded = DecodeSplice(encoded, each.base.size());
    ASSERT_TRUE(decoded.ok()) << decoded.status();
    EXPECT_EQ(std::string(each.base.substr(0, decoded->before)) + std::string(decoded->text) +
                  std::string(each.base.substr(each.base.size() - decoded->after)),
              each.data);
  }
}

TEST(SpliceTest, IsNoneWhenTooMuchChanged) {
  EXPECT_TRUE(FindSplice("a b", "a1234b", 4).has_value());
  EXPECT_FALSE(FindSplice("a b", "a12345b", 4).has_value());
}

TEST(SpliceTest, TakesNothingThatWasCutOrGrew) {
  const std::string encoded = EncodeSplice({.before = 300, .after = 2, .text = "text"});
  ASSERT_TRUE(DecodeSplice(encoded, 400).ok());
  EXPECT_EQ(DecodeSplice(encoded + "x", 400).status().code(), Code::kDataLoss);
  for (size_t size = 0; size < encoded.size(); ++size) {
    EXPECT_EQ(DecodeSplice(encoded.substr(0, size), 400).status().code(), Code::kDataLoss) << size;
  }
}

TEST(SpliceTest, NeverLeavesItsBase) {
  const std::string encoded = EncodeSplice({.before = 3, .after = 2, .text = "x"});
  EXPECT_TRUE(DecodeSplice(encoded, 5).ok());
  EXPECT_EQ(DecodeSplice(encoded, 4).status().code(), Code::kDataLoss);
  EXPECT_EQ(
      DecodeSplice(EncodeSplice({.before = UINT64_MAX, .after = 2, .text = ""}), 4).status().code(),
      Code::kDataLoss);
  EXPECT_EQ(DecodeSplice("", 4).status().code(), Code::kDataLoss);
  EXPECT_EQ(DecodeSplice("\x81", 4).status().code(), Code::kDataLoss);
}

}  // namespace
}  // namespace hawser::wire
