// What the workspace's ignore files say, and which they are.
#include "lib/sync/workspace/ignore_files.h"

#include <errno.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "tests/support/failing_listings.h"
#include "tests/support/temp_dir.h"

namespace hawser::sync {
namespace {

const std::vector<Rule> kPlain = {{.from = "", .to = "/app"}};
const std::vector<Rule> kWithGit = {{.from = "", .to = "/app", .gitignore = true}};

TEST(IgnoreFilesTest, ReadsThemInOrderAndKnowsTheLines) {
  const testing::TempDir root;
  EXPECT_TRUE(ReadIgnores(root.path(), kPlain).value().patterns.empty());
  root.Write(".dockerignore", "# comment\nbuild\n");
  root.Write(".tiltignore", "!build/keep\n");
  const std::vector<IgnorePattern> expected = {{"build", ".dockerignore:2"},
                                               {"!build/keep", ".tiltignore:1"}};
  EXPECT_EQ(ReadIgnores(root.path(), kPlain).value().patterns, expected);
}

TEST(IgnoreFilesTest, NamesTheBadLine) {
  const testing::TempDir root;
  root.Write(".tiltignore", "fine\n[a-\n");
  const Status status = Rules::MakeWith(kPlain, ReadIgnores(root.path(), kPlain).value()).status();
  EXPECT_EQ(status.code(), Code::kInvalidArgument);
  EXPECT_NE(status.message().find(".tiltignore:2"), std::string::npos) << status;
}

TEST(IgnoreFilesTest, CountWhatGitIgnoresOnlyWhereARuleAsksForIt) {
  const testing::TempDir root;
  root.Write(".dockerignore", "docs\n!a.o\n");
  root.Write("src/.gitignore", "*.o\n");
  for (const bool git : {false, true}) {
    const auto& rules = git ? kWithGit : kPlain;
    const Rules made = Rules::MakeWith(rules, ReadIgnores(root.path(), rules).value()).value();
    EXPECT_EQ(made.Map("src/a.o", false).has_value(), !git);
    EXPECT_TRUE(made.Map("src/a.cc", false).has_value());
    EXPECT_EQ(made.Explain("docs/a", false).why, "ignored by \"docs\" of .dockerignore:1");
    EXPECT_EQ(made.Explain("src/a.o", false).why,
              git ? "ignored by \"*.o\" of src/.gitignore:1" : "spec.sync[0]");
    EXPECT_EQ(IsIgnoreFile("src/.gitignore", rules), git);
    EXPECT_TRUE(IsIgnoreFile(".tiltignore", rules));
    EXPECT_FALSE(IsIgnoreFile("src/.dockerignore", rules)) << "only the one at the root counts";
  }
}

TEST(IgnoreFilesTest, TellWhetherRulesStillCount) {
  const testing::TempDir root;
  const std::string read = root.Write("src/.gitignore", "gen/\n");
  root.Write("src/gen/.gitignore", "never read by git");
  const Rules rules = Rules::MakeWith(kWithGit, ReadIgnores(root.path(), kWithGit).value()).value();
  const auto outdated = [&](const std::string& path) {
    struct stat info {};
    EXPECT_EQ(::lstat((root / path).c_str(), &info), 0) << path;
    return rules.OutdatedBy(path, StampOf(info));
  };
  EXPECT_FALSE(outdated("src/.gitignore"));
  EXPECT_FALSE(outdated("src/gen/.gitignore"));
  root.Write("other/.gitignore", "");
  EXPECT_TRUE(outdated("other/.gitignore")) << "it came since";
  root.Write("src/.gitignore", "gen/\nobj/\n");
  EXPECT_TRUE(outdated("src/.gitignore")) << "it changed since";
  root.Write(".tiltignore", "");
  EXPECT_TRUE(outdated(".tiltignore"));
  root.Write("src/f", "");
  EXPECT_FALSE(outdated("src/f"));
  const Rules again = Rules::MakeWith(kWithGit, ReadIgnores(root.path(), kWithGit).value()).value();
  EXPECT_FALSE(again.MadeFromTheSame(rules));
  EXPECT_TRUE(again.MadeFromTheSame(again));
  EXPECT_EQ(again.ignore_files()->size(), 3U);
}

TEST(IgnoreFilesTest, AreNotKnownWhileADirectoryCanNotBeRead) {
  const testing::TempDir root;
  root.Write(".gitignore", "gen/\n");
  if (!testing::RunWithFailingListings(EIO, [&] {
        EXPECT_EQ(ReadIgnores(root.path(), kWithGit).status().code(), Code::kUnavailable);
        EXPECT_TRUE(ReadIgnores(root.path(), kPlain).ok());
      })) {
    GTEST_SKIP() << "the kernel refuses to filter system calls";
  }
}

}  // namespace
}  // namespace hawser::sync
