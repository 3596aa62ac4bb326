// What a run hands on to the next, and that the next never believes too much.
#include "lib/sync/workspace/stat_cache.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <thread>

#include "lib/base/content.h"
#include "lib/sync/workspace/scan.h"
#include "tests/support/temp_dir.h"

namespace hawser::sync {
namespace {

namespace stdfs = std::filesystem;

StatCache SomeCache() {
  StatCache cache;
  for (int i = 0; i < 300; ++i) {
    const auto number = static_cast<uint64_t>(i);
    cache["d" + std::to_string(i / 7) + "/f" + std::to_string(i)] = {
        {number, number + 1, i * 1000000007LL, -i}, Sha256(std::to_string(i)), {}};
  }
  const BlockDigests blocks{Sha256("a"), Sha256("b")};
  constexpr uint64_t kSize = kDigestBlock + 1;
  cache["d0/large"] = {{kSize, 2, 3, 4}, DigestOfBlocks(blocks, kSize), blocks};
  return cache;
}

class StatCacheTest : public ::testing::Test {
 protected:
  StatCacheTest() { stdfs::create_directories(root()); }

  std::string root() const { return directory_ / "w"; }
  std::string path() const { return StatCachePath(directory_ / "cache/hawser", root()); }
  std::unique_ptr<Scanner> NewRun() const {
    return MakeScanner(root(), Rules::Make({{"", "/app", {}, false}}, {}).value(), path()).value();
  }
  /// A file last changed long ago. Its change time is now, all the same: that is set by the kernel.
  void WriteOld(const std::string& name, const std::string& content) const {
    directory_.Write("w/" + name, content);
    const timespec old[2] = {{1600000000, 0}, {1600000000, 0}};
    ::utimensat(AT_FDCWD, (root() + "/" + name).c_str(), old, 0);
  }
  Digest Seen(Scanner& scanner, const std::string& name) const {
    return scanner.ScanAll().value().snapshot->tree.at("/app/" + name).digest;
  }
  /// As if the file had been read long after it was last changed: makes its cache entry say
  /// `digest`.
  void Plant(const std::string& name, const Digest& digest, const BlockDigests& blocks = {}) const {
    struct stat info {};
    ASSERT_EQ(::stat((root() + "/" + name).c_str(), &info), 0);
    const auto nanoseconds = [](const timespec& time) {
      return time.tv_sec * 1000000000LL + time.tv_nsec;
    };
    const StatCache cache{{name,
                           {{static_cast<uint64_t>(info.st_size), info.st_ino,
                             nanoseconds(info.st_mtim), nanoseconds(info.st_ctim)},
                            digest,
                            blocks}}};
    ASSERT_TRUE(SaveStatCache(path(), cache).ok());
  }

