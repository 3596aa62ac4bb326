// What is found again of an old version, and that all of it makes the new one.
#include "lib/sync/blocks/block_matcher.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "tests/lib/sync/blocks/summed.h"
#include "tests/lib/wire/content.h"
#include "tests/support/flaky_stream.h"

namespace hawser::sync {
namespace {

using wire::RandomBytes;

constexpr uint32_t kBlock = 2048;

struct Found {
  std::string made;       ///< of the old version's bytes and the literals
  uint64_t literals = 0;  ///< bytes
};

Found Match(const std::string& old, const std::string& data, const wire::BlockSums& sums,
            size_t piece) {
  Found found;
  BlockMatcher matcher(sums, {.copy =
                                  [&](uint64_t offset, uint64_t length) {
                                    found.made += old.substr(static_cast<size_t>(offset),
                                                             static_cast<size_t>(length));
                                  },
                              .literals =
                                  [&](std::string_view bytes) {
                                    found.made += bytes;
                                    found.literals += bytes.size();
                                  }});
  for (size_t at = 0; at < data.size(); at += piece) {
    matcher.Write(std::string_view(data).substr(at, piece));
  }
  matcher.Finish();
  return found;
}

/// How many bytes of `data` were not found in `old`.
uint64_t Literals(const std::string& old, const std::string& data) {
  const wire::BlockSums sums = SumsIn(old, kBlock);
  const Found found = Match(old, data, sums, 100'000);
  EXPECT_TRUE(found.made == data);
  const Found in_small_pieces = Match(old, data, sums, 777);
  EXPECT_TRUE(in_small_pieces.made == data);
  EXPECT_EQ(in_small_pieces.literals, found.literals) << "pieces make no difference";
  return found.literals;
}

TEST(BlockMatcherTest, FindsTheSameAgain) {
  for (const size_t size : {1U, 2047U, 2048U, 2049U, 4096U, 300'001U}) {
    const std::string old = RandomBytes(size, size);
    EXPECT_EQ(Literals(old, old), 0U) << size;
  }
}

TEST(BlockMatcherTest, AChangedByteCostsItsBlock) {
  const std::string old = RandomBytes(300'001, 1);
  for (const size_t at : {0U, 5000U, 299'999U}) {
    std::string data = old;
    ++data[at];
    EXPECT_LE(Literals(old, data), kBlock) << at;
  }
}

TEST(BlockMatcherTest, FindsWhatMoved) {
  const std::string old = RandomBytes(300'001, 2);
  EXPECT_EQ(Literals(old, "in front" + old), 8U);
  EXPECT_EQ(Literals(old, old + "behind"), 6U + 300'001 % kBlock);
  EXPECT_LT(Literals(old, old.substr(150'000) + old.substr(0, 150'000)), 2 * kBlock);
  EXPECT_LE(Literals(old, old.substr(0, 100'000) + "!" + old.substr(100'000)), kBlock + 1);
  EXPECT_LT(Literals(old, old.substr(0, 100'000) + old.substr(103'000)), 2 * kBlock);
}

TEST(BlockMatcherTest, FindsRunsOfTheSameBlock) {
  const std::string old(100'000, '\0');
  EXPECT_EQ(Literals(old, std::string(old.size() + 10 * kBlock, '\0')), 0U);
  EXPECT_LT(Literals(old, std::string(77'777, '\0')), kBlock);
}

TEST(BlockMatcherTest, FindsNothingInWhatIsNew) {
  EXPECT_EQ(Literals(RandomBytes(100'000, 3), RandomBytes(90'000, 4)), 90'000U);
  EXPECT_EQ(Literals(RandomBytes(100'000, 3), "short"), 5U);
  EXPECT_EQ(Literals(RandomBytes(100'000, 3), ""), 0U);
}

TEST(BlockMatcherTest, MakesEveryEditedVersion) {
  const uint64_t seed = testing::TestSeed();
  SCOPED_TRACE("HAWSER_SEED=" + std::to_string(seed));
  std::mt19937_64 random(seed);
  for (int round = 0; round < 60; ++round) {
    const std::string old = RandomBytes(random() % 60'000 + 1, random());
    std::string data = old;
    for (uint64_t edits = random() % 5; edits > 0; --edits) {
      const size_t at = random() % (data.size() + 1);
      const size_t count = std::min<size_t>(random() % 5000, data.size() - at);
      const std::string cut = data.substr(at, count);
      if (random() % 2 == 0) data.erase(at, count);
      if (random() % 2 == 0) data.insert(random() % (data.size() + 1), cut);
      data.insert(random() % (data.size() + 1), RandomBytes(random() % 50, random()));
    }
    const auto piece = static_cast<size_t>(random() % 9000 + 1);
    ASSERT_TRUE(Match(old, data, SumsIn(old, kBlock), piece).made == data);
  }
}

TEST(BlockMatcherTest, SumsThatAreAllTheSameDoNotHoldItUp) {
  wire::BlockSums sums{.size = 8192ULL * kBlock, .block_size = kBlock, .sums = {}};
  const std::string data = RandomBytes(2'000'000, 5);
  const uint32_t rolling = RollingSum(std::string_view(data).substr(100, kBlock)).value();
  for (uint64_t i = 0; i < 8192; ++i) sums.sums.push_back({rolling, i});
  EXPECT_EQ(Match("", data, sums, 100'000).literals, data.size());
}

}  // namespace
}  // namespace hawser::sync
