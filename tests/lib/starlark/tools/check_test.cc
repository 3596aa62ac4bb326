// What can be known to be wrong without running a file.
#include "lib/starlark/tools/check.h"

#include <gtest/gtest.h>

namespace hawser::starlark {
namespace {

std::vector<std::string> Findings(const std::string& text) {
  const Source source("t", text);
  std::vector<std::string> findings;
  for (const Diagnostic& finding : Check(source, Dialect::Tilt(), {"len", "print"})) {
    findings.push_back(source.Where(finding.offset) + ": " + finding.message);
  }
  return findings;
}

using Messages = std::vector<std::string>;

TEST(CheckTest, FindsUndefinedNamesAndSyntaxErrorsFirst) {
  EXPECT_EQ(Findings("def f():\n  x = 1\n  return lenn(y)\n"),
            (Messages{"t:3:10: undefined: lenn (did you mean len?)", "t:3:15: undefined: y"}));
  EXPECT_EQ(Findings("x = \n"), (Messages{"t:1:5: got newline, want primary expression"}));
}

TEST(CheckTest, FindsWhatIsNeverUsed) {
  EXPECT_EQ(Findings("load('m', 'a', b='c')\nprint(b)\n"),
            (Messages{"t:1:12: loaded name a is never used"}));
  EXPECT_EQ(Findings("def f(p):\n  x = 1\n  y = 2\n  _z = 3\n  return y\n"),
            (Messages{"t:2:3: local variable x is never used"}));
  EXPECT_EQ(Findings("def f():\n  x = 1\n  for i, j in []:\n    a, b = i, 2\n  return lambda: x\n"),
            Messages{});
}

TEST(CheckTest, FindsCodeThatCannotBeReached) {
  EXPECT_EQ(Findings("def f(c):\n  if c:\n    return 1\n  else:\n    return 2\n  print(c)\n"),
            (Messages{"t:6:3: unreachable code"}));
  EXPECT_EQ(Findings("for x in []:\n  continue\n  print(x)\n"),
            (Messages{"t:3:3: unreachable code"}));
}

}  // namespace
}  // namespace hawser::starlark
