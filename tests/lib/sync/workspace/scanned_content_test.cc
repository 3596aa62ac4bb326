// What a scan hands over to the senders.
#include "lib/sync/workspace/scanned_content.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/lib/sync/entries.h"

namespace hawser::sync {
namespace {

TEST(ScannedContentTest, HoldsWhatFitsUntilTheNextScan) {
  BaseCache bases(1000);
  ScannedContent content(100, bases);
  EXPECT_TRUE(content.HasRoomFor(100));
  EXPECT_FALSE(content.HasRoomFor(101));
  const ContentPtr a = ContentOf(60, 'a');
  const ContentPtr b = ContentOf(41, 'b');
  content.Put(a);
  content.Put(a);
  EXPECT_TRUE(content.HasRoomFor(40)) << "counted once";
  content.Put(b);
  EXPECT_EQ(content.Get(a->digest()), a);
  EXPECT_EQ(content.Get(b->digest()), nullptr);
  content.Clear();
  EXPECT_EQ(content.Get(a->digest()), nullptr);
  EXPECT_TRUE(content.HasRoomFor(100));
}

TEST(ScannedContentTest, KnowsTheVersionsThatAreBases) {
  BaseCache bases(1000);
  const ScannedContent content(100, bases);
  const ContentPtr old = ContentOf(60, 'a');
  EXPECT_EQ(content.OlderVersion(old->digest()), nullptr);
  bases.Put(old);
  EXPECT_EQ(content.OlderVersion(old->digest()), old);
}

}  // namespace
}  // namespace hawser::sync
