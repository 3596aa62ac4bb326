// Ignore lists decide as Docker does.
#include "lib/sync/workspace/ignore.h"

#include <gtest/gtest.h>

namespace hawser::sync {
namespace {

IgnoreList List(std::string_view text) {
  Result<IgnoreList> list = IgnoreList::Parse(text, ".dockerignore");
  EXPECT_TRUE(list.ok()) << list.status();
  return list.ok() ? *list : IgnoreList();
}

TEST(IgnoreTest, IgnoresWhatLiesBelowAMatch) {
  const IgnoreList list = List("node_modules\n/build/\n./dist/../out\n");
  EXPECT_TRUE(list.Ignores("node_modules"));
  EXPECT_TRUE(list.Ignores("node_modules/a/b.js"));
  EXPECT_FALSE(list.Ignores("web/node_modules/a.js"));
  EXPECT_TRUE(list.Ignores("build/x"));
  EXPECT_TRUE(list.Ignores("out"));
  EXPECT_FALSE(list.Ignores("dist"));
}

TEST(IgnoreTest, LetsTheLastMatchDecide) {
  const IgnoreList list = List("*.md\n!README.md\ndocs\n!docs/keep\n");
  EXPECT_TRUE(list.Ignores("CHANGES.md"));
  EXPECT_FALSE(list.Ignores("README.md"));
  EXPECT_TRUE(list.Ignores("docs/a"));
  EXPECT_FALSE(list.Ignores("docs/keep/b"));
  EXPECT_TRUE(List("!README.md\n*.md").Ignores("README.md"));
}

TEST(IgnoreTest, SkipsCommentsEmptyLinesAndTheByteOrderMark) {
  const IgnoreList list = List("\xef\xbb\xbf# comment\n\n  \r\n  a.txt  \n");
  EXPECT_TRUE(list.Ignores("a.txt"));
  EXPECT_FALSE(list.Ignores("# comment"));
}

TEST(IgnoreTest, ReadsPatternsAsDockerDoes) {
  const struct {
    std::string text;
    const char* path;
    bool ignored;
  } cases[] = {
      {"a", "a", true},
      {"a", "b/a", false},
      {"a", "a/b", true},
      {"a", "ab", false},
      {"/a", "a", true},
      {"/a", "b/a", false},
      {"a/", "a", true},
      {"a/", "a/b", true},
      {"//a//", "a", true},
      {"./a", "a", true},
      {"././a/.", "a", true},
      {"a/../b", "b", true},
      {"a/../b", "a", false},
      {"../a", "a", false},
      {"a/./b", "a/b", true},
      {".", "a", false},
      {"..", "a", false},
      {"/", "a", false},
      {" a ", "a", true},
      {"\ta\t", "a", true},
      {"a b", "a b", true},
      {"a b", "a", false},
      {"a\r\nb\r", "b", true},
      {"a\r\nb\r", "a", true},
      {"#a", "#a", false},
      {" #a", "#a", true},
      {"\\#a", "#a", true},
      {"a#b", "a#b", true},
      {"\357\273\277a", "a", true},
      {"b\n\357\273\277a", "a", false},
      {"\357\273\277#a\nb", "b", true},
      {"", "a", false},
      {"\n\n", "a", false},
      {"*", "a", true},
      {"*", "a/b", true},
      {"*", ".a", true},
      {"*.o", "a.o", true},
      {"*.o", "d/a.o", false},
      {"*.o", ".o", true},
      {"*/*.o", "d/a.o", true},
      {"*/*.o", "d/e/a.o", false},
      {"*/*.o", "a.o", false},
      {"a*c", "abbc", true},
      {"a*c", "ab/c", false},
      {"?", "a", true},
      {"?", "ab", false},
      {"a?c", "a/c", false},
      {"?", "\xc3\xa9", true},
      {"**", "a/b", true},
      {"**/a", "a", true},
      {"**/a", "b/c/a", true},
      {"**/a", "b/c/a/d", true},
      {"**/a", "ba", false},
      {"a/**", "a/b/c", true},
      {"a/**", "a", false},
      {"a/**/b", "a/b", true},
      {"a/**/b", "a/x/y/b", true},
      {"a/**/b", "a/xb", false},
      {"**/*.o", "a.o", true},
      {"**/*.o", "d/e/a.o", true},
      {"**/d/*.o", "x/d/a.o", true},
      {"**/d/*.o", "x/d/e/a.o", false},
      {"a**b", "ab", true},
      {"**.pyc", "a.pyc", true},
      {"**.pyc", "d/a.pyc", true},
      {"**.pyc", "d/a.pyc/x", true},
      {"**.pyc", "d/a.pyx", false},
      {"**_modules", "web/node_modules/x/y", true},
      {"**_modules", "web/node_modules2/x", false},
      {"**d/e", "xd/e/f", true},
      {"**d/e", "xd/f", false},
      {"/**.pyc", "d/a.pyc", true},
      {"./**.pyc", "d/a.pyc", true},
      {"d/**.pyc", "d/a.pyc", false},
      {"d/**.pyc", "d/.pyc", true},
      {"**.py?", "d/a.pyc", false},
      {"**.py*", "d/.pyc", true},
      {"*\n!**.md", "d/a.md", false},
      {"*\n!**.md", "d/a.txt", true},
      {"**.md\n!**E.md", "d/README.md", false},
      {"**.md\n!**E.md", "d/CHANGES.md", true},
      {"[ab]", "a", true},
      {"[ab]", "c", false},
      {"[a-c]x", "bx", true},
      {"[^a]", "b", true},
      {"[^a]", "a", false},
      {"a[/]b", "a/b", false},
      {"\\*", "*", true},
      {"\\*", "a", false},
      {"\\a", "a", true},
      {"*\n!a", "a", false},
      {"*\n!a", "b", true},
      {"!a\n*", "a", true},
      {"*\n! a", "a", false},
      {"*\n!/a", "a", false},
      {"d\n!d/keep", "d/keep", false},
      {"d\n!d/keep", "d/other", true},
      {"d\n!d/keep", "d/keep/x", false},
      {"*\n!**/*.md\nsecret.md", "d/a.md", false},
      {"*\n!**/*.md\nsecret.md", "secret.md", true},
      {"a.c", "abc", false},
      {"a+b", "a+b", true},
      {"a$", "a$", true},
      {"(a)", "(a)", true},
      {"a|b", "a", false},
      {"{a,b}", "a", false},
      {"A", "a", false},
      {"...", "...", true},
      {"..a", "..a", true},
  };
  for (const auto& each : cases) {
    const Result<IgnoreList> list = IgnoreList::Parse(each.text, ".dockerignore");
    ASSERT_TRUE(list.ok()) << list.status();
    EXPECT_EQ(list->Ignores(each.path), each.ignored)
        << ::testing::PrintToString(each.text) << " and " << each.path;
  }
}

TEST(IgnoreTest, KnowsWhenNothingBelowCanBeReIncluded) {
  EXPECT_TRUE(List("vendor").IgnoresWholly("vendor"));
  EXPECT_TRUE(List("*\n!src").IgnoresWholly("vendor"));
  EXPECT_FALSE(List("*\n!src/a").IgnoresWholly("src"));
  EXPECT_FALSE(List("vendor\n!**/*.md").IgnoresWholly("vendor"));
  EXPECT_FALSE(List("vendor\n!**.md").IgnoresWholly("vendor"));
  EXPECT_FALSE(List("vendor").IgnoresWholly("src"));
  EXPECT_TRUE(List("**/__pycache__").IgnoresWholly("a/__pycache__/b"));
}

TEST(IgnoreTest, NamesFileAndLineOfAMistake) {
  const Result<IgnoreList> list = IgnoreList::Parse("ok\n[a\n", ".dockerignore");
  ASSERT_FALSE(list.ok());
  EXPECT_EQ(list.status().code(), Code::kInvalidArgument);
  EXPECT_NE(list.status().message().find(".dockerignore:2"), std::string::npos) << list.status();
  EXPECT_FALSE(IgnoreList::Parse("!", "x").ok());
}

}  // namespace
}  // namespace hawser::sync
