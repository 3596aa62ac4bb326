// Patches between versions in blocks: what they make, and how small they are.
#include "lib/sync/send/encode.h"

#include <gtest/gtest.h>

#include <random>

#include "lib/wire/limits.h"
#include "lib/wire/patch.h"
#include "tests/lib/sync/blocks/summed.h"
#include "tests/support/flaky_stream.h"

namespace hawser::sync {
namespace {

class EncodeBetweenTest : public ::testing::Test {
 protected:
  std::string RandomBytes(size_t size) {
    std::string bytes(size, '\0');
    for (char& byte : bytes) byte = static_cast<char>(random_());
    return bytes;
  }

  /// The size of the patch, which makes `data` from `base`.
  size_t Check(const std::string& base, const std::string& data) {
    const Result<std::string> patch = EncodeBetween(Content::Of(base), Content::Of(data));
    EXPECT_TRUE(patch.ok());
    EXPECT_TRUE(wire::DecodePatch(base, *patch, data.size()).value() == data);
    return patch->size();
  }

  uint64_t Below(uint64_t bound) { return random_() % bound; }

  std::mt19937_64 random_{testing::TestSeed()};
  const std::string base_ = RandomBytes(4 * kDigestBlock + 1000);
};

TEST_F(EncodeBetweenTest, AByteThatChangedAnywhereCostsLittle) {
  for (const size_t at :
       {size_t{0}, size_t{kDigestBlock - 1}, size_t{2 * kDigestBlock}, base_.size() - 1}) {
    std::string data = base_;
    data[at] = static_cast<char>(~data[at]);
    EXPECT_LT(Check(base_, data), 100U) << at;
  }
}

TEST_F(EncodeBetweenTest, BytesFarApartCostLittle) {
  std::string data = base_;
  for (const size_t at : {size_t{10}, size_t{3 * kDigestBlock + 7}}) data[at] = '!';
  EXPECT_LT(Check(base_, data), 100U);
}

TEST_F(EncodeBetweenTest, WhatMovedIsFound) {
  EXPECT_LT(Check(base_, "in front" + base_), 200U);
  EXPECT_LT(Check(base_, base_ + "behind"), 200U);
  EXPECT_LT(Check(base_, base_.substr(0, 3 * kDigestBlock)), 100U);
  EXPECT_LT(Check(base_.substr(0, 3 * kDigestBlock), base_.substr(0, 2 * kDigestBlock)), 100U);
  EXPECT_LT(Check(base_, base_.substr(0, kDigestBlock + 5) + base_.substr(2 * kDigestBlock)), 200U);
}

TEST_F(EncodeBetweenTest, SmallAndEmptySidesWork) {
  Check("", "abc");
  Check("abc", "");
  Check("abc", "abcd");
  Check(base_, "abc");
  Check("abc", base_);
  Check(base_.substr(0, kDigestBlock), base_.substr(0, 2 * kDigestBlock));
}

TEST_F(EncodeBetweenTest, RandomEditsAreMadeAgain) {
  for (int round = 0; round < 6; ++round) {
    std::string data = base_;
    for (uint64_t edit = 0; edit < 1 + Below(4); ++edit) {
      const size_t at = Below(data.size());
      const size_t removed = Below(2) == 0 ? 0 : Below(3000);
      data.replace(at, removed, RandomBytes(Below(3000)));
    }
    EXPECT_LT(Check(base_, data), 20000U);
  }
}

TEST_F(EncodeBetweenTest, RefusesWhatIsTooLarge) {
  const auto block = std::make_shared<const Content::Block>(
      Content::Block{std::string(kDigestBlock, 'x'), Sha256("x")});
  const Content huge(Content::Blocks(wire::kMaxPatchSide / kDigestBlock + 1, block));
  EXPECT_EQ(EncodeBetween(huge, Content::Of("abc")).status().code(), Code::kInvalidArgument);
  EXPECT_EQ(EncodeBetween(Content::Of("abc"), huge).status().code(), Code::kInvalidArgument);
}

class EncodeFromSumsTest : public EncodeBetweenTest {
 protected:
  static Result<std::string> Encode(const std::string& base, const std::string& data) {
    return Encode(base, data, {.base_size = base.size(), .data_size = data.size()});
  }
  static Result<std::string> Encode(const std::string& base, const std::string& data,
                                    const ChangedRange& range) {
    const auto sums = SumBlocks(ReaderOf(base), range.before, range.base_size);
    const std::string_view changed = std::string_view(data).substr(range.before, range.data_size);
    return EncodeFromSums({range, sums.value()}, [&](const auto& sink) {
      for (size_t at = 0; at < changed.size(); at += kDigestBlock) {
        HAWSER_RETURN_IF_ERROR(sink(changed.substr(at, kDigestBlock)));
      }
      return OkStatus();
    });
  }
};

TEST_F(EncodeFromSumsTest, AnEditCostsAboutABlock) {
  std::string data = base_;
  data[data.size() / 3] = static_cast<char>(~data[data.size() / 3]);
  data.insert(data.size() / 2, "inserted");
  const auto patch = Encode(base_, data);
  ASSERT_TRUE(patch.ok()) << patch.status();
  EXPECT_LT(patch->size(), 3U * SumBlockSize(base_.size()));
  EXPECT_TRUE(wire::DecodePatch(base_, *patch, data.size()).value() == data);
}

TEST_F(EncodeFromSumsTest, LeavesOutWhatIsKnownToBeTheSame) {
  const uint64_t after = base_.size() - 2 * kDigestBlock;
  std::string edited = base_;
  edited[kDigestBlock + 4711] = static_cast<char>(~edited[kDigestBlock + 4711]);
  std::string longer = base_ + "appended";
  const uint64_t rest = base_.size() - kDigestBlock;
  const std::pair<std::string, ChangedRange> cases[] = {
      {edited, {kDigestBlock, kDigestBlock, kDigestBlock, after}},
      {longer, {kDigestBlock, rest, rest + 8, 0}}};
  for (const auto& [data, range] : cases) {
    const auto patch = Encode(base_, data, range);
    ASSERT_TRUE(patch.ok()) << patch.status();
    EXPECT_LT(patch->size(), 5000U);
    EXPECT_TRUE(wire::DecodePatch(base_, *patch, data.size()).value() == data);
  }
}

TEST_F(EncodeFromSumsTest, GivesUpOnWhatIsMostlyNew) {
  EXPECT_EQ(Encode(base_, RandomBytes(3U << 20)).status().code(), Code::kResourceExhausted);
  const std::string half = base_.substr(0, 2U << 20);
  EXPECT_TRUE(Encode(base_, half + RandomBytes((2U << 20) - 5000)).ok());
  EXPECT_FALSE(Encode(base_, half + RandomBytes((2U << 20) + 5000)).ok());
}

TEST_F(EncodeFromSumsTest, PassesOnWhatFailsWhileReading) {
  const ChangedRange all{.base_size = base_.size(), .data_size = base_.size()};
  const auto changed = EncodeFromSums({all, SumsOf(base_).value()},
                                      [](const auto&) { return AbortedError("changed since"); });
  EXPECT_EQ(changed.status().code(), Code::kAborted);
}

}  // namespace
}  // namespace hawser::sync
