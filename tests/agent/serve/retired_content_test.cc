// How long replaced content stays, and what is never dropped.
#include "agent/serve/retired_content.h"

#include <gtest/gtest.h>

#include "tests/support/temp_dir.h"

namespace hawser::agent {
namespace {

class RetiredContentTest : public ::testing::Test {
 protected:
  wire::Entry Stored(const std::string& content) {
    EXPECT_TRUE(store_->Put(ContentDigest(content), content).ok());
    return {.size = content.size(), .digest = ContentDigest(content)};
  }
  void Batch(const sync::TreeEdits& edits) {
    retired_.Add(tree_, edits);
    tree_ = tree_.With(edits);
  }
  bool Has(const std::string& content) const {
    return store_->Has(ContentDigest(content), content.size());
  }

  testing::TempDir directory_;
  std::unique_ptr<sync::ContentStore> store_ =
      sync::ContentStore::Open(directory_ / "store").value();
  RetiredContent retired_{{.max_bytes = 100, .max_files = 4}};
  sync::Tree tree_;
};

TEST_F(RetiredContentTest, DropsTheOldestFirstDownToHalf) {
  for (int i = 0; i < 6; ++i) {
    EXPECT_FALSE(retired_.is_full()) << i;
    Batch({{"/app/f", Stored(std::to_string(i))}});
  }
  EXPECT_TRUE(retired_.is_full());
  retired_.Trim(tree_, *store_);
  EXPECT_FALSE(retired_.is_full());
  for (int i = 0; i < 6; ++i) EXPECT_EQ(Has(std::to_string(i)), i >= 3) << i;
}

TEST_F(RetiredContentTest, KeepsWhatTheTreeHoldsAgain) {
  for (const char* content : {"old", "b", "c", "d", "e", "old", "f"}) {
    Batch({{"/app/f", Stored(content)}});
  }
  Batch({{"/app/copy", Stored("b")}});
  retired_.Trim(tree_, *store_);
  EXPECT_TRUE(Has("b")) << "in the tree at another path";
  EXPECT_TRUE(Has("old")) << "retired again later";
  EXPECT_FALSE(Has("c"));
}

TEST_F(RetiredContentTest, KeepsWhatTheLastBatchReplacedHoweverMuchThatIs) {
  const std::string large(1000, 'x');
  Batch({{"/app/f", Stored(large)}});
  Batch({{"/app/f", Stored("small")}});
  EXPECT_TRUE(retired_.is_full());
  retired_.Trim(tree_, *store_);
  EXPECT_TRUE(Has(large)) << "a patch from it may be on its way";
  Batch({{"/app/f", Stored("next")}});
  retired_.Trim(tree_, *store_);
  EXPECT_FALSE(Has(large));
}

TEST_F(RetiredContentTest, ForgetsAllAndBeginsAnew) {
  const std::string large(1000, 'x');
  Batch({{"/app/f", Stored(large)}});
  Batch({{"/app/f", Stored("small")}});
  retired_.Forget();
  EXPECT_FALSE(retired_.is_full());
  std::unordered_set<Digest, DigestHash> digests;
  retired_.AddTo(digests);
  EXPECT_TRUE(digests.empty());
  Batch({{"/app/f", Stored("next")}});
  retired_.Trim(tree_, *store_);
  EXPECT_TRUE(Has("small"));
}

TEST_F(RetiredContentTest, TakesAChangeOfModeForNone) {
  wire::Entry entry = Stored(std::string(200, 'x'));
  Batch({{"/app/f", entry}});
  entry.mode = 0755;
  Batch({{"/app/f", entry}});
  EXPECT_FALSE(retired_.is_full());
}

}  // namespace
}  // namespace hawser::agent
