// What a scan hands over to the senders.
#include "lib/sync/workspace/read_content.h"

#include <gtest/gtest.h>

namespace hawser::sync {
namespace {

std::shared_ptr<const std::string> Text(size_t size, char fill) {
  return std::make_shared<const std::string>(size, fill);
}

TEST(ReadContentTest, HoldsWhatFitsUntilTheNextScan) {
  ReadContent content(100);
  EXPECT_TRUE(content.HasRoomFor(100));
  EXPECT_FALSE(content.HasRoomFor(101));
  const auto a = Text(60, 'a');
  content.Put(Sha256("a"), a);
  content.Put(Sha256("a"), a);
  EXPECT_TRUE(content.HasRoomFor(40)) << "counted once";
  content.Put(Sha256("b"), Text(41, 'b'));
  EXPECT_EQ(content.Get(Sha256("a")), a);
  EXPECT_EQ(content.Get(Sha256("b")), nullptr);
  content.Begin();
  EXPECT_EQ(content.Get(Sha256("a")), nullptr);
  EXPECT_TRUE(content.HasRoomFor(100));
}

}  // namespace
}  // namespace hawser::sync
