// Which files are kept to be written again.
#include "lib/sync/stage/spare_files.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "tests/support/temp_dir.h"

namespace hawser::sync {
namespace {

class SpareFilesTest : public ::testing::Test {
 protected:
  void Take(const std::string& content) { spares_.Take(directory_.Write("f", content)); }

  size_t Files() const {
    return static_cast<size_t>(
        std::distance(std::filesystem::directory_iterator(directory_.path()), {}));
  }

  testing::TempDir directory_;
  SpareFiles spares_{directory_.path().string(), 2};
};

TEST_F(SpareFilesTest, KeepsSmallFilesUpToItsBound) {
  for (int i = 0; i < 3; ++i) Take("content");
  EXPECT_EQ(Files(), 2U);
  EXPECT_FALSE(directory_.Exists("f"));
}

TEST_F(SpareFilesTest, RemovesLargeFilesAndMindsNoneThatIsGone) {
  Take(std::string(SpareFiles::kMaxSize + 1, 'x'));
  spares_.Take(directory_ / "none");
  EXPECT_EQ(Files(), 0U);
  EXPECT_TRUE(spares_.empty());
}

TEST_F(SpareFilesTest, MakesNewFilesOfThem) {
  Take("old content");
  ASSERT_TRUE(spares_.Reuse(directory_ / "new", "new").ok());
  EXPECT_EQ(directory_.Read("new"), "new");
  EXPECT_EQ(Files(), 1U);
  EXPECT_TRUE(spares_.empty());
}

TEST_F(SpareFilesTest, SaysWhenThereIsNoDirectoryForAFile) {
  Take("old content");
  EXPECT_EQ(spares_.Reuse(directory_ / "none/new", "new").code(), Code::kNotFound);
  ASSERT_TRUE(spares_.Reuse(directory_ / "new", "new").ok()) << "it is spare still";
  EXPECT_EQ(directory_.Read("new"), "new");
}

}  // namespace
}  // namespace hawser::sync
