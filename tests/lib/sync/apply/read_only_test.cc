// What a user without rights may change in directories that lack the right to write.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>

#include "lib/sync/apply/apply.h"
#include "tests/lib/sync/apply/as_nobody.h"
#include "tests/lib/sync/apply/stored_files.h"

namespace hawser::sync {
namespace {

using ::testing::HasSubstr;

class ReadOnlyTest : public StoredFilesTest {
 protected:
  ReadOnlyTest() { std::filesystem::create_directories(container_ / "app"); }

  Applier MakeApplier() { return {container_.path().string(), reader_, {{"/app", false}}}; }
  uint32_t ModeOf(const std::string& path) const {
    struct stat info {};
    EXPECT_EQ(::stat((container_ / path).c_str(), &info), 0) << path;
    return info.st_mode & 07777;
  }
};

TEST_F(ReadOnlyTest, ChangesWhatIsInADirectoryOfItsOwn) {
  const Tree before{{"/app/d", DirectoryEntry(0555)},       {"/app/d/a", Stored("1")},
                    {"/app/d/l", SymlinkEntry("a")},        {"/app/d/inner", DirectoryEntry(0500)},
                    {"/app/d/inner/f", Stored("1")},        {"/app/d/kind", DirectoryEntry()},
                    {"/app/d/gone", DirectoryEntry(0555)},  {"/app/d/gone/f", Stored("1")},
                    {"/app/d/filled", DirectoryEntry(0555)}};
  const TreeEdits edits{{"/app/d/a", Stored("2")},
                        {"/app/d/l", SymlinkEntry("inner")},
                        {"/app/d/inner/f", Stored("2")},
                        {"/app/d/kind", Stored("a file now")},
                        {"/app/d/made/on/the/way", Stored("2")},
                        {"/app/d/new", DirectoryEntry(0555)},
                        {"/app/d/new/f", Stored("2")},
                        {"/app/d/filled/f", Stored("2")},
                        {"/app/d/gone", std::nullopt},
                        {"/app/d/gone/f", std::nullopt}};
  const AsNobody nobody({container_.path(), directory_.path()});
  ASSERT_TRUE(MakeApplier().Converge(before, {}).problems.empty());
  ASSERT_EQ(ModeOf("app/d"), 0555U);
  const ApplyReport report = MakeApplier().Apply(edits);
  for (const wire::Problem& problem : report.problems) ADD_FAILURE() << problem.path;
  EXPECT_EQ(container_.Read("app/d/a"), "2");
  EXPECT_EQ(container_.Read("app/d/inner/f"), "2");
  EXPECT_EQ(container_.Read("app/d/kind"), "a file now");
  EXPECT_EQ(container_.Read("app/d/made/on/the/way"), "2");
  EXPECT_EQ(container_.Read("app/d/new/f"), "2");
  EXPECT_EQ(std::filesystem::read_symlink(container_ / "app/d/l"), "inner");
  EXPECT_FALSE(container_.Exists("app/d/gone"));
  EXPECT_EQ(ModeOf("app/d"), 0555U);
  EXPECT_EQ(ModeOf("app/d/inner"), 0500U);
  EXPECT_EQ(ModeOf("app/d/new"), 0555U);
  EXPECT_EQ(ModeOf("app/d/filled"), 0555U);
}

TEST_F(ReadOnlyTest, ConvergesInADirectoryOfItsOwn) {
  Tree tree{{"/app/d", DirectoryEntry(0555)}, {"/app/d/a", Stored("1")}};
  const Entry changed = Stored("2");
  const AsNobody nobody({container_.path(), directory_.path()});
  ASSERT_TRUE(MakeApplier().Converge(tree, {}).problems.empty());
  tree.Put("/app/d/a", changed);
  tree.Put("/app/d/b", changed);
  EXPECT_TRUE(MakeApplier().Converge(tree, {}).problems.empty());
  EXPECT_EQ(container_.Read("app/d/a"), "2");
  EXPECT_EQ(container_.Read("app/d/b"), "2");
  EXPECT_EQ(ModeOf("app/d"), 0555U);
  EXPECT_TRUE(MakeApplier().Converge({}, {"/app/d", "/app/d/a", "/app/d/b"}).problems.empty());
  EXPECT_FALSE(container_.Exists("app/d"));
}

TEST_F(ReadOnlyTest, ADirectoryEndsWithTheModeThatTheBatchGivesIt) {
  const Entry file = Stored("1");
  const AsNobody nobody({container_.path(), directory_.path()});
  for (const uint32_t mode : {0755U, 0500U, 0555U}) {
    for (const bool converge : {false, true}) {
      const Tree before{{"/app/d", DirectoryEntry(0555)}, {"/app/d/x", file}};
      ASSERT_TRUE(MakeApplier().Converge(before, {"/app/d/x/f"}).problems.empty());
      ASSERT_EQ(ModeOf("app/d"), 0555U);
      // What makes room goes first, before the directory has its new mode.
      const Tree after{{"/app/d", DirectoryEntry(mode)}, {"/app/d/x/f", file}};
      TreeEdits edits{{"/app/d/x", std::nullopt}};
      for (const auto& [path, entry] : after) edits[path] = entry;
      const ApplyReport report =
          converge ? MakeApplier().Converge(after, {"/app/d/x"}) : MakeApplier().Apply(edits);
      EXPECT_TRUE(report.problems.empty());
      EXPECT_EQ(ModeOf("app/d"), mode) << converge;
    }
  }
}

TEST_F(ReadOnlyTest, ManyThreadsChangeOneDirectory) {
  TreeEdits edits;
  for (int i = 0; i < 1000; ++i) edits["/app/d/f" + std::to_string(i)] = Stored("2");
  std::filesystem::create_directories(container_ / "app/d");
  const AsNobody nobody({container_.path(), directory_.path()});
  ASSERT_EQ(::chmod((container_ / "app/d").c_str(), 0555), 0);
  const ApplyReport report = MakeApplier().Apply(edits);
  EXPECT_TRUE(report.problems.empty()) << report.problems.size();
  EXPECT_EQ(report.written, 1000U);
  EXPECT_EQ(ModeOf("app/d"), 0555U);
}

TEST_F(ReadOnlyTest, AnothersDirectoryStaysAsItIs) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root has another user's directory";
  container_.Write("app/d/a", "1");
  const Entry changed = Stored("2");
  const AsNobody nobody({container_.path(), directory_.path()});
  ASSERT_EQ(::seteuid(0), 0);
  ASSERT_EQ(::chown((container_ / "app/d").c_str(), 0, 0), 0);
  ASSERT_EQ(::chmod((container_ / "app/d").c_str(), 0555), 0);
  ASSERT_EQ(::seteuid(65534), 0);
  const ApplyReport report = MakeApplier().Apply({{"/app/d/a", changed}});
  ASSERT_EQ(report.problems.size(), 1U);
  EXPECT_EQ(report.problems[0].reason, wire::ProblemReason::kPermission);
  EXPECT_THAT(report.problems[0].message, HasSubstr("owner 0:0, mode 555"));
  EXPECT_EQ(container_.Read("app/d/a"), "1");
  EXPECT_EQ(ModeOf("app/d"), 0555U);
}

}  // namespace
}  // namespace hawser::sync
