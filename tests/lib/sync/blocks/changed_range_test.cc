// What two versions have in common, by their blocks.
#include "lib/sync/blocks/changed_range.h"

#include <gtest/gtest.h>

#include <string_view>

namespace hawser::sync {
namespace {

/// A letter a block, of which the last may be shorter.
struct Letters {
  Letters(std::string_view letters, uint64_t last = kDigestBlock)
      : size((letters.size() - 1) * kDigestBlock + last) {
    for (const char letter : letters) blocks.push_back(Sha256(std::string_view(&letter, 1)));
  }
  BlockDigests blocks;
  uint64_t size;
};

ChangedRange Between(const Letters& base, const Letters& data) {
  return FindChangedRange({base.blocks, base.size}, {data.blocks, data.size});
}

/// In blocks.
ChangedRange Blocks(uint64_t before, uint64_t base, uint64_t data, uint64_t after) {
  return {before * kDigestBlock, base * kDigestBlock, data * kDigestBlock, after * kDigestBlock};
}

TEST(ChangedRangeTest, IsWhatLiesBetweenTheSameBlocks) {
  EXPECT_EQ(Between({"abcd"}, {"abxd"}), Blocks(2, 1, 1, 1));
  EXPECT_EQ(Between({"abcd"}, {"xbcy"}), Blocks(0, 4, 4, 0));
  EXPECT_EQ(Between({"abcd"}, {"xbcd"}), Blocks(0, 1, 1, 3));
  EXPECT_EQ(Between({"abcd"}, {"abcx"}), Blocks(3, 1, 1, 0));
  EXPECT_TRUE(Between({"abcd"}, {"xbcy"}).whole());
}

TEST(ChangedRangeTest, EndsWithBothVersionsWhenSomethingMoved) {
  EXPECT_EQ(Between({"abcd"}, {"abxcd"}), Blocks(2, 2, 3, 0));
  EXPECT_EQ(Between({"abxcd"}, {"abcd"}), Blocks(2, 3, 2, 0));
}

TEST(ChangedRangeTest, HoldsABlockOfEachEvenWhereOneJustEnds) {
  EXPECT_EQ(Between({"abc"}, {"abcd"}), Blocks(2, 1, 2, 0));
  EXPECT_EQ(Between({"abcd"}, {"abc"}), Blocks(2, 2, 1, 0));
  EXPECT_EQ(Between({"a"}, {"ab"}), Blocks(0, 1, 2, 0));
  EXPECT_EQ(Between({"abc"}, {"abc"}), Blocks(2, 1, 1, 0));
}

TEST(ChangedRangeTest, CountsTheBytesOfAShorterLastBlock) {
  EXPECT_EQ(Between({"abc", 5}, {"xbc", 5}),
            (ChangedRange{0, kDigestBlock, kDigestBlock, kDigestBlock + 5}));
  EXPECT_EQ(Between({"abc", 5}, {"abx", 9}), (ChangedRange{2 * kDigestBlock, 5, 9, 0}));
  EXPECT_EQ(Between({"abc", 5}, {"abx", 9}).whole_data(), 2 * kDigestBlock + 9);
}

TEST(ChangedRangeTest, IsTheWholeWhereNothingIsKnown) {
  EXPECT_EQ(FindChangedRange({{}, 7}, {{}, 9}), (ChangedRange{0, 7, 9, 0}));
  const Letters data("ab");
  EXPECT_EQ(FindChangedRange({{}, 7}, {data.blocks, data.size}),
            (ChangedRange{0, 7, data.size, 0}));
}

}  // namespace
}  // namespace hawser::sync
