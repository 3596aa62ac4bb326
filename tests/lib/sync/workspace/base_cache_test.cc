// Which old versions are held, and for how long.
#include "lib/sync/workspace/base_cache.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/lib/sync/entries.h"

namespace hawser::sync {
namespace {

TEST(BaseCacheTest, DropsTheLeastRecentlyUsed) {
  BaseCache cache(100);
  const ContentPtr a = ContentOf(40, 'a');
  const ContentPtr b = ContentOf(40, 'b');
  const ContentPtr c = ContentOf(40, 'c');
  cache.Put(a);
  cache.Put(b);
  EXPECT_EQ(cache.Get(a->digest()), a) << "used last";
  cache.Put(c);
  EXPECT_EQ(cache.Get(a->digest()), a);
  EXPECT_EQ(cache.Get(b->digest()), nullptr);
  EXPECT_EQ(cache.Get(c->digest()), c);
}

TEST(BaseCacheTest, TakesNothingLargerThanItselfAndCountsEachContentOnce) {
  BaseCache cache(100);
  const ContentPtr large = ContentOf(101, 'l');
  const ContentPtr half = ContentOf(50, 'h');
  const ContentPtr other = ContentOf(50, 'o');
  cache.Put(large);
  EXPECT_EQ(cache.Get(large->digest()), nullptr);
  for (int i = 0; i < 10; ++i) cache.Put(half);
  cache.Put(other);
  EXPECT_EQ(cache.Get(half->digest()), half);
  EXPECT_EQ(cache.Get(other->digest()), other);
}

}  // namespace
}  // namespace hawser::sync
