// Which old versions are worth asking for, and which answers are taken.
#include "lib/sync/send/sums_inquiry.h"

#include <gtest/gtest.h>

#include "lib/wire/limits.h"
#include "tests/lib/sync/entries.h"

namespace hawser::sync {
namespace {

Entry Version(const std::string& name, uint64_t size) {
  Entry entry = FileEntry(name);
  entry.size = size;
  return entry;
}

class WorthAskingTest : public ::testing::Test {
 protected:
  std::vector<SumsQuestion> Ask(const CanPatch& can_patch = [](const Digest&, const Digest&) {
    return false;
  }) {
    return WorthAsking(Plan(wanted_, confirmed_), confirmed_, held_, can_patch, blocks_);
  }
  void Edit(const std::string& path, uint64_t before, uint64_t after) {
    confirmed_.Put(path, Version("old " + path, before));
    wanted_.Put(path, Version("new " + path, after));
  }

  static SumsQuestion WholeOf(const std::string& path, uint64_t before, uint64_t after) {
    return {
        Sha256("old " + path), Sha256("new " + path), {.base_size = before, .data_size = after}};
  }

  const KnownBlocks* blocks_ = nullptr;
  Tree wanted_;
  Tree confirmed_;
  HeldContent held_;
};

constexpr uint64_t kLarge = 1U << 20;

TEST_F(WorthAskingTest, AsksForLargeOldVersionsLargestFirst) {
  Edit("/app/a", kLarge, kLarge + 1);
  Edit("/app/b", kLarge, 2 * kLarge);
  EXPECT_EQ(Ask(), (std::vector{WholeOf("/app/b", kLarge, 2 * kLarge),
                                WholeOf("/app/a", kLarge, kLarge + 1)}));
}

TEST_F(WorthAskingTest, AsksForTheRangeAloneThatIsKnownToDiffer) {
  Edit("/app/a", 3 * kDigestBlock, 3 * kDigestBlock);
  Edit("/app/b", 3 * kDigestBlock, 3 * kDigestBlock);
  KnownBlocks known;
  const BlockDigests before{Sha256("1"), Sha256("2"), Sha256("3")};
  const BlockDigests after{Sha256("1"), Sha256("x"), Sha256("3")};
  known.Put(Sha256("old /app/a"), before);
  known.Put(Sha256("new /app/a"), after);
  known.Put(Sha256("new /app/b"), after);
  const SumsQuestion whole = WholeOf("/app/a", 3 * kDigestBlock, 3 * kDigestBlock);
  ASSERT_EQ(Ask().size(), 2U);
  EXPECT_EQ(Ask().front(), whole) << "an agent of before knows whole content only";
  blocks_ = &known;
  ASSERT_EQ(Ask().size(), 2U);
  EXPECT_EQ(Ask().front().range,
            (ChangedRange{kDigestBlock, kDigestBlock, kDigestBlock, kDigestBlock}));
  EXPECT_EQ(Ask().back(), WholeOf("/app/b", 3 * kDigestBlock, 3 * kDigestBlock))
      << "of its old version nothing is known";
}

TEST_F(WorthAskingTest, DoesNotAskForWhatIsNotWorthIt) {
  Edit("/app/small", 1000, kLarge);
  Edit("/app/becomes-small", kLarge, 1000);
  Edit("/app/huge", wire::kMaxPatched + 1, kLarge);
  Edit("/app/becomes-huge", kLarge, wire::kMaxPatched + 1);
  wanted_.Put("/app/new", Version("new", kLarge));
  confirmed_.Put("/app/gone", Version("gone", kLarge));
  confirmed_.Put("/app/link", SymlinkEntry("a"));
  wanted_.Put("/app/link", Version("was a link", kLarge));
  Entry touched = Version("same", kLarge);
  confirmed_.Put("/app/mode", touched);
  touched.mode = 0755;
  wanted_.Put("/app/mode", touched);
  EXPECT_TRUE(Ask().empty());
}

TEST_F(WorthAskingTest, DoesNotAskForWhatIsAtHandOrHeld) {
  Edit("/app/a", kLarge, kLarge);
  Edit("/app/b", kLarge, kLarge);
  held_.Learn({}, Tree{{"/other", Version("new /app/a", kLarge)}});
  const auto at_hand = [](const Digest& base, const Digest&) {
    return base == Sha256("old /app/b");
  };
  EXPECT_TRUE(Ask(at_hand).empty());
}

TEST_F(WorthAskingTest, AsksOnceAndForSoMany) {
  for (size_t i = 0; i < wire::kMaxSumsAsked + 10; ++i) {
    Edit("/app/" + std::to_string(i), kLarge, kLarge);
  }
  EXPECT_EQ(Ask().size(), wire::kMaxSumsAsked);
  confirmed_ = {};
  wanted_ = {};
  for (const char* path : {"/app/a", "/app/b"}) {
    confirmed_.Put(path, Version("the same", kLarge));
    wanted_.Put(path, Version("changed in the same way", kLarge));
  }
  EXPECT_EQ(Ask().size(), 1U);
}

TEST(SumsInquiryTest, TakesTheAnswersInOrder) {
  const ChangedRange range{.base_size = 2048, .data_size = 5000};
  SumsInquiry inquiry({{Sha256("a"), Sha256("A"), range}, {Sha256("b"), Sha256("B"), range}});
  const wire::BlockSums blocks{.size = 2048, .block_size = 2048, .sums = {{1, 2}}};
  EXPECT_EQ(inquiry.OnReply({Sha256("b"), blocks}).code(), Code::kDataLoss);
  EXPECT_TRUE(inquiry.OnReply({Sha256("a"), blocks}).ok());
  EXPECT_FALSE(inquiry.complete());
  EXPECT_TRUE(inquiry.OnReply({Sha256("b"), {}}).ok()) << "not held";
  EXPECT_TRUE(inquiry.complete());
  EXPECT_EQ(inquiry.sums(), (BaseSums{{{Sha256("a"), Sha256("A")}, {range, blocks}}}));
  EXPECT_EQ(inquiry.OnReply({Sha256("c"), {}}).code(), Code::kDataLoss);
}

TEST(SumsInquiryTest, AsksForRangesOnlyWhenThereAreAny) {
  const SumsQuestion whole{Sha256("a"), Sha256("A"), {.base_size = 5000, .data_size = 5001}};
  const SumsQuestion part{Sha256("b"), Sha256("B"), {kDigestBlock, 7, 8, 0}};
  EXPECT_EQ(SumsInquiry({whole}).Request(), wire::Message(wire::SumsRequest{{Sha256("a")}}));
  const wire::RangeSumsRequest both{{{Sha256("a"), 0, 5000}, {Sha256("b"), kDigestBlock, 7}}};
  EXPECT_EQ(SumsInquiry({whole, part}).Request(), wire::Message(both));
}

TEST(SumsInquiryTest, TakesNoSumsOfAnotherRange) {
  SumsInquiry inquiry({{Sha256("a"), Sha256("A"), {kDigestBlock, 2048, 2048, 0}}});
  const wire::BlockSums blocks{.size = 4096, .block_size = 2048, .sums = {{1, 2}, {3, 4}}};
  EXPECT_EQ(inquiry.OnReply({Sha256("a"), blocks}).code(), Code::kDataLoss);
}

}  // namespace
}  // namespace hawser::sync
