// Globs match as .dockerignore files expect.
#include "lib/sync/workspace/glob.h"

#include <gtest/gtest.h>

namespace hawser::sync {
namespace {

struct Case {
  const char* glob;
  const char* path;
  bool matches;
};

TEST(GlobTest, MatchesAsDockerDoes) {
  const Case cases[] = {
      {"a.py", "a.py", true},
      {"a.py", "b/a.py", false},
      {"*.py", "a.py", true},
      {"*.py", "b/a.py", false},
      {"*/*.py", "b/a.py", true},
      {"*/*.py", "c/b/a.py", false},
      {"**/*.py", "a.py", true},
      {"**/*.py", "c/b/a.py", true},
      {"**", "c/b/a.py", true},
      {"src/**", "src/b/a.py", true},
      {"src/**", "src2/a.py", false},
      {"src/**/test", "src/test", true},
      {"src/**/test", "src/a/b/test", true},
      {"src/**/test", "src/a/btest", false},
      {"**/a/**/b", "x/a/y/z/b", true},
      {"**/a/**/b", "x/a/y/z/c", false},
      {"a?c", "abc", true},
      {"a?c", "a/c", false},
      {"a?c",
       "a\xc3\xa9"
       "c",
       true},
      {"[a-c]x", "bx", true},
      {"[a-c]x", "dx", false},
      {"[^a-c]x", "dx", true},
      {"[^a-c]x", "bx", false},
      {"[^a]b", "/b", false},
      {"[\\]]", "]", true},
      {"\\*", "*", true},
      {"\\*", "a", false},
      {"a*b*c", "axxbyyc", true},
      {"a*b*c", "axxbyyd", false},
      {"*", "", true},
      {"", "", true},
      {"", "a", false},
      {"a**", "abc/d", true},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(MatchesGlob(c.glob, c.path), c.matches) << c.glob << " against " << c.path;
  }
}

TEST(GlobTest, StaysFastOnGlobsMadeToBeSlow) {
  const std::string path(3000, 'a');
  EXPECT_FALSE(MatchesGlob("*a*a*a*a*a*a*a*a*a*a*b", path));
  std::string deep;
  std::string glob;
  for (int i = 0; i < 40; ++i) {
    deep += "a/";
    glob += "**/a/";
  }
  EXPECT_FALSE(MatchesGlob(glob + "b", deep + "c"));
}

TEST(GlobTest, NamesMalformedGlobs) {
  for (const char* glob : {"[", "[a", "[]", "[a-]", "a\\", "[^"}) {
    EXPECT_EQ(CheckGlob(glob).code(), Code::kInvalidArgument) << glob;
  }
  for (const char* glob : {"", "*", "[a-z]", "a\\[", "[^a]"}) {
    EXPECT_TRUE(CheckGlob(glob).ok()) << glob;
  }
}

}  // namespace
}  // namespace hawser::sync
