// What the content store keeps, and what it refuses to hand out.
#include "lib/sync/stage/store.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>

#include "tests/support/temp_dir.h"

namespace hawser::sync {
namespace {

constexpr uint64_t kLimit = 1U << 20;

class StoreTest : public ::testing::Test {
 protected:
  size_t Temporaries() const {
    return static_cast<size_t>(
        std::distance(std::filesystem::directory_iterator(directory_ / "store/tmp"), {}));
  }

  testing::TempDir directory_;
  std::unique_ptr<ContentStore> store_ = ContentStore::Open(directory_ / "store").value();
};

TEST_F(StoreTest, HandsOutWhatWasPut) {
  for (const std::string content : {"", "abc"}) {
    const Digest digest = ContentDigest(content);
    EXPECT_FALSE(store_->Has(digest));
    ASSERT_TRUE(store_->Put(digest, content).ok());
    ASSERT_TRUE(store_->Put(digest, content).ok()) << "again";
    EXPECT_TRUE(store_->Has(digest));
    EXPECT_EQ(store_->Read(digest, kLimit).value(), content);
  }
  EXPECT_EQ(store_->Read(Sha256("other"), kLimit).status().code(), Code::kNotFound);
}

TEST_F(StoreTest, KeepsNothingOfContentWithAnotherDigest) {
  const auto writer = store_->NewWriter().value();
  ASSERT_TRUE(writer->Write("ab").ok());
  ASSERT_TRUE(writer->Write("d").ok());
  EXPECT_EQ(writer->Commit(Sha256("abc")).code(), Code::kDataLoss);
  EXPECT_EQ(store_->Put(Sha256("abc"), "abd").code(), Code::kDataLoss);
  EXPECT_FALSE(store_->Has(Sha256("abc")));
  EXPECT_FALSE(store_->Has(Sha256("abd")));
}

TEST_F(StoreTest, RemovesATemporaryThatWasNeverCommitted) {
  { ASSERT_TRUE(store_->NewWriter().value()->Write("half").ok()); }
  EXPECT_EQ(Temporaries(), 0U);
}

TEST_F(StoreTest, RemovesWhatAKilledWriterLeft) {
  directory_.Write("store/tmp/.hawser-0.tmp", "half");
  ASSERT_TRUE(store_->Put(Sha256("kept"), "kept").ok());
  store_ = ContentStore::Open(directory_ / "store").value();
  EXPECT_EQ(Temporaries(), 0U);
  EXPECT_TRUE(store_->Has(Sha256("kept")));
}

TEST_F(StoreTest, NeverHandsOutDamagedContent) {
  const Digest digest = Sha256("abc");
  ASSERT_TRUE(store_->Put(digest, "abc").ok());
  directory_.Write(std::filesystem::relative(store_->PathOf(digest), directory_.path()).string(),
                   "abd");
  EXPECT_EQ(store_->Read(digest, kLimit).status().code(), Code::kDataLoss);
  ASSERT_TRUE(store_->Put(digest, "abc").ok()) << "putting it again mends it";
  EXPECT_EQ(store_->Read(digest, kLimit).value(), "abc");
}

TEST_F(StoreTest, RefusesToReadMoreThanAskedFor) {
  ASSERT_TRUE(store_->Put(Sha256("abc"), "abc").ok());
  EXPECT_TRUE(store_->Read(Sha256("abc"), 3).ok());
  EXPECT_EQ(store_->Read(Sha256("abc"), 2).status().code(), Code::kOutOfRange);
}

TEST_F(StoreTest, CanBeReadByOtherUsersWhateverTheUmask) {
  const mode_t before = ::umask(0077);
  const Status put = store_->Put(Sha256("abc"), "abc");
  ::umask(before);
  ASSERT_TRUE(put.ok());
  struct stat info {};
  ASSERT_EQ(::stat(store_->PathOf(Sha256("abc")).c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0644U);
  const auto parent = std::filesystem::path(store_->PathOf(Sha256("abc"))).parent_path();
  ASSERT_EQ(::stat(parent.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0755U);
}

TEST_F(StoreTest, CollectsAllButWhatIsToBeKept) {
  for (int i = 0; i < 300; ++i) {
    ASSERT_TRUE(store_->Put(Sha256(std::to_string(i)), std::to_string(i)).ok());
  }
  store_->Collect({Sha256("7"), Sha256("299")});
  for (int i = 0; i < 300; ++i) {
    EXPECT_EQ(store_->Has(Sha256(std::to_string(i))), i == 7 || i == 299) << i;
  }
}

TEST_F(StoreTest, AReaderMakesNothing) {
  const auto reader = ContentStore::OpenToRead(directory_ / "none");
  EXPECT_FALSE(reader->Has(Sha256("abc")));
  EXPECT_FALSE(directory_.Exists("none"));
}

TEST_F(StoreTest, WritesTheFilesOfContentThatWentAgain) {
  ASSERT_TRUE(store_->Put(Sha256("short"), "short").ok());
  ASSERT_TRUE(store_->Put(Sha256("longer content"), "longer content").ok());
  struct stat before {};
  ASSERT_EQ(::stat(store_->PathOf(Sha256("longer content")).c_str(), &before), 0);
  store_->Remove(Sha256("short"));
  store_->Remove(Sha256("longer content"));
  EXPECT_FALSE(store_->Has(Sha256("longer content")));
  ASSERT_TRUE(store_->Put(Sha256("short"), "short").ok());
  struct stat after {};
  ASSERT_EQ(::stat(store_->PathOf(Sha256("short")).c_str(), &after), 0);
  EXPECT_EQ(after.st_ino, before.st_ino);
  EXPECT_EQ(after.st_mode & 0777, 0644U);
  EXPECT_EQ(store_->Read(Sha256("short"), kLimit).value(), "short");
  EXPECT_EQ(Temporaries(), 1U) << "the other spare file";
}

TEST_F(StoreTest, ReplacesAPartOfContentThatAKilledProcessLeft) {
  ASSERT_TRUE(store_->Put(Sha256("whole"), "whole").ok());
  std::filesystem::resize_file(store_->PathOf(Sha256("whole")), 2);
  EXPECT_FALSE(store_->Has(Sha256("whole"), 5));
  ASSERT_TRUE(store_->Put(Sha256("whole"), "whole").ok());
  EXPECT_TRUE(store_->Has(Sha256("whole"), 5));
  EXPECT_EQ(store_->Read(Sha256("whole"), kLimit).value(), "whole");
}

/// Content of more than one block in which no two are the same.
std::string LargeContent() {
  std::string content(3 * kDigestBlock + 1000, 'x');
  for (size_t at = 0; at < content.size(); at += 4096) content.replace(at, 8, std::to_string(at));
  return content;
}

TEST_F(StoreTest, MakesContentFromRangesOfOther) {
  const std::string old = LargeContent();
  std::string changed = old;
  changed.replace(kDigestBlock + 10, 5, "other");
  ASSERT_TRUE(store_->Put(ContentDigest(old), old).ok());
  for (const bool known : {true, false}) {
    if (!known) store_ = ContentStore::Open(directory_ / "store").value();
    const ContentStore::Base base = store_->OpenBase(ContentDigest(old)).value();
    EXPECT_EQ(base.blocks.empty(), !known);
    const auto writer = store_->NewWriter().value();
    ASSERT_TRUE(writer->Copy(base, 0, kDigestBlock + 10).ok());
    ASSERT_TRUE(writer->Write("other").ok());
    const uint64_t rest = kDigestBlock + 15;
    ASSERT_TRUE(writer->Copy(base, rest, old.size() - rest).ok());
    ASSERT_TRUE(writer->Commit(ContentDigest(changed)).ok());
    EXPECT_TRUE(store_->Read(ContentDigest(changed), old.size()).value() == changed);
    store_->Remove(ContentDigest(changed));
  }
}

TEST_F(StoreTest, RangesThatMovedAreDigestedAnew) {
  const std::string old = LargeContent();
  const std::string moved = "in front" + old;
  ASSERT_TRUE(store_->Put(ContentDigest(old), old).ok());
  const ContentStore::Base base = store_->OpenBase(ContentDigest(old)).value();
  const auto writer = store_->NewWriter().value();
  ASSERT_TRUE(writer->Write("in front").ok());
  ASSERT_TRUE(writer->Copy(base, 0, old.size()).ok());
  ASSERT_TRUE(writer->Commit(ContentDigest(moved)).ok());
  EXPECT_TRUE(store_->Read(ContentDigest(moved), moved.size()).value() == moved);
}

TEST_F(StoreTest, ARangeThatTheBaseHasNotIsAFailure) {
  const std::string old = LargeContent();
  ASSERT_TRUE(store_->Put(ContentDigest(old), old).ok());
  const ContentStore::Base base = store_->OpenBase(ContentDigest(old)).value();
  const auto writer = store_->NewWriter().value();
  EXPECT_EQ(writer->Copy(base, 2 * kDigestBlock, 2 * kDigestBlock).code(), Code::kDataLoss);
}

}  // namespace
}  // namespace hawser::sync