  testing::TempDir directory_;
};

TEST_F(StatCacheTest, LoadsWhatWasSavedForItsOwnerAlone) {
  EXPECT_EQ(LoadStatCache(path()).status().code(), Code::kNotFound);
  for (const StatCache& cache : {SomeCache(), StatCache()}) {
    ASSERT_TRUE(SaveStatCache(path(), cache).ok());
    EXPECT_EQ(LoadStatCache(path()).value(), cache);
  }
  struct stat info {};
  ASSERT_EQ(::stat(path().c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600U);
  EXPECT_NE(path(), StatCachePath(directory_ / "cache/hawser", root() + "2"));
}

TEST_F(StatCacheTest, RefusesEveryDamage) {
  StatCache cache = SomeCache();
  cache.erase(std::next(cache.begin(), 4), cache.find("d0/large"));
  cache.erase(std::next(cache.find("d0/large")), cache.end());
  ASSERT_TRUE(SaveStatCache(path(), cache).ok());
  const std::string name = path().substr(directory_.path().string().size() + 1);
  const std::string bytes = directory_.Read(name);
  for (size_t at = 0; at < bytes.size(); ++at) {
    directory_.Write(name, bytes.substr(0, at));
    ASSERT_EQ(LoadStatCache(path()).status().code(), Code::kDataLoss) << at;
    std::string damaged = bytes;
    damaged[at] = static_cast<char>(damaged[at] ^ 0x04);
    directory_.Write(name, damaged);
    ASSERT_EQ(LoadStatCache(path()).status().code(), Code::kDataLoss) << at;
  }
}

TEST_F(StatCacheTest, RefusesBlocksThatAreNotTheFilesOwn) {
  const StatCache cache{{"large", {{kDigestBlock + 1, 2, 3, 4}, Sha256("x"), {Sha256("a")}}}};
  ASSERT_TRUE(SaveStatCache(path(), cache).ok());
  EXPECT_EQ(LoadStatCache(path()).status().code(), Code::kDataLoss);
}

TEST_F(StatCacheTest, IsWholeWhoeverSavesAtTheSameTime) {
  const StatCache caches[] = {SomeCache(), {{"other", {{1, 2, 3, 4}, Sha256("x"), {}}}}};
  ASSERT_TRUE(SaveStatCache(path(), caches[0]).ok());
  std::vector<std::jthread> runs;
  for (const StatCache& cache : caches) {
    runs.emplace_back([&] {
      for (int i = 0; i < 200; ++i) EXPECT_TRUE(SaveStatCache(path(), cache).ok());
    });
  }
  for (int i = 0; i < 200; ++i) {
    const StatCache loaded = LoadStatCache(path()).value();
    EXPECT_TRUE(loaded == caches[0] || loaded == caches[1]);
  }
}

TEST_F(StatCacheTest, SparesReadingAFileThatDidNotChangeSinceAnEarlierRun) {
  WriteOld("f", "abc");
  const Digest planted = Sha256("not what is there: shows that it was not read");
  Plant("f", planted);
  EXPECT_EQ(Seen(*NewRun(), "f"), planted);
}

TEST_F(StatCacheTest, ReadsAFileThatChangedSinceTheEarlierRun) {
  WriteOld("f", "abc");
  Plant("f", Sha256("planted"));
  WriteOld("f", "xyz");  // same size, same modification time
  EXPECT_EQ(Seen(*NewRun(), "f"), Sha256("xyz"));
  Plant("f", Sha256("planted"));
  stdfs::rename(root() + "/f", root() + "/g");
  EXPECT_EQ(Seen(*NewRun(), "g"), Sha256("xyz"));
}

TEST_F(StatCacheTest, HandsOnWhatLargeFilesConsistOf) {
  const std::string content(2 * kDigestBlock + 7, 'x');
  WriteOld("f", content);
  const BlockDigests blocks = Content::Of(content).block_digests();
  Plant("f", ContentDigest(content), blocks);
  const auto run = NewRun();
  const SnapshotPtr snapshot = run->ScanAll().value().snapshot;
  const KnownBlocks::Blocks known = snapshot->blocks->Find(ContentDigest(content));
  ASSERT_NE(known, nullptr);
  EXPECT_EQ(*known, blocks);
}

TEST_F(StatCacheTest, HandsOnOnlyWhatNoLaterWriteCanHideIn) {
  WriteOld("f", "abc");
  {
    const auto run = NewRun();
    EXPECT_EQ(Seen(*run, "f"), Sha256("abc"));
  }
  EXPECT_TRUE(LoadStatCache(path()).value().empty()) << "it changed less than two seconds ago";
}

TEST_F(StatCacheTest, HandsOnWhatALargeFileConsistedOfThatMayStillChangeUnseen) {
  const std::string before(2 * kDigestBlock + 7, 'x');
  directory_.Write("w/f", before);
  EXPECT_EQ(Seen(*NewRun(), "f"), ContentDigest(before));
  const StatCache saved = LoadStatCache(path()).value();
  ASSERT_EQ(saved.size(), 1U);
  EXPECT_EQ(saved.at("f").stamp, FileStamp{.size = before.size()}) << "no file has this stamp";

  const std::string after = std::string(kDigestBlock, 'x') + std::string(kDigestBlock + 7, 'y');
  WriteOld("f", after);
  const auto run = NewRun();
  const SnapshotPtr snapshot = run->ScanAll().value().snapshot;
  EXPECT_EQ(snapshot->tree.at("/app/f").digest, ContentDigest(after));
  EXPECT_NE(snapshot->blocks->Find(ContentDigest(before)), nullptr) << "a pod may hold it";
}

TEST_F(StatCacheTest, CostsNothingButTimeWhenItCanNotBeUsed) {
  WriteOld("f", "abc");
  directory_.Write("cache", "a file where its directory should be");
  EXPECT_EQ(Seen(*NewRun(), "f"), Sha256("abc"));
}

}  // namespace
}  // namespace hawser::sync
