// A file of a volume as the kubelet replaces it: a link to a new directory takes the old one's
// place.
#include "agent/serve/file_watch.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "lib/base/bounded_queue.h"
#include "tests/support/temp_dir.h"

namespace hawser::agent {
namespace {

namespace fs = std::filesystem;

class FileWatchTest : public ::testing::Test {
 protected:
  /// Puts a whole new version of the volume in place of the last, as the kubelet does.
  void Publish(const std::string& content) {
    const fs::path root = volume_.path();
    const std::string version = ".." + std::to_string(++version_);
    fs::create_directory(root / version);
    std::ofstream(root / version / "restart") << content;
    fs::create_symlink(version, root / "..data_tmp");
    fs::rename(root / "..data_tmp", root / "..data");
    if (version_ == 1) return fs::create_symlink("..data/restart", root / "restart");
    fs::remove_all(root / (".." + std::to_string(version_ - 1)));
  }

  std::string Next() { return seen_.Pop(In(std::chrono::seconds(30))).value_or("(nothing)"); }

  std::function<void(const std::string&)> Note() {
    return [this](const std::string& content) { seen_.Push(content); };
  }

  testing::TempDir volume_;
  int version_ = 0;
  BoundedQueue<std::string> seen_{16};
};

TEST_F(FileWatchTest, TellsWhatTheFileHoldsAtFirstAndAfterEachChange) {
  Publish("id=1");
  const FileWatch watch(volume_.path().string(), "restart", Note());
  EXPECT_EQ(Next(), "id=1");
  for (const char* content : {"id=2", "", "id=3"}) {
    Publish(content);
    EXPECT_EQ(Next(), content);
  }
}

TEST_F(FileWatchTest, EmptyFileIsNoNews) {
  Publish("");
  const FileWatch watch(volume_.path().string(), "restart", Note());
  Publish("id=1");
  EXPECT_EQ(Next(), "id=1");
}

TEST_F(FileWatchTest, DoesNothingWithoutTheDirectory) {
  const FileWatch watch((volume_.path() / "none").string(), "restart", Note());
  EXPECT_FALSE(seen_.Pop(In(std::chrono::milliseconds(20))).has_value());
}

}  // namespace
}  // namespace hawser::agent
