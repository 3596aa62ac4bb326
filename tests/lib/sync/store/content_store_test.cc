// What the content store keeps, and what it refuses to hand out.
#include "lib/sync/store/content_store.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>

#include "lib/base/content_digest.h"
#include "lib/fs/file.h"
#include "lib/sync/store/content_reader.h"
#include "lib/sync/store/layout.h"
#include "tests/support/temp_dir.h"

namespace hawser::sync {
namespace {

class ContentStoreTest : public ::testing::Test {
 protected:
  size_t Temporaries() const {
    return static_cast<size_t>(
        std::distance(std::filesystem::directory_iterator(Path() + "/tmp"), {}));
  }
  std::string Path() const { return directory_ / "store"; }
  Status Put(const std::string& content) { return store_->Put(ContentDigest(content), content); }
  bool Has(const std::string& content) const {
    return store_->Has(ContentDigest(content), content.size());
  }
  /// As a reader gets it; empty when it gets none.
  std::string Read(const std::string& content) {
    const std::string path = directory_.Write("read", "");
    const UniqueFd fd(::open(path.c_str(), O_WRONLY | O_TRUNC | O_CLOEXEC));
    const Status copied = reader_.CopyTo(ContentDigest(content), content.size(), fd.get());
    return copied.ok() ? directory_.Read("read") : "";
  }

