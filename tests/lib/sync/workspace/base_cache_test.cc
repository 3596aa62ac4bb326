// Which old versions are held, and for how long.
#include "lib/sync/workspace/base_cache.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/lib/sync/entries.h"

namespace hawser::sync {
namespace {

TEST(BaseCacheTest, DropsTheLeastRecentlyUsed) {
  BaseCache cache(2000);
  const ContentPtr a = ContentOf(500, 'a');
  const ContentPtr b = ContentOf(500, 'b');
  const ContentPtr c = ContentOf(500, 'c');
  cache.Put(a);
  cache.Put(b);
  EXPECT_EQ(cache.Get(a->digest()), a) << "used last";
  cache.Put(c);
  EXPECT_EQ(cache.Get(a->digest()), a);
  EXPECT_EQ(cache.Get(b->digest()), nullptr);
  EXPECT_EQ(cache.Get(c->digest()), c);
}

TEST(BaseCacheTest, TakesNothingLargerThanItselfAndCountsEachContentOnce) {
  BaseCache cache(2000);
  const ContentPtr large = ContentOf(2001, 'l');
  const ContentPtr half = ContentOf(600, 'h');
  const ContentPtr other = ContentOf(600, 'o');
  cache.Put(large);
  EXPECT_EQ(cache.Get(large->digest()), nullptr);
  for (int i = 0; i < 10; ++i) cache.Put(half);
  cache.Put(other);
  EXPECT_EQ(cache.Get(half->digest()), half);
  EXPECT_EQ(cache.Get(other->digest()), other);
}

TEST(BaseCacheTest, CountsWhatSmallContentTakesBesideItsBytes) {
  BaseCache cache(2000);
  for (char fill = 'a'; fill <= 'z'; ++fill) cache.Put(ContentOf(1, fill));
  EXPECT_EQ(cache.Get(ContentOf(1, 'a')->digest()), nullptr);
  EXPECT_NE(cache.Get(ContentOf(1, 'z')->digest()), nullptr);
}

}  // namespace
}  // namespace hawser::sync
