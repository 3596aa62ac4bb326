// What git ignores, hawser ignores: compared with git itself.
#include "lib/sync/workspace/git_ignores.h"

#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <random>
#include <set>

#include "lib/fs/relative_path.h"
#include "tests/support/flaky_stream.h"
#include "tests/support/temp_dir.h"
#include "tests/support/thoroughness.h"

namespace hawser::sync {
namespace {

namespace stdfs = std::filesystem;
constexpr auto kLookEverywhere = [](const std::string&) { return false; };

class GitIgnoresTest : public ::testing::Test {
 protected:
  GitIgnores Read(const std::string& root) const {
    Result<GitIgnores> read = GitIgnores::Read(dir_ / root, kLookEverywhere);
    EXPECT_TRUE(read.ok()) << read.status();
    return read.ok() ? *read : GitIgnores();
  }
  bool RunGit(const std::string& arguments) const {
    const std::string command = "GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1 git -C '" +
                                dir_.path().string() + "' " + arguments + " >/dev/null 2>&1";
    return std::system(command.c_str()) == 0;  // NOLINT(cert-env33-c): git is what is asked
  }
  /// What `git check-ignore` says of all paths: those that are ignored.
  std::set<std::string> AskGit(const std::vector<std::string>& paths) const {
    std::string all;
    for (const std::string& path : paths) all += path + '\0';
    const std::string list = dir_.Write(".git/asked", all);
    const std::string command = "GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1 git -C '" +
                                dir_.path().string() + "' check-ignore --no-index --stdin -z <'" +
                                list + "'";
    std::set<std::string> ignored;
    std::FILE* answer = ::popen(command.c_str(), "r");
    std::string path;
    for (int c = std::fgetc(answer); c != EOF; c = std::fgetc(answer)) {
      if (c != 0) {
        path += static_cast<char>(c);
      } else {
        ignored.insert(std::exchange(path, ""));
      }
    }
    ::pclose(answer);
    return ignored;
  }

  const testing::TempDir dir_;
};

TEST_F(GitIgnoresTest, NamesThePatternThatDecidesAndWhereItIs) {
  dir_.Write(".gitignore", "# built\n*.o\nbuild/\n");
  dir_.Write("web/.gitignore", "\n!keep.o\n/dist\n");
  const GitIgnores git = Read("");
  const auto decided = git.Deciding("web/dist/a.js", false, "");
  ASSERT_TRUE(decided.has_value());
  EXPECT_TRUE(decided->ignored);
  EXPECT_EQ(decided->pattern, "/dist");
  EXPECT_EQ(decided->source, "web/.gitignore:3");
  EXPECT_FALSE(git.Deciding("web/keep.o", false, "")->ignored);
  EXPECT_EQ(git.Deciding("a.o", false, "")->source, ".gitignore:2");
  EXPECT_FALSE(git.Deciding("main.cc", false, "").has_value());
}

TEST_F(GitIgnoresTest, TakesARuleForAnIgnoredDirectoryAtItsWord) {
  dir_.Write(".gitignore", "build/\n*.o\n");
  const GitIgnores git = Read("");
  EXPECT_TRUE(git.Ignores("build/server", false, ""));
  EXPECT_FALSE(git.Ignores("build/server", false, "build"));
  EXPECT_TRUE(git.Ignores("build/a.o", false, "build"));
}

TEST_F(GitIgnoresTest, ReadsTheFilesAboveAWorkspaceThatIsPartOfARepository) {
  dir_.Write(".git/HEAD", "");
  dir_.Write(".git/info/exclude", "*.local\n");
  dir_.Write(".gitignore", "*.o\n/services/api/gen\n");
  dir_.Write("services/.gitignore", "!api.o\n");
  stdfs::create_directories(dir_ / "services/api/gen");
  const GitIgnores git = Read("services/api");
  EXPECT_TRUE(git.Ignores("a.o", false, ""));
  EXPECT_FALSE(git.Ignores("api.o", false, ""));
  EXPECT_TRUE(git.Ignores("gen/a.cc", false, ""));
  EXPECT_TRUE(git.Ignores("env.local", false, ""));
}

TEST_F(GitIgnoresTest, NeverLooksIntoIgnoredDirectories) {
  dir_.Write(".gitignore", "vendor\n");
  dir_.Write("vendor/.gitignore", "!*\n");
  EXPECT_TRUE(Read("").Ignores("vendor/a", false, ""));
}

TEST_F(GitIgnoresTest, AgreesWithGitOnAnyTreeAndPatterns) {
  ASSERT_TRUE(RunGit("init -q")) << "scripts/test installs git";
  std::mt19937_64 random(testing::TestSeed());
  const auto any = [&](const auto& list) { return std::string(list[random() % list.size()]); };
  constexpr std::array<const char*, 10> kNames = {"a",   "b",  "ab", "a.o", "b o",
                                                  "[x]", "#a", "!b", "x-y", "Z9"};
  constexpr std::array<const char*, 36> kParts = {
      "a",         "b",    "a*",           "*",      "**",          "*.o",     "?",
      "[ab]",      "[!a]", "[^a]b",        "[a-z]*", "\\a",         "[[]x]",   "\\#a",
      "\\!b",      "b o",  "b\\ o",        "a**b",   "[[:alpha:]]", "x[-]y",   "x[a-]y",
      "[]a]",      "[a",   "a\\",          "[]",     "*b*",         "**b",     "a**",
      "[[:bad:]]", "?b",   "[[:upper:]]*", "[!]a]*", "[\\]x]",      "x[+--]y", "***",
      "[a-\\c]"};
  constexpr std::array<const char*, 6> kEnds = {"", "", "/", " ", "\r", "\\ "};
  std::vector<std::string> paths;
  for (const char* top : kNames) {
    paths.emplace_back(top);
    for (const char* middle : kNames) {
      paths.push_back(fs::Join(top, middle));
      for (const char* leaf : {"a", "b", "ab", "a.o"})
        paths.push_back(fs::Join(fs::Join(top, middle), leaf));
    }
  }
  const auto pattern = [&] {
    std::string line = random() % 5 == 0 ? "!" : "";
    if (random() % 4 == 0) line += "/";
    line += any(kParts);
    for (uint64_t more = random() % 3; more > 0; --more) line += "/" + any(kParts);
    return line + any(kEnds) + "\n";
  };
  for (int round = 0; round < testing::Repeats(40, 4); ++round) {
    for (const char* directory : {"", "a", "a/b", "ab", "b"}) {
      std::string text = random() % 8 == 0 ? "\xef\xbb\xbf" : "";
      for (uint64_t lines = random() % 4; lines > 0; --lines) text += pattern();
      dir_.Write(std::string(directory) + "/.gitignore", text);
    }
    const std::set<std::string> by_git = AskGit(paths);
    const GitIgnores git = Read("");
    for (const std::string& path : paths) {
      const bool is_directory = stdfs::is_directory(dir_ / path);
      const auto decided = git.Deciding(path, is_directory, "");
      ASSERT_EQ(decided && decided->ignored, by_git.contains(path))
          << "round " << round << ": \"" << path << "\" by \""
          << (decided ? decided->pattern + "\" of " + decided->source : "nothing\"");
    }
  }
}

}  // namespace
}  // namespace hawser::sync
