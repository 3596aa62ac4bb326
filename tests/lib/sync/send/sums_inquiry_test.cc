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
  std::vector<Digest> Ask(const CanPatch& can_patch = [](const Digest&, const Digest&) {
    return false;
  }) {
    return WorthAsking(Plan(wanted_, confirmed_), confirmed_, held_, can_patch);
  }
  void Edit(const std::string& path, uint64_t before, uint64_t after) {
    confirmed_.Put(path, Version("old " + path, before));
    wanted_.Put(path, Version("new " + path, after));
  }

  Tree wanted_;
  Tree confirmed_;
  HeldContent held_;
};

constexpr uint64_t kLarge = 1U << 20;

TEST_F(WorthAskingTest, AsksForLargeOldVersionsLargestFirst) {
  Edit("/app/a", kLarge, kLarge + 1);
  Edit("/app/b", kLarge, 2 * kLarge);
  EXPECT_EQ(Ask(), (std::vector<Digest>{Sha256("old /app/b"), Sha256("old /app/a")}));
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
    wanted_.Put(path, Version(path, kLarge));
  }
  EXPECT_EQ(Ask(), std::vector<Digest>{Sha256("the same")});
}

TEST(SumsInquiryTest, TakesTheAnswersInOrder) {
  SumsInquiry inquiry({Sha256("a"), Sha256("b")});
  EXPECT_EQ(inquiry.Request().contents.size(), 2U);
  const wire::BlockSums blocks{.size = 2048, .block_size = 2048, .sums = {{1, 2}}};
  EXPECT_EQ(inquiry.OnReply({Sha256("b"), blocks}).code(), Code::kDataLoss);
  EXPECT_TRUE(inquiry.OnReply({Sha256("a"), blocks}).ok());
  EXPECT_FALSE(inquiry.complete());
  EXPECT_TRUE(inquiry.OnReply({Sha256("b"), {}}).ok()) << "not held";
  EXPECT_TRUE(inquiry.complete());
  EXPECT_EQ(inquiry.sums(), (BaseSums{{Sha256("a"), blocks}}));
  EXPECT_EQ(inquiry.OnReply({Sha256("c"), {}}).code(), Code::kDataLoss);
}

}  // namespace
}  // namespace hawser::sync
