// Reads every source file against the rules of docs/style.md that a machine can check.
#include <gtest/gtest.h>

#include <fstream>
#include <regex>
#include <set>
#include <sstream>

#include "tests/meta/source_files.h"

namespace hawser::meta {
namespace {

constexpr size_t kMaxFileLines = 500;
constexpr size_t kMaxHeaderLines = 150;

const std::vector<std::string> kFolders = {"lib",   "controller", "agent",    "local-cli", "tests",
                                           "bench", "scripts",    "examples", ".ci",       "cmake"};

std::vector<SourceFile> Code() {
  return SourceFiles(kFolders, {".h", ".cc", ".sh"});
}

/// The line that should say what the file is for: the first, or the second of a script.
size_t PurposeLine(const SourceFile& file) {
  return !file.lines.empty() && file.lines[0].starts_with("#!") ? 1 : 0;
}

TEST(FileRulesTest, FindsTheFiles) {
  EXPECT_GT(Code().size(), 50U);
}

TEST(FileRulesTest, EveryFileOpensWithItsPurpose) {
  static const std::regex kPurpose(R"((//|#) \S.{9,})");
  for (const SourceFile& file : Code()) {
    const size_t line = PurposeLine(file);
    EXPECT_TRUE(line < file.lines.size() && std::regex_match(file.lines[line], kPurpose))
        << Finding(file, line, "the file does not say what it is for",
                   "open it with a comment of one sentence");
  }
}

TEST(FileRulesTest, FilesStayWithinTheirSize) {
  for (const SourceFile& file : Code()) {
    const size_t most = file.path.ends_with(".h") ? kMaxHeaderLines : kMaxFileLines;
    EXPECT_LE(file.lines.size(), most)
        << Finding(file, most,
                   "the file has " + std::to_string(file.lines.size()) + " lines, more than " +
                       std::to_string(most),
                   "split it by what its parts are for");
  }
}

TEST(FileRulesTest, HeadersAreIncludedOnce) {
  for (const SourceFile& file : SourceFiles(kFolders, {".h"})) {
    bool guarded = false;
    for (const std::string& line : file.lines) guarded = guarded || line == "#pragma once";
    EXPECT_TRUE(guarded) << Finding(file, 0, "the header has no #pragma once",
                                    "add it below the purpose line");
  }
}

TEST(FileRulesTest, LinesHaveNoTabsTrailingSpaceOrOpenEnds) {
  const std::string to_do = std::string("TO") + "DO";
  const std::string fix_me = std::string("FIX") + "ME";
  for (const SourceFile& file : Code()) {
    for (size_t i = 0; i < file.lines.size(); ++i) {
      const std::string& line = file.lines[i];
      EXPECT_EQ(line.find('\t'), std::string::npos)
          << Finding(file, i, "the line holds a tab", "indent with spaces");
      EXPECT_FALSE(line.ends_with(' '))
          << Finding(file, i, "the line ends in a space", "run clang-format -i on it");
      EXPECT_TRUE(line.find(to_do) == std::string::npos && line.find(fix_me) == std::string::npos)
          << Finding(file, i, "the line leaves something to do", "do it, or open an issue");
    }
  }
}

TEST(FileRulesTest, NamespacesAreNeverOpenedWhole) {
  static const std::regex kUsing(R"(^\s*using\s+namespace\s.*)");
  for (const SourceFile& file : Code()) {
    for (size_t i = 0; i < file.lines.size(); ++i) {
      EXPECT_FALSE(std::regex_match(file.lines[i], kUsing)) << Finding(
          file, i, "a whole namespace is opened", "name what is used, or alias the namespace");
    }
  }
}

std::string TextOf(const std::string& path) {
  std::ifstream in(path);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

/// The compilation database, and the files of a unity build that it names, which name theirs.
std::string Compiled() {
  static const std::regex kUnity(R"re("file": "([^"]*/Unity/[^"]*)")re");
  const std::string commands = TextOf(std::string(HAWSER_BINARY_DIR) + "/compile_commands.json");
  std::string all = commands;
  for (std::sregex_iterator unity(commands.begin(), commands.end(), kUnity), end; unity != end;
       ++unity) {
    all += TextOf((*unity)[1]);
  }
  return all;
}

TEST(FileRulesTest, EveryTestIsCompiled) {
  const std::string built = Compiled();
  ASSERT_FALSE(built.empty())
      << "no compile_commands.json in the build folder. Remedy: configure with a preset";
  for (const SourceFile& file : SourceFiles({"tests"}, {"_test.cc"})) {
    EXPECT_NE(built.find("/" + file.path + "\""), std::string::npos)
        << Finding(file, 0, "the test is not part of the build",
                   "configure again; hawser_tests() finds it by its name");
  }
}

TEST(FileRulesTest, TestsMirrorTheTree) {
  std::set<std::string> folders;
  for (const SourceFile& file :
       SourceFiles({"lib", "controller", "agent", "local-cli"}, {".h", ".cc"})) {
    folders.insert(file.path.substr(0, file.path.rfind('/')));
  }
  for (const SourceFile& file : SourceFiles(
           {"tests/lib", "tests/controller", "tests/agent", "tests/local-cli"}, {"_test.cc"})) {
    const std::string folder = file.path.substr(6, file.path.rfind('/') - 6);
    EXPECT_TRUE(folders.contains(folder))
        << Finding(file, 0, "there is no folder " + folder + " with code",
                   "put the test where the code it tests is mirrored");
  }
}

}  // namespace
}  // namespace hawser::meta
