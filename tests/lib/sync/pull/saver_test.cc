// Pulled files take their place whole, beneath the workspace, and only over what was expected.
#include "lib/sync/pull/saver.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>

#include "tests/lib/sync/entries.h"
#include "tests/support/temp_dir.h"

namespace hawser::sync {
namespace {

class SaverTest : public ::testing::Test {
 protected:
  static PullSaver::Content Pieces(std::vector<std::string> pieces) {
    return [pieces = std::move(pieces)](const PullSaver::Sink& sink) {
      for (const std::string& piece : pieces) HAWSER_RETURN_IF_ERROR(sink(piece));
      return OkStatus();
    };
  }
  size_t Names() const {
    size_t count = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(workspace_.path())) {
      count += entry.is_directory() ? 0 : 1;
    }
    return count;
  }

  hawser::testing::TempDir workspace_;
  const PullSaver saver_ = *PullSaver::Open(workspace_.path());
};

TEST_F(SaverTest, WritesContentModeAndMtimeAndMissingDirectories) {
  const Entry entry = FileEntry("onetwo", 0750);
  ASSERT_EQ(saver_.Save("a/b/f", entry, {}, Pieces({"one", "two"})), OkStatus());
  EXPECT_EQ(workspace_.Read("a/b/f"), "onetwo");
  struct stat info {};
  ASSERT_EQ(::stat((workspace_ / "a/b/f").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 07777U, 0750U);
  EXPECT_EQ(info.st_mtim.tv_sec * 1000000000 + info.st_mtim.tv_nsec, entry.mtime_ns);
  ASSERT_EQ(saver_.Save("l", SymlinkEntry("a/b/f"), {}, Pieces({})), OkStatus());
  EXPECT_EQ(std::filesystem::read_symlink(workspace_ / "l"), "a/b/f");
}

TEST_F(SaverTest, ReplacesOnlyWhatWasExpected) {
  workspace_.Write("f", "mine");
  EXPECT_EQ(saver_.Save("f", FileEntry("pod"), {}, Pieces({"pod"})).code(), Code::kAborted);
  EXPECT_EQ(saver_.Save("f", FileEntry("pod"), FileEntry("older"), Pieces({"pod"})).code(),
            Code::kAborted);
  EXPECT_EQ(workspace_.Read("f"), "mine");
  EXPECT_EQ(saver_.Save("f", FileEntry("pod"), FileEntry("mine"), Pieces({"pod"})), OkStatus());
  EXPECT_EQ(workspace_.Read("f"), "pod");
  EXPECT_EQ(Names(), 1U) << "temporary files are gone";
}

TEST_F(SaverTest, KeepsNothingOfContentThatIsNotAsListed) {
  for (const auto& pieces : std::vector<std::vector<std::string>>{{"po"}, {"pox"}, {"pod", "d"}}) {
    EXPECT_EQ(saver_.Save("f", FileEntry("pod"), {}, Pieces(pieces)).code(), Code::kDataLoss);
  }
  const auto broken = [](const PullSaver::Sink&) { return UnavailableError("gone"); };
  EXPECT_EQ(saver_.Save("f", FileEntry("pod"), {}, broken).code(), Code::kUnavailable);
  EXPECT_EQ(Names(), 0U);
}

TEST_F(SaverTest, FollowsNoLinkOutOfTheWorkspace) {
  const hawser::testing::TempDir outside;
  std::filesystem::create_directory_symlink(outside.path(), workspace_ / "out");
  for (const char* path : {"out/f", "../f", "a/../../f"}) {
    EXPECT_FALSE(saver_.Save(path, FileEntry("x"), {}, Pieces({"x"})).ok()) << path;
    EXPECT_FALSE(saver_.SaveBeside(PodVersionPath(path), FileEntry("x"), Pieces({"x"})).ok())
        << path;
  }
  EXPECT_TRUE(std::filesystem::is_empty(outside.path()));
  outside.Write("secret", "s");
  std::filesystem::create_symlink(outside / "secret", workspace_ / "l");
  EXPECT_EQ(saver_.Save("l", FileEntry("x"), FileEntry("s"), Pieces({"x"})).code(), Code::kAborted);
  EXPECT_EQ(outside.Read("secret"), "s");
}

TEST_F(SaverTest, KeepsThePodsVersionBesideTheWorkspaces) {
  workspace_.Write("d/f", "mine");
  const std::string beside = PodVersionPath("d/f");
  EXPECT_EQ(beside, "d/f.hawser-pod");
  EXPECT_EQ(PodVersionPath("d/f", "api-1"), "d/f.api-1.hawser-pod");
  EXPECT_TRUE(saver_.SaveBeside(beside, FileEntry("pod"), Pieces({"pod"})).ok());
  EXPECT_EQ(workspace_.Read("d/f"), "mine");
  EXPECT_EQ(workspace_.Read(beside), "pod");
  const auto unread = [](const PullSaver::Sink&) { return InternalError("must not be read"); };
  EXPECT_TRUE(saver_.SaveBeside(beside, FileEntry("pod"), unread).ok()) << "it is there already";
  EXPECT_TRUE(saver_.SaveBeside(beside, FileEntry("newer"), Pieces({"newer"})).ok());
  EXPECT_EQ(workspace_.Read(beside), "newer");
}

}  // namespace
}  // namespace hawser::sync
