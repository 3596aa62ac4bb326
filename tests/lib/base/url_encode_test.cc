// Percent-encoding of what URLs may not hold as it is.
#include "lib/base/url_encode.h"

#include <gtest/gtest.h>

namespace hawser {
namespace {

TEST(UrlEncodeTest, KeepsUnreservedCharacters) {
  EXPECT_EQ(UrlEncode("azAZ09-._~"), "azAZ09-._~");
}

TEST(UrlEncodeTest, EncodesEverythingElseByteByByte) {
  EXPECT_EQ(UrlEncode("a/b c=d&e%f+g"), "a%2Fb%20c%3Dd%26e%25f%2Bg");
  EXPECT_EQ(UrlEncode("\xC3\xA9\n"), "%C3%A9%0A");
  EXPECT_EQ(UrlEncode(std::string_view("\0", 1)), "%00");
}

}  // namespace
}  // namespace hawser
