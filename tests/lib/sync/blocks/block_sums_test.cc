// How content is cut into blocks, and what their sums are.
#include "lib/sync/blocks/block_sums.h"

#include <gtest/gtest.h>

#include "lib/sync/blocks/rolling_sum.h"
#include "lib/wire/limits.h"
#include "lib/wire/messages.h"
#include "tests/lib/sync/blocks/summed.h"
#include "tests/lib/wire/content.h"

namespace hawser::sync {
namespace {

using wire::RandomBytes;

/// PROTOCOL.md, "Sums of blocks", as it is written there.
uint32_t Polynomial(std::string_view block) {
  uint64_t sum = 0;
  for (const char byte : block) {
    sum = sum * 0x9E3779B97F4A7C15 + static_cast<uint8_t>(byte) + 1;
  }
  return static_cast<uint32_t>(sum >> 32);
}

TEST(RollingSumTest, IsTheSameWhereverItCameFrom) {
  const std::string bytes = RandomBytes(600, 1) + std::string(100, '\0') + "aaaaaaaa";
  RollingSum rolled(std::string_view(bytes).substr(0, 64));
  for (size_t at = 0; at + 64 < bytes.size(); ++at) {
    const std::string_view block = std::string_view(bytes).substr(at, 64);
    ASSERT_EQ(rolled.value(), RollingSum(block).value()) << at;
    ASSERT_EQ(rolled.value(), Polynomial(block)) << at;
    rolled.Roll(bytes[at], bytes[at + 64]);
  }
}

TEST(BlockSumsTest, BlocksGrowWithTheContentSoThatThereAreFewEnough) {
  EXPECT_EQ(SumBlockSize(0), 2048U);
  EXPECT_EQ(SumBlockSize(16U << 20), 2048U);
  EXPECT_EQ(SumBlockSize((16U << 20) + 1), 4096U);
  EXPECT_EQ(SumBlockSize(50'000'000), 8192U);
  EXPECT_EQ(SumBlockSize(wire::kMaxPatched), 512U << 10);
  EXPECT_LE(SumBlockSize(wire::kMaxPatched), wire::kMaxSumBlock);
}

TEST(BlockSumsTest, SumsEveryBlock) {
  const std::string content = RandomBytes((3U << 20) + 777, 2);
  const auto sums = SumsOf(content);
  ASSERT_TRUE(sums.ok());
  EXPECT_EQ(*sums, SumsIn(content, 2048));
  EXPECT_TRUE(wire::Validate(wire::SumsReply{Sha256("x"), *sums}).ok());
  const Digest digest = Sha256(std::string_view(content).substr(2048, 2048));
  uint64_t strong = 0;
  for (int i = 0; i < 8; ++i) strong = strong << 8 | digest.bytes[static_cast<size_t>(i)];
  EXPECT_EQ(sums->sums[1].strong, strong);
}

TEST(BlockSumsTest, SumsARangeAsIfThatWereAll) {
  const std::string content = RandomBytes((3U << 20) + 777, 3);
  const auto sums = SumBlocks(ReaderOf(content), 1U << 20, 1U << 20);
  ASSERT_TRUE(sums.ok());
  EXPECT_EQ(*sums, SumsIn(content.substr(1U << 20, 1U << 20), 2048));
  EXPECT_EQ(SumBlocks(ReaderOf(content), 3U << 20, 777).value(),
            SumsIn(content.substr(3U << 20), 2048))
      << "smaller than what is summed, but part of it";
  for (const auto& [offset, length] :
       {std::pair<uint64_t, uint64_t>{3U << 20, 778}, {content.size() + 1, 0}, {1, UINT64_MAX}}) {
    EXPECT_EQ(SumBlocks(ReaderOf(content), offset, length).status().code(), Code::kInvalidArgument);
  }
}

TEST(BlockSumsTest, RefusesWhatIsTooSmallOrTooLarge) {
  EXPECT_EQ(SumsOf(std::string(kMinSummed - 1, 'x')).status().code(), Code::kInvalidArgument);
  EXPECT_TRUE(SumsOf(std::string(kMinSummed, 'x')).ok());
  const auto read = [](uint64_t, std::span<char>) { return InternalError("must not be read"); };
  EXPECT_EQ(SumBlocks({wire::kMaxPatched + 1, read}, 0, wire::kMaxPatched + 1).status().code(),
            Code::kInvalidArgument);
}

TEST(BlockSumsTest, PassesOnAFailureToRead) {
  const auto read = [](uint64_t, std::span<char>) { return DataLossError("cut off"); };
  EXPECT_EQ(SumBlocks({1U << 20, read}, 0, 1U << 20).status().code(), Code::kDataLoss);
}

}  // namespace
}  // namespace hawser::sync
