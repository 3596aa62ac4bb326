// The identity of small and large content, whole and in pieces.
#include "lib/base/content_digest.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>

namespace hawser {
namespace {

/// Content in which no two blocks are the same.
std::string MakeContent(size_t size) {
  std::string content(size, '\0');
  uint64_t state = 1;
  for (char& byte : content) {
    state = state * 6364136223846793005U + 1442695040888963407U;
    byte = static_cast<char>(state >> 56);
  }
  return content;
}

TEST(ContentDigestTest, SmallContentIsIdentifiedByItsSha256) {
  for (const size_t size : {size_t{0}, size_t{1}, size_t{kDigestBlock}}) {
    const std::string content = MakeContent(size);
    EXPECT_EQ(ContentDigest(content), Sha256(content)) << size;
  }
}

TEST(ContentDigestTest, LargeContentHasAnotherIdentityThanItsSha256) {
  const std::string content = MakeContent(kDigestBlock + 1);
  EXPECT_NE(ContentDigest(content), Sha256(content));
}

/// `{ printf '\1\0\20\0\0\0\0\0'; head -c 1048576 /dev/zero | sha256sum | xxd -r -p;
/// head -c 1 /dev/zero | sha256sum | xxd -r -p; } | openssl dgst -sha512-256`
TEST(ContentDigestTest, LargeContentIsIdentifiedAsOtherToolsCompute) {
  EXPECT_EQ(ContentDigest(std::string(kDigestBlock + 1, '\0')).ToHex(),
            "9e7c0bfccad32e0de9b65a07e8d9ff2a6ac0ee095d4e448a3ad128871e4c72cc");
}

TEST(ContentDigestTest, PiecesOfAnySizeMakeTheSame) {
  const std::string content = MakeContent(3 * kDigestBlock + 77);
  for (const size_t piece : {size_t{4093}, size_t{kDigestBlock}, content.size()}) {
    ContentHasher hasher;
    for (size_t at = 0; at < content.size(); at += piece) {
      hasher.Update(std::string_view(content).substr(at, piece));
    }
    EXPECT_EQ(hasher.Finish(), ContentDigest(content)) << piece;
  }
}

TEST(ContentDigestTest, KnownBlocksNeedNotBeRead) {
  const std::string content = MakeContent(3 * kDigestBlock + 5);
  BlockDigests blocks;
  ContentHasher hasher;
  hasher.Update(content);
  const Digest whole = hasher.Finish(&blocks);
  ASSERT_EQ(blocks.size(), BlockCount(content.size()));
  EXPECT_EQ(DigestOfBlocks(blocks, content.size()), whole);

  hasher.AddBlock(blocks[0]);
  hasher.Update(std::string_view(content).substr(kDigestBlock, kDigestBlock));
  ASSERT_EQ(hasher.in_block(), 0U);
  hasher.AddBlock(blocks[2]);
  hasher.Update(std::string_view(content).substr(3 * kDigestBlock));
  EXPECT_EQ(hasher.Finish(), whole);
}

TEST(ContentDigestTest, EveryChangeShows) {
  const std::string content = MakeContent(2 * kDigestBlock + 9);
  std::set<Digest> seen{ContentDigest(content)};
  for (const size_t at : {size_t{0}, size_t{kDigestBlock - 1}, size_t{kDigestBlock},
                          size_t{2 * kDigestBlock}, content.size() - 1}) {
    std::string changed = content;
    changed[at] = static_cast<char>(changed[at] ^ 1);
    EXPECT_TRUE(seen.insert(ContentDigest(changed)).second) << at;
  }
  EXPECT_TRUE(seen.insert(ContentDigest(content + '\0')).second);
  EXPECT_TRUE(seen.insert(ContentDigest(content.substr(1))).second);
  std::string swapped = content;
  std::swap_ranges(swapped.begin(), swapped.begin() + kDigestBlock, swapped.begin() + kDigestBlock);
  EXPECT_TRUE(seen.insert(ContentDigest(swapped)).second) << "blocks are in order";
}

TEST(ContentDigestTest, AHasherStartsAnewAfterFinish) {
  ContentHasher hasher;
  hasher.Update(MakeContent(kDigestBlock + 1));
  hasher.Finish();
  EXPECT_EQ(hasher.Finish(), Sha256(""));
}

/// A small file made of the very list that a large one is identified by is another file.
TEST(ContentDigestTest, TheListOfBlocksIsNotTheContent) {
  const std::string content = MakeContent(kDigestBlock + 1);
  std::string list("\x01\x00\x10\x00\x00\x00\x00\x00", 8);
  list += Sha256(content.substr(0, kDigestBlock)).AsBytes();
  list += Sha256(content.substr(kDigestBlock)).AsBytes();
  EXPECT_NE(ContentDigest(list), ContentDigest(content));
}

}  // namespace
}  // namespace hawser
