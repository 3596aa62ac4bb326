// What an error shows of a source file.
#include "lib/starlark/syntax/source.h"

#include <gtest/gtest.h>

namespace hawser::starlark {
namespace {

TEST(SourceTest, PutsACaretBelowTheCharacter) {
  const Source source("f", "a\n\tb + c\r\n");
  EXPECT_EQ(source.Where(7), "f:2:6");
  EXPECT_EQ(source.Excerpt(7), "    \tb + c\n    \t    ^\n");
}

TEST(SourceTest, CountsCharactersAndNotBytes) {
  const Source source("f", "\"é\"\t+ 1");
  EXPECT_EQ(source.Excerpt(5), "    \"é\"\t+ 1\n       \t^\n");
}

TEST(SourceTest, ShowsNothingThatATerminalWouldObey) {
  const Source source("f", std::string("x\x1b[2J\0\xff\u202e= 1", 13));
  EXPECT_EQ(source.Excerpt(0), "    x\ufffd[2J\ufffd\ufffd\ufffd= 1\n    ^\n");
}

TEST(SourceTest, LeavesOutLinesThatAreTooLongToRead) {
  EXPECT_EQ(Source("f", std::string(201, 'x')).Excerpt(0), "");
}

}  // namespace
}  // namespace hawser::starlark
