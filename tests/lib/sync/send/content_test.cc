// Reading the workspace, as the snapshot knows it or not at all.
#include "lib/sync/send/content.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>

#include "tests/support/temp_dir.h"

namespace hawser::sync {
namespace {

class ContentSourceTest : public ::testing::Test {
 protected:
  Code ReadCode(const std::string& source, const std::string& expected) const {
    return source_.Read(source, ContentDigest(expected), expected.size()).status().code();
  }
  Code StreamCode(const std::string& source, const std::string& expected) const {
    return source_
        .Stream(source, ContentDigest(expected), expected.size(),
                [](std::string_view) { return OkStatus(); })
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
    ASSERT_TRUE(source_.Stream("d/f", ContentDigest(content), content.size(), sink).ok());
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

TEST_F(ContentSourceTest, StreamsSomeBlocksAndAbortsWhereTheyChanged) {
  std::string content(3 * kDigestBlock + 5, 'x');
  for (size_t block = 0; block < 4; ++block) {
    content[block * kDigestBlock] = static_cast<char>('a' + block);
  }
  const BlockDigests blocks = Content::Of(content).block_digests();
  std::string streamed;
  const auto sink = [&](std::string_view piece) {
    streamed += piece;
    return OkStatus();
  };
  workspace_.Write("f", content);
  ASSERT_TRUE(source_.StreamBlocks("f", blocks, {2 * kDigestBlock, content.size()}, sink).ok());
  EXPECT_TRUE(streamed == content.substr(2 * kDigestBlock));
  content[0] = '!';
  workspace_.Write("f", content);
  EXPECT_TRUE(source_.StreamBlocks("f", blocks, {kDigestBlock, 3 * kDigestBlock}, sink).ok());
  EXPECT_EQ(source_.StreamBlocks("f", blocks, {0, kDigestBlock}, sink).code(), Code::kAborted);
  workspace_.Write("f", content.substr(0, 3 * kDigestBlock + 1));
  EXPECT_EQ(source_.StreamBlocks("f", blocks, {3 * kDigestBlock, content.size()}, sink).code(),
            Code::kAborted);
  const auto broken = [](std::string_view) { return UnavailableError("broken"); };
  EXPECT_EQ(source_.StreamBlocks("f", blocks, {kDigestBlock, 2 * kDigestBlock}, broken).code(),
            Code::kUnavailable);
}

TEST_F(ContentSourceTest, PassesOnNoMoreOfAFileThatGrewThanWasAnnounced) {
  workspace_.Write("f", std::string(700000, 'x'));
  uint64_t passed = 0;
  const auto sink = [&](std::string_view piece) {
    passed += piece.size();
    return OkStatus();
  };
  const std::string before(500000, 'x');
  EXPECT_EQ(source_.Stream("f", ContentDigest(before), before.size(), sink).code(), Code::kAborted);
  EXPECT_LE(passed, before.size());
}

TEST_F(ContentSourceTest, StopsWhenTheSinkFails) {
  workspace_.Write("f", "abc");
  const auto sink = [](std::string_view) { return UnavailableError("broken"); };
  EXPECT_EQ(source_.Stream("f", Sha256("abc"), 3, sink).code(), Code::kUnavailable);
}

}  // namespace
}  // namespace hawser::sync
