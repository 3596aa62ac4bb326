// What the sending side remembers, and how it reads the workspace.
#include "lib/sync/send/content.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <atomic>
#include <filesystem>
#include <latch>
#include <thread>
#include <vector>

#include "tests/support/temp_dir.h"

namespace hawser::sync {
namespace {

std::shared_ptr<const std::string> Text(size_t size, char fill) {
  return std::make_shared<const std::string>(size, fill);
}

class PatchCacheTest : public ::testing::Test {
 protected:
  PatchCache::Patch Get(const Digest& base, const Digest& content, size_t size) {
    return cache_
        .GetOrEncode(base, content,
                     [&]() -> Result<PatchCache::Patch> {
                       ++encoded_;
                       return Text(size, 'p');
                     })
        .value();
  }

  const Digest a_ = Sha256("a");
  const Digest b_ = Sha256("b");
  PatchCache cache_{100};
  std::atomic<int> encoded_ = 0;
};

TEST_F(PatchCacheTest, KnowsPatchesByBothEndsAndStaysWithinItsBound) {
  const PatchCache::Patch patch = Get(a_, b_, 60);
  EXPECT_EQ(Get(a_, b_, 60), patch);
  EXPECT_TRUE(cache_.Expects(a_, b_));
  EXPECT_FALSE(cache_.Expects(b_, a_));
  Get(b_, a_, 60);
  EXPECT_FALSE(cache_.Expects(a_, b_)) << "the oldest went";
  EXPECT_TRUE(cache_.Expects(b_, a_));
  Get(a_, a_, 101);
  EXPECT_FALSE(cache_.Expects(a_, a_)) << "larger than the cache";
  EXPECT_EQ(encoded_, 3);
}

TEST_F(PatchCacheTest, ThreadsThatWantTheSamePatchEncodeItOnce) {
  std::vector<std::jthread> threads;
  std::latch ready(8);
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      ready.arrive_and_wait();
      EXPECT_EQ(*Get(a_, b_, 60), std::string(60, 'p'));
    });
  }
  threads.clear();
  EXPECT_EQ(encoded_, 1);
}

TEST_F(PatchCacheTest, AFailureIsNotKept) {
  const auto fail = []() -> Result<PatchCache::Patch> { return AbortedError("changed"); };
  EXPECT_EQ(cache_.GetOrEncode(a_, b_, fail).status().code(), Code::kAborted);
  EXPECT_FALSE(cache_.Expects(a_, b_));
  EXPECT_NE(Get(a_, b_, 60), nullptr);
}

class ContentSourceTest : public ::testing::Test {
 protected:
  Code ReadCode(const std::string& source, const std::string& expected) const {
    return source_.Read(source, ContentDigest(expected), expected.size()).status().code();
  }
  Code StreamCode(const std::string& source, const std::string& expected) const {
    return source_
        .Stream(source, ContentDigest(expected), [](std::string_view) { return OkStatus(); })
        .code();
  }

  testing::TempDir workspace_;
  ContentSource source_{workspace_.path().string()};
};

TEST_F(ContentSourceTest, ReadsAndStreamsWhatTheSnapshotSays) {
  std::string large(600000, 'x');
  large.back() = 'y';
  for (const std::string& content : {std::string(), std::string("abc"), large}) {
    workspace_.Write("d/f", content);
    const ContentPtr read = source_.Read("d/f", ContentDigest(content), content.size()).value();
    EXPECT_EQ(read->Join(0, read->blocks().size()), content);
    std::string streamed;
    const auto sink = [&](std::string_view piece) {
      streamed += piece;
      return OkStatus();
    };
    ASSERT_TRUE(source_.Stream("d/f", ContentDigest(content), sink).ok());
    EXPECT_EQ(streamed, content);
  }
}

TEST_F(ContentSourceTest, AbortsWhenTheFileIsNoLongerWhatWasScanned) {
  workspace_.Write("changed", "new");
  workspace_.Write("longer", "newer");
  std::filesystem::create_symlink("changed", workspace_ / "link");
  std::filesystem::create_directory(workspace_ / "directory");
  ASSERT_EQ(::mkfifo((workspace_ / "fifo").c_str(), 0600), 0);
  for (const std::string source : {"changed", "longer", "gone", "link", "fifo"}) {
    EXPECT_EQ(ReadCode(source, "old"), Code::kAborted) << source;
    EXPECT_EQ(StreamCode(source, "old"), Code::kAborted) << source;
  }
  EXPECT_EQ(ReadCode("directory", "old"), Code::kAborted);
}

TEST_F(ContentSourceTest, StopsWhenTheSinkFails) {
  workspace_.Write("f", "abc");
  const auto sink = [](std::string_view) { return UnavailableError("broken"); };
  EXPECT_EQ(source_.Stream("f", Sha256("abc"), sink).code(), Code::kUnavailable);
}

}  // namespace
}  // namespace hawser::sync
