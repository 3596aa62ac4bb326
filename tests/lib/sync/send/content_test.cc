// What the sending side remembers, and how it reads the workspace.
#include "lib/sync/send/content.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>

#include "tests/support/temp_dir.h"

namespace hawser::sync {
namespace {

std::shared_ptr<const std::string> Text(size_t size, char fill) {
  return std::make_shared<const std::string>(size, fill);
}

TEST(BaseCacheTest, DropsTheLeastRecentlyUsed) {
  BaseCache cache(100);
  const auto a = Text(40, 'a');
  const auto b = Text(40, 'b');
  const auto c = Text(40, 'c');
  cache.Put(Sha256(*a), a);
  cache.Put(Sha256(*b), b);
  EXPECT_EQ(cache.Get(Sha256(*a)), a) << "used last";
  cache.Put(Sha256(*c), c);
  EXPECT_EQ(cache.Get(Sha256(*a)), a);
  EXPECT_EQ(cache.Get(Sha256(*b)), nullptr);
  EXPECT_EQ(cache.Get(Sha256(*c)), c);
}

TEST(BaseCacheTest, TakesNothingLargerThanItselfAndCountsEachContentOnce) {
  BaseCache cache(100);
  const auto large = Text(101, 'l');
  const auto half = Text(50, 'h');
  const auto other = Text(50, 'o');
  cache.Put(Sha256(*large), large);
  EXPECT_EQ(cache.Get(Sha256(*large)), nullptr);
  for (int i = 0; i < 10; ++i) cache.Put(Sha256(*half), half);
  cache.Put(Sha256(*other), other);
  EXPECT_EQ(cache.Get(Sha256(*half)), half);
  EXPECT_EQ(cache.Get(Sha256(*other)), other);
}

TEST(PatchCacheTest, KnowsPatchesByBothEndsAndStaysWithinItsBound) {
  PatchCache cache(100);
  const Digest a = Sha256("a");
  const Digest b = Sha256("b");
  const auto patch = Text(60, 'p');
  cache.Put(a, b, patch);
  EXPECT_EQ(cache.Get(a, b), patch);
  EXPECT_EQ(cache.Get(b, a), nullptr);
  cache.Put(b, a, Text(60, 'q'));
  EXPECT_EQ(cache.Get(a, b), nullptr);
  EXPECT_NE(cache.Get(b, a), nullptr);
  cache.Put(a, a, Text(101, 'r'));
  EXPECT_EQ(cache.Get(a, a), nullptr);
}

class ContentSourceTest : public ::testing::Test {
 protected:
  Code ReadCode(const std::string& source, const std::string& expected) const {
    return source_.Read(source, Sha256(expected), expected.size()).status().code();
  }
  Code StreamCode(const std::string& source, const std::string& expected) const {
    return source_.Stream(source, Sha256(expected), [](std::string_view) { return OkStatus(); })
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
    EXPECT_EQ(*source_.Read("d/f", Sha256(content), content.size()).value(), content);
    std::string streamed;
    const auto sink = [&](std::string_view piece) {
      streamed += piece;
      return OkStatus();
    };
    ASSERT_TRUE(source_.Stream("d/f", Sha256(content), sink).ok());
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
