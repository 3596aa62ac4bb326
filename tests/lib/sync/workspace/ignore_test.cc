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

TEST(IgnoreTest, KnowsWhenNothingBelowCanBeReIncluded) {
  EXPECT_TRUE(List("vendor").IgnoresWholly("vendor"));
  EXPECT_TRUE(List("*\n!src").IgnoresWholly("vendor"));
  EXPECT_FALSE(List("*\n!src/a").IgnoresWholly("src"));
  EXPECT_FALSE(List("vendor\n!**/*.md").IgnoresWholly("vendor"));
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
