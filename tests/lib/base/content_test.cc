// Content in blocks: what it is made of, and who it is.
#include "lib/base/content.h"

#include <gtest/gtest.h>

namespace hawser {
namespace {

TEST(ContentTest, IsWhatItWasMadeOf) {
  for (const size_t size :
       {size_t{0}, size_t{5}, size_t{kDigestBlock}, size_t{2 * kDigestBlock + 1}}) {
    std::string bytes(size, 'x');
    if (size > 0) bytes.back() = 'y';
    const Content content = Content::Of(bytes);
    EXPECT_EQ(content.size(), size);
    EXPECT_EQ(content.digest(), ContentDigest(bytes));
    ASSERT_EQ(content.blocks().size(), BlockCount(size));
    EXPECT_TRUE(content.Join(0, content.blocks().size()) == bytes);
    EXPECT_EQ(content.blocks().back()->digest, Sha256(content.blocks().back()->bytes));
  }
}

TEST(ContentTest, JoinsARangeOfBlocks) {
  std::string bytes(3 * kDigestBlock, 'a');
  bytes.replace(kDigestBlock, kDigestBlock, kDigestBlock, 'b');
  const Content content = Content::Of(bytes);
  EXPECT_TRUE(content.Join(1, 2) == std::string(kDigestBlock, 'b'));
  EXPECT_EQ(content.Join(1, 1), "");
}

}  // namespace
}  // namespace hawser
