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
      {"caf?.txt", "caf\xe9.txt", true},  // Latin-1: no UTF-8
      {"caf?", "caf\xe9/x", false},
      {"?*", "\xff", true},
      {"[^a]x", "\xe9x", true},
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
      {"a/b**", "a/bc/d", true},
      {"**b", "ab",
       true},  // nothing but text follows: any text before, not whole directories alone
      {"**b", "a/b", true},
      {"**b", "a/xb", true},
      {"**b", "a/bx", false},
      {"**.b", ".b", true},
      {"**b/c", "a/xb/c", true},
      {"**b/c", "a/xb/d/c", false},
      {"**b*", "ab", false},  // another wildcard: whole directories
      {"**b*", "a/bc", true},
      {"**b?", "abc", false},
      {"**[b]", "ab", false},
      {"**\\b", "ab", false},
      {"**b]", "ab]", false},
      {"**b**", "ab", false},
      {"**b**", "a/bc/d", true},
      {"a/**b", "a/xb", false},
      {"**/**b", "ab", false},
      {"*?**?", "a.b", true},
      {"*b**b", "a/bb", false},
      {"*b**b", "bb.bb", true},
      {"**a**.b", "ab/a.b", true},
      {"*a**b/c", "aa/x/b/c", true},
      {"*a**b/c", "aab/c", true},
      {"*a**b/c", "aab/d/c", false},
      {"a*/**b?", "ab/bb", true},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(MatchesGlob(c.glob, c.path), c.matches) << c.glob << " against " << c.path;
  }
}

TEST(GlobTest, MatchesTheSameBelowADirectory) {
  EXPECT_EQ(GlobBelow("", "**.pb.go"), "**.pb.go");
  EXPECT_EQ(GlobBelow("src", "a*/**"), "src/a*/**");
  EXPECT_EQ(GlobBelow("src", "**"), "src/**");
  EXPECT_EQ(GlobBelow("src", "**/x"), "src/**/x");
  EXPECT_EQ(GlobBelow("src", "./x"), "src/x");
  for (const char* path : {".pb.go", "a.pb.go", "d/e/a.pb.go", "a.pb.gox", "pb.go"}) {
    EXPECT_EQ(MatchesGlob(GlobBelow("s/r", "**.pb.go"), "s/r/" + std::string(path)),
              MatchesGlob("**.pb.go", path))
        << path;
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
  EXPECT_FALSE(MatchesGlob("*a**a**a**a**a**a**a**a**b", path));
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
