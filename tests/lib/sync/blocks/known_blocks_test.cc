// What is remembered of large content, and for how long.
#include "lib/sync/blocks/known_blocks.h"

#include <gtest/gtest.h>

#include <string>

namespace hawser::sync {
namespace {

TEST(KnownBlocksTest, ForgetsTheOldestWhenThereAreTooMany) {
  KnownBlocks known(10);
  const BlockDigests four(4, Sha256("block"));
  for (const char* name : {"a", "b", "a", "c"}) known.Put(Sha256(name), four);
  EXPECT_EQ(known.Find(Sha256("a")), nullptr);
  ASSERT_NE(known.Find(Sha256("b")), nullptr);
  EXPECT_EQ(*known.Find(Sha256("c")), four);
}

TEST(KnownBlocksTest, RemembersNothingOfSmallContentAndOfTooMuch) {
  KnownBlocks known(10);
  known.Put(Sha256("small"), {});
  known.Put(Sha256("small"), {Sha256("small")});
  known.Put(Sha256("large"), BlockDigests(11));
  EXPECT_EQ(known.Find(Sha256("small")), nullptr);
  EXPECT_EQ(known.Find(Sha256("large")), nullptr);
}

}  // namespace
}  // namespace hawser::sync
