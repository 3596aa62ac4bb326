// Comments that choose the dialect.
#include "lib/starlark/testing/options.h"

#include <gtest/gtest.h>

namespace hawser::starlark {
namespace {

TEST(OptionsTest, LeavesTheDialectWithoutComments) {
  EXPECT_TRUE(DialectOfComments("x = 1\n", Dialect::Tilt()).recursion);
  EXPECT_FALSE(DialectOfComments("'option:recursion'\n", Dialect::Standard()).recursion);
}

TEST(OptionsTest, TurnsOnWhatIsNamedAndNothingElse) {
  const Dialect dialect =
      DialectOfComments("x = 1\n# option:set option:toplevelcontrol\r\n", Dialect::Tilt());
  EXPECT_TRUE(dialect.set);
  EXPECT_TRUE(dialect.top_level_control);
  EXPECT_FALSE(dialect.global_reassign);
  EXPECT_FALSE(dialect.while_loops);
  EXPECT_FALSE(dialect.recursion);
}

TEST(OptionsTest, KnowsWhatOldNamesBroughtWithThem) {
  const Dialect dialect =
      DialectOfComments("# option:recursion\n# option:globalreassign", Dialect::Tilt());
  EXPECT_TRUE(dialect.while_loops);
  EXPECT_TRUE(dialect.recursion);
  EXPECT_TRUE(dialect.global_reassign);
  EXPECT_TRUE(dialect.top_level_control);
}

}  // namespace
}  // namespace hawser::starlark
