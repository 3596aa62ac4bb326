// What is UTF-8 and what is not, by the edges of RFC 3629.
#include "lib/base/utf8.h"

#include <gtest/gtest.h>

namespace hawser {
namespace {

TEST(Utf8Test, DecodesEachLength) {
  const std::pair<std::string, Codepoint> cases[] = {
      {"a", {'a', 1}},
      {"\xc2\x80", {0x80, 2}},
      {"\xdf\xbf", {0x7ff, 2}},
      {"\xe0\xa0\x80", {0x800, 3}},
      {"\xef\xbf\xbd", {kReplacement, 3}},
      {"\xf0\x90\x80\x80", {0x10000, 4}},
      {"\xf4\x8f\xbf\xbf", {kMaxCodepoint, 4}},
  };
  for (const auto& [bytes, expected] : cases) {
    const Codepoint point = DecodeUtf8(bytes);
    EXPECT_EQ(point.value, expected.value) << bytes;
    EXPECT_EQ(point.length, expected.length) << bytes;
    EXPECT_FALSE(point.invalid()) << bytes;
    std::string again;
    AppendUtf8(again, point.value);
    EXPECT_EQ(again, bytes);
  }
}

TEST(Utf8Test, FindsTheFirstByteThatIsNone) {
  for (const char* bad :
       {"\x80", "\xc0\x80", "\xc1\xbf", "\xc3", "\xc3(", "\xe0\x9f\xbf", "\xe2\x82", "\xed\xa0\x80",
        "\xf0\x8f\xbf\xbf", "\xf4\x90\x80\x80", "\xf8", "\xff"}) {
    const std::string text = std::string("a\xc3\xa9") + bad;
    EXPECT_EQ(FindNotUtf8(text), 3U) << text;
    EXPECT_EQ(FindNotUtf8(ToValidUtf8(text)), std::string::npos) << text;
  }
  EXPECT_EQ(FindNotUtf8(""), std::string::npos);
  EXPECT_EQ(FindNotUtf8("\xef\xbf\xbd"), std::string::npos) << "the replacement character itself";
}

TEST(Utf8Test, CountsABadByteAsOneCharacter) {
  EXPECT_EQ(CountCodepoints("a\xc3\xa9\xff\xff"), 4U);
}

}  // namespace
}  // namespace hawser
