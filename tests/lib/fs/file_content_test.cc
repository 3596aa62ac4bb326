// Identifying files, small and large, by one thread and by several.
#include "lib/fs/file_content.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <string>

#include "lib/fs/file.h"
#include "tests/support/temp_dir.h"

namespace hawser::fs {
namespace {

class FileContentTest : public ::testing::Test {
 protected:
  UniqueFd Opened(const std::string& content) {
    directory_.Write("f", content);
    return OpenToRead(directory_ / "f").value();
  }

  testing::TempDir directory_;
};

std::string MakeContent(size_t size) {
  std::string content(size, '\0');
  for (size_t i = 0; i < size; ++i) content[i] = static_cast<char>((i * i) >> 8 ^ i >> 20);
  return content;
}

TEST_F(FileContentTest, AgreesWithTheDigestOfTheContent) {
  for (const uint64_t size : {uint64_t{0}, uint64_t{1}, kDigestBlock - 1, kDigestBlock,
                              kDigestBlock + 1, 9 * kDigestBlock + 12345}) {
    const std::string content = MakeContent(static_cast<size_t>(size));
    const UniqueFd fd = Opened(content);
    BlockDigests blocks;
    EXPECT_EQ(DigestFile(fd.get(), &blocks).value(), ContentDigest(content)) << size;
    EXPECT_EQ(blocks, Content::Of(content).block_digests()) << size;
    const ContentPtr read = ReadContent(fd.get(), size, nullptr).value();
    EXPECT_EQ(read->digest(), ContentDigest(content)) << size;
    EXPECT_TRUE(read->Join(0, read->blocks().size()) == content) << size;
  }
}

TEST_F(FileContentTest, BeginsAtTheFilesBeginning) {
  const UniqueFd fd = Opened("all of it");
  ::lseek(fd.get(), 4, SEEK_SET);
  EXPECT_EQ(DigestFile(fd.get()).value(), Sha256("all of it"));
  EXPECT_EQ(DigestFile(fd.get()).value(), Sha256("all of it"));
}

TEST_F(FileContentTest, SharesTheBlocksOfAnOlderVersion) {
  std::string content = MakeContent(static_cast<size_t>(6 * kDigestBlock + 5));
  const Content older = Content::Of(content);
  content[2 * kDigestBlock] = '!';
  content += "more";
  const UniqueFd fd = Opened(content);
  const ContentPtr read = ReadContent(fd.get(), content.size(), &older).value();
  EXPECT_TRUE(read->Join(0, read->blocks().size()) == content);
  for (const size_t block : {0, 1, 3, 4, 5}) {
    EXPECT_EQ(read->blocks()[block], older.blocks()[block]) << block;
  }
  EXPECT_NE(read->blocks()[2], older.blocks()[2]);
  EXPECT_NE(read->blocks()[6], older.blocks()[6]);
}

TEST_F(FileContentTest, ReadsAsMuchAsAskedForOrSaysThatTheFileChanged) {
  const UniqueFd fd = Opened("12345");
  EXPECT_EQ(ReadContent(fd.get(), 4, nullptr).value()->digest(), Sha256("1234"));
  EXPECT_EQ(ReadContent(fd.get(), 6, nullptr).status().code(), Code::kAborted);
}

TEST_F(FileContentTest, PassesOnThatAFileCanNotBeRead) {
  const UniqueFd fd = OpenToRead(directory_.path()).value();
  EXPECT_FALSE(DigestFile(fd.get()).ok());
}

}  // namespace
}  // namespace hawser::fs