  testing::TempDir directory_;
  std::unique_ptr<ContentStore> store_ = ContentStore::Open(Path()).value();
  ContentReader reader_{Path()};
};

/// Of each place that content may lie in.
const std::string kMedium(kMaxPackedContent + 1, 'm');
const std::vector<std::string> kContents{"", "abc", std::string(kMaxPackedContent, 's'), kMedium};

TEST_F(ContentStoreTest, HandsOutWhatWasPut) {
  for (const std::string& content : kContents) {
    EXPECT_FALSE(Has(content));
    ASSERT_TRUE(Put(content).ok());
    ASSERT_TRUE(Put(content).ok()) << "again";
    EXPECT_TRUE(Has(content));
    EXPECT_FALSE(store_->Has(ContentDigest(content), content.size() + 1));
    ASSERT_TRUE(store_->Flush().ok());
    EXPECT_EQ(Read(content), content);
    const ContentBase base = store_->OpenBase(ContentDigest(content)).value();
    std::string read(base.size, '\0');
    EXPECT_TRUE(base.ReadAt(0, read).ok());
    EXPECT_TRUE(read == content);
    EXPECT_FALSE(base.ReadAt(1, read).ok() && !content.empty());
  }
  EXPECT_EQ(store_->OpenBase(Sha256("other")).status().code(), Code::kNotFound);
  EXPECT_EQ(reader_.CopyTo(Sha256("other"), 5, -1).code(), Code::kNotFound);
}

TEST_F(ContentStoreTest, KeepsNothingOfContentWithAnotherDigest) {
  const auto writer = store_->NewWriter().value();
  ASSERT_TRUE(writer->Write("ab").ok());
  ASSERT_TRUE(writer->Write("d").ok());
  EXPECT_EQ(writer->Commit(Sha256("abc")).code(), Code::kDataLoss);
  EXPECT_EQ(store_->Put(Sha256("abc"), "abd").code(), Code::kDataLoss);
  EXPECT_FALSE(Has("abc"));
  EXPECT_FALSE(Has("abd"));
}

TEST_F(ContentStoreTest, RemovesATemporaryThatWasNeverCommitted) {
  { ASSERT_TRUE(store_->NewWriter().value()->Write("half").ok()); }
  EXPECT_EQ(Temporaries(), 0U);
}

TEST_F(ContentStoreTest, RemovesWhatAKilledWriterLeft) {
  directory_.Write("store/tmp/.hawser-0.tmp", "half");
  for (const std::string& content : kContents) ASSERT_TRUE(Put(content).ok());
  ASSERT_TRUE(store_->Flush().ok());
  store_ = ContentStore::Open(Path()).value();
  EXPECT_EQ(Temporaries(), 0U);
  for (const std::string& content : kContents) EXPECT_TRUE(Has(content));
}

TEST_F(ContentStoreTest, CanBeReadByOtherUsersWhateverTheUmask) {
  const mode_t before = ::umask(0077);
  store_ = ContentStore::Open(directory_ / "other").value();
  const Status put = Put(kMedium);
  ::umask(before);
  ASSERT_TRUE(put.ok());
  struct stat info {};
  const std::string file = FileIn(directory_ / "other", ContentDigest(kMedium));
  ASSERT_EQ(::stat(file.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0644U);
  for (const std::string& readable :
       {file.substr(0, file.rfind('/')), std::string(directory_ / "other"),
        PacksIn(directory_ / "other")}) {
    ASSERT_EQ(::stat(readable.c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 0777, 0755U) << readable;
  }
}

TEST_F(ContentStoreTest, RemovesAndCollects) {
  for (const std::string& content : kContents) ASSERT_TRUE(Put(content).ok());
  store_->Remove(ContentDigest("abc"));
  store_->Remove(ContentDigest(kMedium));
  EXPECT_FALSE(Has("abc"));
  EXPECT_FALSE(Has(kMedium));
  ASSERT_TRUE(Put("abc").ok());
  ASSERT_TRUE(Put(kMedium).ok());
  store_->Collect({Sha256("")});
  for (const std::string& content : kContents) EXPECT_EQ(Has(content), content.empty());
}

TEST_F(ContentStoreTest, AReaderMakesNothing) {
  ContentReader reader(directory_ / "none");
  EXPECT_EQ(reader.CopyTo(Sha256("abc"), 3, -1).code(), Code::kNotFound);
  EXPECT_FALSE(directory_.Exists("none"));
}

TEST_F(ContentStoreTest, ReplacesAPartOfContentThatAKilledProcessLeft) {
  ASSERT_TRUE(Put(kMedium).ok());
  std::filesystem::resize_file(FileIn(Path(), ContentDigest(kMedium)), 2);
  EXPECT_FALSE(Has(kMedium));
  ASSERT_TRUE(Put(kMedium).ok());
  EXPECT_TRUE(Has(kMedium));
  EXPECT_TRUE(Read(kMedium) == kMedium);
}

/// Content of more than one block in which no two are the same.
std::string LargeContent() {
  std::string content(3 * kDigestBlock + 1000, 'x');
  for (size_t at = 0; at < content.size(); at += 4096) content.replace(at, 8, std::to_string(at));
  return content;
}

TEST_F(ContentStoreTest, MakesContentFromRangesOfOther) {
  const std::string old = LargeContent();
  std::string changed = old;
  changed.replace(kDigestBlock + 10, 5, "other");
  ASSERT_TRUE(store_->Put(ContentDigest(old), old).ok());
  for (const bool known : {true, false}) {
    if (!known) store_ = ContentStore::Open(directory_ / "store").value();
    const ContentBase base = store_->OpenBase(ContentDigest(old)).value();
    EXPECT_EQ(base.blocks.empty(), !known);
    const auto writer = store_->NewWriter().value();
    ASSERT_TRUE(writer->Copy(base, 0, kDigestBlock + 10).ok());
    ASSERT_TRUE(writer->Write("other").ok());
    const uint64_t rest = kDigestBlock + 15;
    ASSERT_TRUE(writer->Copy(base, rest, old.size() - rest).ok());
    ASSERT_TRUE(writer->Commit(ContentDigest(changed)).ok());
    EXPECT_TRUE(Read(changed) == changed);
    store_->Remove(ContentDigest(changed));
  }
}

TEST_F(ContentStoreTest, RangesThatMovedAreDigestedAnew) {
  const std::string old = LargeContent();
  const std::string moved = "in front" + old;
  ASSERT_TRUE(store_->Put(ContentDigest(old), old).ok());
  const ContentBase base = store_->OpenBase(ContentDigest(old)).value();
  const auto writer = store_->NewWriter().value();
  ASSERT_TRUE(writer->Write("in front").ok());
  ASSERT_TRUE(writer->Copy(base, 0, old.size()).ok());
  ASSERT_TRUE(writer->Commit(ContentDigest(moved)).ok());
  EXPECT_TRUE(Read(moved) == moved);
}

TEST_F(ContentStoreTest, ARangeThatTheBaseHasNotIsAFailure) {
  const std::string old = LargeContent();
  ASSERT_TRUE(store_->Put(ContentDigest(old), old).ok());
  const ContentBase base = store_->OpenBase(ContentDigest(old)).value();
  const auto writer = store_->NewWriter().value();
  EXPECT_EQ(writer->Copy(base, 2 * kDigestBlock, 2 * kDigestBlock).code(), Code::kDataLoss);
}

}  // namespace
}  // namespace hawser::sync
