// The standard layout: tables of before and after.
#include "lib/starlark/tools/format.h"

#include <gtest/gtest.h>

namespace hawser::starlark {
namespace {

std::string Formatted(const std::string& text) {
  std::vector<Diagnostic> errors;
  const auto formatted = Format(Source("test.star", text), errors);
  return formatted ? *formatted : "error: " + errors.front().message;
}

TEST(FormatTest, SpacesOperatorsAndCommas) {
  EXPECT_EQ(Formatted("x=1+2*-3\n"), "x = 1 + 2 * -3\n");
  EXPECT_EQ(Formatted("f( a,b = 1,*c , ** d )\n"), "f(a, b=1, *c, **d)\n");
  EXPECT_EQ(Formatted("x = {1:2 , 'a' :[3 ,4]}\n"), "x = {1: 2, \"a\": [3, 4]}\n");
  EXPECT_EQ(Formatted("x[1 : 2], y [ ::-1 ]\n"), "x[1:2], y[::-1]\n");
  EXPECT_EQ(Formatted("f = lambda x,y = 1:x . y\n"), "f = lambda x, y=1: x.y\n");
  EXPECT_EQ(Formatted("a   not  in b and not(c)\n"), "a not in b and not (c)\n");
  EXPECT_EQ(Formatted("load( 'm' , 'a' )\n"), "load(\"m\", \"a\")\n");
  EXPECT_EQ(Formatted("x = 'it\"s'\n"), "x = 'it\"s'\n");
}

TEST(FormatTest, IndentsByFourAndKeepsBreaksWithinBrackets) {
  EXPECT_EQ(Formatted("def f():\n  if x:\n     return [1,\n 2,\n       ]\n"),
            "def f():\n    if x:\n        return [1,\n            2,\n        ]\n");
}

TEST(FormatTest, KeepsCommentsWhereTheyBelong) {
  const std::string text =
      "# first\n\ndef f():  # why\n    # in f\n    pass\n    # still in f\n\n# outside\nx = 1\n";
  EXPECT_EQ(Formatted(text), text);
}

TEST(FormatTest, LimitsEmptyLinesAndEndsInOneLineEnd) {
  EXPECT_EQ(Formatted("\n\n\nx = 1\n\n\n\n\ny = 2   \n\n\n"), "x = 1\n\n\ny = 2\n");
  EXPECT_EQ(Formatted(""), "");
  EXPECT_EQ(Formatted("x = 1"), "x = 1\n");
}

TEST(FormatTest, IsStable) {
  const std::string once = Formatted("def f(a,b):\n  x=[a for a in b if a]  # c\n  return x [0]\n");
  EXPECT_EQ(Formatted(once), once);
}

TEST(FormatTest, LeavesFilesWithErrors) {
  EXPECT_EQ(Formatted("x = \n"), "error: got newline, want primary expression");
}

}  // namespace
}  // namespace hawser::starlark
