// What a scan hands over to the senders.
#include "lib/sync/workspace/read_content.h"

#include <gtest/gtest.h>

#include <string>

namespace hawser::sync {
namespace {

ContentPtr TextOf(size_t size, char fill) {
  return std::make_shared<const Content>(Content::Of(std::string(size, fill)));
}

TEST(ReadContentTest, HoldsWhatFitsUntilTheNextScan) {
  BaseCache bases(1000);
  ReadContent content(100, bases);
  EXPECT_TRUE(content.HasRoomFor(100));
  EXPECT_FALSE(content.HasRoomFor(101));
  const ContentPtr a = TextOf(60, 'a');
  const ContentPtr b = TextOf(41, 'b');
  content.Put(a);
  content.Put(a);
  EXPECT_TRUE(content.HasRoomFor(40)) << "counted once";
  content.Put(b);
  EXPECT_EQ(content.Get(a->digest()), a);
  EXPECT_EQ(content.Get(b->digest()), nullptr);
  content.Begin();
  EXPECT_EQ(content.Get(a->digest()), nullptr);
  EXPECT_TRUE(content.HasRoomFor(100));
}

TEST(ReadContentTest, KnowsTheVersionsThatAreBases) {
  BaseCache bases(1000);
  const ReadContent content(100, bases);
  const ContentPtr old = TextOf(60, 'a');
  EXPECT_EQ(content.OlderVersion(old->digest()), nullptr);
  bases.Put(old);
  EXPECT_EQ(content.OlderVersion(old->digest()), old);
}

}  // namespace
}  // namespace hawser::sync
