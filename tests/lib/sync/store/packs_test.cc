// Small content is kept, read while it is written, moved when packs are mostly unused, and lost
// only where it was damaged.
#include "lib/sync/store/packs.h"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <optional>

#include "lib/base/content_digest.h"
#include "lib/sync/store/pack_reader.h"
#include "tests/support/temp_dir.h"

namespace hawser::sync {
namespace {

namespace stdfs = std::filesystem;

class PacksTest : public ::testing::Test {
 protected:
  Digest Put(const std::string& content) {
    const Digest digest = ContentDigest(content);
    const Status put = packs_->Put(digest, content);
    EXPECT_TRUE(put.ok()) << put;
    return digest;
  }
  void Reopen() { packs_.emplace(directory_.path().string()); }
  std::string PathOf(uint32_t pack) const {
    return PackFiles(directory_.path().string()).PathOf(pack);
  }
  std::vector<uint32_t> List() const { return PackFiles(directory_.path().string()).List(); }
  uint64_t Bytes() const {
    uint64_t bytes = 0;
    for (const uint32_t pack : List()) bytes += stdfs::file_size(PathOf(pack));
    return bytes;
  }
  /// True when this process has the file open, even if it was removed.
  static bool IsOpen(const std::string& path) {
    for (const auto& open : stdfs::directory_iterator("/proc/self/fd")) {
      std::error_code ignored;
      if (stdfs::read_symlink(open, ignored).string().starts_with(path)) return true;
    }
    return false;
  }
  /// Content that no other number makes.
  static std::string Large(int number) { return std::to_string(number) + std::string(60'000, 'x'); }

  testing::TempDir directory_;
  std::optional<Packs> packs_{directory_.path().string()};
  PackReader reader_{directory_.path().string()};
};

TEST_F(PacksTest, HandsOutWhatWasPutBeforeAndAfterItIsWritten) {
  const Digest empty = Put("");
  const Digest abc = Put("abc");
  for (int round = 0; round < 3; ++round) {
    EXPECT_EQ(packs_->Read(empty).value(), "");
    EXPECT_EQ(packs_->Read(abc).value(), "abc");
    EXPECT_EQ(packs_->SizeOf(abc), 3U);
    ASSERT_TRUE(packs_->Flush().ok());
    if (round == 1) Reopen();
  }
  EXPECT_FALSE(packs_->Has(Sha256("other")));
  EXPECT_EQ(packs_->Read(Sha256("other")).status().code(), Code::kNotFound);
}

TEST_F(PacksTest, ReadersLetGoOfPacksThatWereRemoved) {
  const auto fill = [&](int from) {
    for (int number = from; number < from + 80; ++number) Put(Large(number));
    ASSERT_TRUE(packs_->Flush().ok());
    EXPECT_TRUE(reader_.Read(ContentDigest(Large(from))).ok());
    EXPECT_TRUE(reader_.Read(ContentDigest(Large(from + 79))).ok());
  };
  fill(0);
  packs_->Collect({});
  packs_->Compact();
  EXPECT_FALSE(stdfs::exists(PathOf(1)));
  fill(100);
  EXPECT_FALSE(IsOpen(PathOf(1))) << "it takes room still";
}

TEST_F(PacksTest, AReaderThatIsClosedHoldsNoPackAndReadsOn) {
  const Digest abc = Put("abc");
  ASSERT_TRUE(packs_->Flush().ok());
  Reopen();
  EXPECT_TRUE(reader_.Read(abc).ok());
  EXPECT_TRUE(IsOpen(PathOf(1)));
  reader_.Close();
  EXPECT_FALSE(IsOpen(PathOf(1)));
  EXPECT_EQ(reader_.Read(abc).value(), "abc");
}

TEST_F(PacksTest, ReadersSeeItOnceItIsWritten) {
  EXPECT_EQ(reader_.Read(Sha256("abc")).status().code(), Code::kNotFound);
  Put("abc");
  EXPECT_EQ(reader_.Read(Sha256("abc")).status().code(), Code::kNotFound);
  for (const std::string content : {"abc", "def", "ghi"}) {
    Put(content);
    ASSERT_TRUE(packs_->Flush().ok());
    EXPECT_EQ(reader_.Read(ContentDigest(content)).value(), content);
  }
  reader_.Forget();
  EXPECT_EQ(reader_.Read(Sha256("abc")).value(), "abc");
  struct stat info {};
  ASSERT_EQ(::stat(PathOf(1).c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0644U);
}

TEST_F(PacksTest, WritesAnotherPackWhenOneIsFull) {
  for (int i = 0; i < 200; ++i) Put(Large(i));
  ASSERT_TRUE(packs_->Flush().ok());
  EXPECT_EQ(List(), (std::vector<uint32_t>{1, 2, 3}));
  for (const uint32_t pack : List()) EXPECT_LE(stdfs::file_size(PathOf(pack)), kMaxPackSize);
  for (const bool reopened : {false, true}) {
    if (reopened) Reopen();
    for (int i = 0; i < 200; ++i) {
      const Digest digest = ContentDigest(Large(i));
      EXPECT_EQ(packs_->Read(digest).value(), Large(i));
      EXPECT_EQ(reader_.Read(digest).value(), Large(i));
    }
  }
}

TEST_F(PacksTest, StoresContentOnceAndDamagedContentAgain) {
  Put("before");
  const Digest abc = Put("abc");
  ASSERT_TRUE(packs_->Flush().ok());
  const uint64_t size = Bytes();
  Put("abc");
  ASSERT_TRUE(packs_->Flush().ok());
  EXPECT_EQ(Bytes(), size);

  std::fstream pack(PathOf(1));
  pack.seekp(-1, std::ios::end);
  pack.put('X');
  pack.close();
  EXPECT_EQ(packs_->Read(abc).status().code(), Code::kDataLoss);
  EXPECT_EQ(reader_.Read(abc).status().code(), Code::kNotFound);
  Put("abc");
  ASSERT_TRUE(packs_->Flush().ok());
  EXPECT_EQ(packs_->Read(abc).value(), "abc");
  EXPECT_EQ(reader_.Read(abc).value(), "abc");
  EXPECT_EQ(packs_->Read(Sha256("before")).value(), "before");
}

TEST_F(PacksTest, KeepsWhatIsWholeOfAPackThatWasCutOff) {
  Put("whole");
  Put("cut off");
  ASSERT_TRUE(packs_->Flush().ok());
  stdfs::resize_file(PathOf(1), stdfs::file_size(PathOf(1)) - 1);
  Reopen();
  EXPECT_EQ(packs_->Read(Sha256("whole")).value(), "whole");
  EXPECT_FALSE(packs_->Has(Sha256("cut off")));
  Put("cut off");
  ASSERT_TRUE(packs_->Flush().ok());
  EXPECT_EQ(reader_.Read(Sha256("cut off")).value(), "cut off");
}

/// While it lives, no file grows beyond a number of bytes.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) : handler_(::signal(SIGXFSZ, SIG_IGN)) {
    ::getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit limit{bytes, before_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FileSizeLimit() {
    ::setrlimit(RLIMIT_FSIZE, &before_);
    ::signal(SIGXFSZ, handler_);
  }
  FileSizeLimit(const FileSizeLimit&) = delete;
  FileSizeLimit& operator=(const FileSizeLimit&) = delete;

 private:
  rlimit before_{};
  sighandler_t handler_;
};

TEST_F(PacksTest, KeepsNothingOfAWriteThatFailed) {
  Put("before");
  ASSERT_TRUE(packs_->Flush().ok());
  const uint64_t size = Bytes();
  Put(Large(1));
  Put(Large(2));
  {
    const FileSizeLimit limit(100'000);
    EXPECT_FALSE(packs_->Flush().ok());
  }
  EXPECT_EQ(Bytes(), size) << "not even a part";
  EXPECT_FALSE(packs_->Has(ContentDigest(Large(1))));
  EXPECT_EQ(packs_->Read(Sha256("before")).value(), "before");
  Put(Large(1));
  ASSERT_TRUE(packs_->Flush().ok());
  EXPECT_EQ(reader_.Read(ContentDigest(Large(1))).value(), Large(1));
}

TEST_F(PacksTest, RemovesPacksThatHoldNothingAnyMore) {
  std::vector<Digest> digests;
  for (int i = 0; i < 150; ++i) digests.push_back(Put(Large(i)));
  ASSERT_TRUE(packs_->Flush().ok());
  ASSERT_EQ(List().size(), 3U);
  EXPECT_EQ(reader_.Read(digests[0]).value(), Large(0));
  for (int i = 0; i < 100; ++i) packs_->Remove(digests[static_cast<size_t>(i)]);
  packs_->Compact();
  EXPECT_EQ(List(), (std::vector<uint32_t>{2, 3}));
  EXPECT_EQ(reader_.Read(digests[120]).value(), Large(120));
}

TEST_F(PacksTest, MovesWhatMostlyUnusedPacksStillHold) {
  constexpr int kHeld = 400;  // 24 MB
  for (int i = 0; i < kHeld; ++i) Put(Large(i));
  ASSERT_TRUE(packs_->Flush().ok());
  for (int i = 0; i < kHeld; ++i) {
    EXPECT_TRUE(reader_.Read(ContentDigest(Large(i))).ok()) << "and it remembers where it was";
    if (i % 10 != 0) packs_->Remove(ContentDigest(Large(i)));
  }
  for (int i = 0; i < 10; ++i) packs_->Compact();
  EXPECT_LE(Bytes(), 2U * kHeld / 10 * 60'100 + (8U << 20)) << "twice what is used, and slack";
  for (const bool reopened : {false, true}) {
    if (reopened) Reopen();
    for (int i = 0; i < kHeld; i += 10) {
      EXPECT_EQ(packs_->Read(ContentDigest(Large(i))).value(), Large(i));
      EXPECT_EQ(reader_.Read(ContentDigest(Large(i))).value(), Large(i));
    }
  }
}

TEST_F(PacksTest, KeepsWhereItWasWhatAFullDiskDoesNotLetItMove) {
  constexpr int kHeld = 400;
  for (int i = 0; i < kHeld; ++i) Put(Large(i));
  ASSERT_TRUE(packs_->Flush().ok());
  for (int i = 0; i < kHeld; ++i) {
    if (i % 10 != 0) packs_->Remove(ContentDigest(Large(i)));
  }
  const auto expect_all = [this] {
    for (int i = 0; i < kHeld; i += 10) {
      EXPECT_TRUE(packs_->Read(ContentDigest(Large(i))).ok()) << i;
      EXPECT_TRUE(reader_.Read(ContentDigest(Large(i))).ok()) << i;
    }
  };
  {
    const FileSizeLimit limit(100'000);
    for (int i = 0; i < 10; ++i) packs_->Compact();
    expect_all();
  }
  for (int i = 0; i < 10; ++i) packs_->Compact();
  EXPECT_LE(Bytes(), 2U * kHeld / 10 * 60'100 + (8U << 20)) << "it goes on once there is room";
  expect_all();
  Reopen();
  expect_all();
}

TEST_F(PacksTest, ShrinksAtOnceAndReadersFindWhatComesAfter) {
  std::vector<Digest> digests;
  for (int i = 0; i < 150; ++i) digests.push_back(Put(Large(i)));
  ASSERT_TRUE(packs_->Flush().ok());
  EXPECT_TRUE(reader_.Read(digests[149]).ok()) << "a reader knows all three packs";
  Put("not written yet");
  packs_->Collect({digests[0], digests[5], digests[75]});
  packs_->Shrink();
  EXPECT_EQ(List(), (std::vector<uint32_t>{1, 2}));
  EXPECT_LT(Bytes(), 14U * 60'100) << "up to the sixth of one pack, and one near the next's begin";
  for (const bool reopened : {false, true}) {
    if (reopened) Reopen();
    for (const int kept : {0, 5, 75}) {
      EXPECT_EQ(packs_->Read(digests[static_cast<size_t>(kept)]).value_or(""), Large(kept));
      EXPECT_EQ(reader_.Read(digests[static_cast<size_t>(kept)]).value_or(""), Large(kept));
    }
    EXPECT_FALSE(packs_->Has(digests[60])) << "it was behind the last";
    EXPECT_FALSE(packs_->Has(ContentDigest("not written yet")));
    EXPECT_EQ(reader_.Read(digests[60]).status().code(), Code::kNotFound);
    for (int i = 1; i < 10; ++i) {
      const Digest digest = Put("after it" + std::to_string(i) + (reopened ? " again" : ""));
      ASSERT_TRUE(packs_->Flush().ok());
      EXPECT_TRUE(reader_.Read(digest).ok());
    }
  }
}

TEST_F(PacksTest, CollectsAllButWhatIsToBeKept) {
  for (int i = 0; i < 300; ++i) Put(std::to_string(i));
  packs_->Collect({Sha256("7"), Sha256("299")});
  for (int i = 0; i < 300; ++i) {
    EXPECT_EQ(packs_->Has(Sha256(std::to_string(i))), i == 7 || i == 299) << i;
  }
}

TEST_F(PacksTest, AReaderFindsPacksWhoseNumbersWereUsedAgain) {
  for (int i = 0; i < 100; ++i) Put(Large(i));
  ASSERT_TRUE(packs_->Flush().ok());
  EXPECT_EQ(reader_.Read(ContentDigest(Large(99))).value(), Large(99));
  for (const uint32_t pack : List()) stdfs::remove(PathOf(pack));
  Reopen();
  const Digest digest = Put("new");
  ASSERT_TRUE(packs_->Flush().ok());
  EXPECT_EQ(reader_.Read(digest).value(), "new");
}

TEST_F(PacksTest, TakesNothingForAPackThatIsNone) {
  directory_.Write("pack-", "x");
  directory_.Write("pack-0", "x");
  directory_.Write("pack-1x", "x");
  directory_.Write("pack-99999999999", "x");
  directory_.Write("pack-7", std::string(5000, '\xff'));
  EXPECT_EQ(List(), std::vector<uint32_t>{7});
  Reopen();
  const Digest digest = Put("abc");
  ASSERT_TRUE(packs_->Flush().ok());
  EXPECT_EQ(packs_->Read(digest).value(), "abc");
  EXPECT_EQ(reader_.Read(digest).value(), "abc");
}

}  // namespace
}  // namespace hawser::sync
