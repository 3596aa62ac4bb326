// Deltas: what comes back, how small they are, and what is refused.
#include "lib/wire/patch.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>

#include "lib/wire/align.h"
#include "tests/lib/wire/content.h"
#include "tests/support/flaky_stream.h"

namespace hawser::wire {
namespace {

using hawser::testing::TestSeed;

/// What a linker makes: code of random bytes with an address in each 16; `shift` is how far the
/// upper half of what is addressed moved.
std::string Program(uint32_t shift) {
  std::string bytes = RandomBytes(1U << 20, 11);
  std::mt19937_64 random(12);
  for (size_t at = 0; at + 16 <= bytes.size(); at += 16) {
    uint32_t address = static_cast<uint32_t>(random() % bytes.size());
    if (address > bytes.size() / 2) address += shift;
    for (size_t i = 0; i < 4; ++i, address >>= 8) bytes[at + i] = static_cast<char>(address);
  }
  return bytes;
}

std::string Edited(std::string data, std::mt19937_64& random) {
  for (uint64_t edits = random() % 6; edits > 0; --edits) {
    const size_t at = random() % (data.size() + 1);
    const size_t count = std::min<size_t>(random() % 200, data.size() - at);
    switch (random() % 4) {
      case 0:
        data.erase(at, count);
        break;
      case 1:
        data.insert(at, RandomBytes(count, random()));
        break;
      case 2:
        data.insert(random() % (data.size() + 1), data.substr(at, count));
        break;
      default:
        for (size_t i = 0; i < count; i += 7) ++data[at + i];
    }
  }
  return data;
}

TEST(PatchTest, SendsAChangedLineOfASourceFileAsFewBytes) {
  const std::string base = SourceText(300, 3);
  std::string data = base;
  data.replace(data.find('\n', data.size() / 2) + 3, 5, "other");
  const auto patch = EncodePatch(base, data);
  ASSERT_TRUE(patch.ok());
  EXPECT_LT(patch->size(), 120U);
  EXPECT_EQ(*DecodePatch(base, *patch, data.size()), data);
}

TEST(PatchTest, SendsAByteOfLargeContentAsFewBytes) {
  const std::string base = RandomBytes(5U << 20, 4);
  std::string data = base;
  ++data[data.size() / 3];
  const auto patch = EncodePatch(base, data);
  ASSERT_TRUE(patch.ok());
  EXPECT_LT(patch->size(), 100U);
  EXPECT_EQ(*DecodePatch(base, *patch, data.size()), data);
}

TEST(PatchTest, FollowsLargeContentThatMoved) {
  const std::string base = RandomBytes(3U << 20, 4);
  std::string data = "inserted" + base.substr(2U << 20) + base.substr(0, 2U << 20);
  data.erase(data.size() / 2, 100);
  const auto patch = EncodePatch(base, data);
  ASSERT_TRUE(patch.ok());
  EXPECT_LT(patch->size(), 300U);
  EXPECT_EQ(*DecodePatch(base, *patch, data.size()), data);
}

TEST(PatchTest, SendsAProgramWhoseAddressesMovedAsFewBytes) {
  const std::string base = Program(0);
  const std::string data = Program(64);
  const auto patch = EncodePatch(base, data);
  ASSERT_TRUE(patch.ok());
  EXPECT_LT(patch->size(), base.size() / 40);
  EXPECT_EQ(*DecodePatch(base, *patch, data.size()), data);
}

TEST(PatchTest, PatchesFromAndToNothing) {
  EXPECT_EQ(*DecodePatch("", *EncodePatch("", "new"), 3), "new");
  EXPECT_EQ(*DecodePatch("old", *EncodePatch("old", ""), 0), "");
  EXPECT_EQ(*DecodePatch("", EncodeAlignedPatch("", "new"), 3), "new");
  EXPECT_EQ(*DecodePatch("old", EncodeAlignedPatch("old", ""), 0), "");
}

TEST(PatchTest, BringsEveryEditThere) {
  const uint64_t seed = TestSeed();
  SCOPED_TRACE("HAWSER_SEED=" + std::to_string(seed));
  std::mt19937_64 random(seed);
  for (int round = 0; round < 200; ++round) {
    const std::string base = random() % 2 == 0 ? RandomBytes(random() % 5000, random())
                                               : SourceText(random() % 100, random());
    const std::string data = Edited(base, random);
    const std::string patch = EncodeAlignedPatch(base, data);
    const auto again = DecodePatch(base, patch, data.size());
    ASSERT_TRUE(again.ok()) << again.status().ToString();
    ASSERT_EQ(*again, data);
  }
}

TEST(PatchTest, PatchesOfAnotherBaseNeverComeOutRight) {
  const std::string base = SourceText(300, 5);
  for (const std::string& patch :
       {*EncodePatch(base, base + "more\n"), EncodeAlignedPatch(base, base + "more\n")}) {
    const auto wrong = DecodePatch(SourceText(300, 6), patch, base.size() + 5);
    EXPECT_TRUE(!wrong.ok() || *wrong != base + "more\n");
  }
}

TEST(PatchTest, RefusesAPatchOfTooLargeASide) {
  const std::string large((128U << 20) + 1, '\0');
  EXPECT_EQ(EncodePatch(large, "x").status().code(), Code::kInvalidArgument);
  EXPECT_EQ(EncodePatch("x", large).status().code(), Code::kInvalidArgument);
}

TEST(PatchTest, RefusesAPatchThatMakesMoreThanItMay) {
  const std::string base = SourceText(300, 7);
  for (const std::string& patch :
       {*EncodePatch(base, base + "x"), EncodeAlignedPatch(base, base + "x")}) {
    EXPECT_EQ(DecodePatch(base, patch, base.size()).status().code(), Code::kDataLoss);
  }
}

TEST(PatchTest, StaysWithinItsBoundsWhateverIsDamaged) {
  const uint64_t seed = TestSeed();
  SCOPED_TRACE("HAWSER_SEED=" + std::to_string(seed));
  std::mt19937_64 random(seed);
  const std::string base = SourceText(60, 9);
  const std::string data = Edited(base, random) + "one more line\n";
  for (const std::string& patch : {*EncodePatch(base, data), EncodeAlignedPatch(base, data)}) {
    for (int round = 0; round < 300; ++round) {
      std::string damaged = patch;
      damaged[random() % damaged.size()] ^= static_cast<char>(1 + random() % 255);
      const auto made = DecodePatch(base, damaged, 10000);
      if (made.ok()) {
        EXPECT_LE(made->size(), 10000U);
      }
    }
    for (size_t size = 0; size < patch.size(); ++size) {
      EXPECT_FALSE(DecodePatch(base, patch.substr(0, size), 10000).ok());
    }
  }
}

TEST(PatchTest, PassesOnWhatItsBaseAndItsSinkFailWith) {
  const std::string base = RandomBytes(1U << 20, 10);
  // Runs too short to be copied.
  std::string changed = base + "x";
  for (size_t at = 0; at < base.size(); at += 50000) changed[at] = static_cast<char>(~base[at]);
  const std::string patch = *EncodePatch(base, changed);
  const PatchBase broken{base.size(),
                         [](uint64_t, std::span<char>) { return UnavailableError("gone"); }};
  const auto ignored = [](uint64_t, uint64_t) { return OkStatus(); };
  const auto ignore = [](std::string_view) { return OkStatus(); };
  EXPECT_EQ(DecodePatch(broken, patch, 2U << 20, {ignore, ignored}).code(), Code::kUnavailable);
  const PatchBase whole{base.size(), [&](uint64_t offset, std::span<char> out) {
                          base.copy(out.data(), out.size(), offset);
                          return OkStatus();
                        }};
  const auto full = [](std::string_view) { return ResourceExhaustedError("full"); };
  EXPECT_EQ(DecodePatch(whole, patch, 2U << 20, {full, ignored}).code(), Code::kResourceExhausted);
  const auto full_copy = [](uint64_t, uint64_t) { return ResourceExhaustedError("full"); };
  EXPECT_EQ(
      DecodePatch(whole, *EncodePatch(base, base + "x"), 2U << 20, {ignore, full_copy}).code(),
      Code::kResourceExhausted);
}

TEST(PatchTest, CopiesLongRunsOfTheBaseAndReadsNothingOfThem) {
  const std::string base = RandomBytes(3U << 20, 13);
  std::string changed = base + "x";
  changed[1U << 20] = static_cast<char>(~changed[1U << 20]);
  const std::string patch = *EncodePatch(base, changed);
  const PatchBase whole{base.size(), [&](uint64_t offset, std::span<char> out) {
                          EXPECT_LE(out.size(), 16U << 10);
                          base.copy(out.data(), out.size(), offset);
                          return OkStatus();
                        }};
  std::string made;
  size_t copies = 0;
  const PatchSink sink{.write =
                           [&](std::string_view piece) {
                             made += piece;
                             return OkStatus();
                           },
                       .copy =
                           [&](uint64_t offset, uint64_t length) {
                             ++copies;
                             made += base.substr(offset, length);
                             return OkStatus();
                           }};
  ASSERT_TRUE(DecodePatch(whole, patch, 4U << 20, sink).ok());
  EXPECT_TRUE(made == changed);
  EXPECT_EQ(copies, 2U);
}

TEST(AlignTest, CoversWhatDiffersLittleWithOneSegment) {
  const std::string base = Program(0);
  const std::vector<Segment> segments = Align(base, Program(64));
  ASSERT_EQ(segments.size(), 1U);
  EXPECT_EQ(segments.front().base_begin, 0U);
  EXPECT_GT(segments.front().length, base.size() - 64);
}

TEST(AlignTest, FindsNothingInWhatIsUnrelated) {
  EXPECT_TRUE(Align(RandomBytes(10000, 1), RandomBytes(10000, 2)).empty());
  EXPECT_TRUE(Align("", "").empty());
}

}  // namespace
}  // namespace hawser::wire
