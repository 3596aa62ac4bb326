// What git ignores is in no snapshot, however its directory came to be where it is.
#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "lib/fs/watcher.h"
#include "lib/sync/workspace/ignore_files.h"
#include "local-cli/loop/open_workspace.h"
#include "local-cli/loop/workspace.h"
#include "tests/integration/agent_pod.h"

namespace hawser::testing {
namespace {

namespace stdfs = std::filesystem;
using Maker = Result<std::unique_ptr<fs::Watcher>> (*)(const std::string&, fs::IgnoreDirectory);

/// A watched workspace whose rule leaves out what git ignores.
class IgnoredFilesTest : public ::testing::TestWithParam<Maker> {
 protected:
  void SetUp() override {
    settings_.rules = {{.from = "", .to = "/app", .gitignore = true}};
    WriteProject("w/web");
    opened_ = cli::OpenWorkspace(settings_, root_).value();
    current_.Set(opened_.rules);
    watcher_ = GetParam()(root_, [this](const std::string& path) {
                 return current_.Get()->SkipDirectory(path);
               }).value();
    workspace_ = std::make_unique<cli::Workspace>(
        std::move(opened_.scanner), IgnoreFiles(), cli::GitLock(root_), clock_,
        [this](const Result<sync::ScanResult>& scan) { Take(scan); });
    workspace_->ScanAll();
    watching_ = std::jthread([this](std::stop_token stop) { workspace_->Watch(*watcher_, stop); });
  }

  /// Two files to sync, and two that git ignores.
  void WriteProject(const std::string& directory) const {
    dir_.Write(directory + "/.gitignore", "node_modules/\n.env\n");
    dir_.Write(directory + "/.env", "secret");
    dir_.Write(directory + "/index.js", "code");
    dir_.Write(directory + "/node_modules/p/index.js", "library");
  }
  void Run(const std::string& command) const {
    const std::string line = "cd '" + dir_.path().string() + "' && " + command;
    ASSERT_EQ(std::system(line.c_str()), 0) << line;  // NOLINT(cert-env33-c): as people do it
  }

  cli::Workspace::IgnoreFiles IgnoreFiles() {
    return {
        .is_one =
            [this](const std::string& path) { return sync::IsIgnoreFile(path, settings_.rules); },
        .read = [this]() -> Result<sync::Rules> {
          ++reads_;
          HAWSER_ASSIGN_OR_RETURN(sync::Rules rules, cli::ReadRules(settings_, root_));
          current_.Set(rules);
          return rules;
        }};
  }
  void Take(const Result<sync::ScanResult>& scan) {
    const std::lock_guard lock(mutex_);
    if (scan.ok()) published_.push_back(scan->snapshot);
  }
  bool Last(const std::string& path) {
    const std::lock_guard lock(mutex_);
    return published_.back()->tree.contains("/app/" + path);
  }
  /// What any snapshot ever held that git ignores.
  std::string EverPublished(const std::vector<std::string>& ignored) {
    const std::lock_guard lock(mutex_);
    for (const sync::SnapshotPtr& snapshot : published_) {
      for (const std::string& path : ignored) {
        if (snapshot->tree.contains("/app/" + path)) return path;
      }
    }
    return "";
  }

  const TempDir dir_;
  const std::string root_ = dir_ / "w";
  SystemClock clock_;
  cli::SyncSettings settings_;
  cli::OpenedWorkspace opened_;
  const cli::CurrentRules current_{sync::Rules()};
  std::atomic<int> reads_ = 0;
  std::mutex mutex_;  // guards published_
  std::vector<sync::SnapshotPtr> published_;
  std::unique_ptr<fs::Watcher> watcher_;
  std::unique_ptr<cli::Workspace> workspace_;
  std::jthread watching_;
};

TEST_P(IgnoredFilesTest, StayIgnoredUnderTheNewNameOfTheirDirectory) {
  ASSERT_TRUE(Last("web/index.js"));
  Run("mv w/web w/site");
  EXPECT_TRUE(Eventually([&] { return Last("site/index.js") && !Last("web/index.js"); }));
  EXPECT_EQ(EverPublished({"site/.env", "site/node_modules", "site/node_modules/p/index.js"}), "");
  dir_.Write("w/site/node_modules/p/new.js", "library");
  dir_.Write("w/site/new.js", "code");
  EXPECT_TRUE(Eventually([&] { return Last("site/new.js"); }));
  EXPECT_EQ(EverPublished({"site/node_modules/p/new.js"}), "");
  WriteProject("w/web/now/below");
  EXPECT_TRUE(Eventually([&] { return Last("web/now/below/index.js"); }));
  dir_.Write("w/web/.env", "no secret any more");
  EXPECT_TRUE(Eventually([&] { return Last("web/.env"); })) << "the patterns went with the name";
}

TEST_P(IgnoredFilesTest, StayIgnoredInADirectoryThatIsMovedIn) {
  WriteProject("outside/deep/project");
  Run("mv outside w/in");
  EXPECT_TRUE(Eventually([&] { return Last("in/deep/project/index.js"); }));
  EXPECT_EQ(EverPublished({"in/deep/project/.env", "in/deep/project/node_modules"}), "");
}

TEST_P(IgnoredFilesTest, AreReadAboutOnlyWhereIgnoreFilesCameOrWent) {
  const int before = reads_;
  dir_.Write("w/web/index.js", "newer");
  dir_.Write("w/plain/f", "x");
  EXPECT_TRUE(Eventually([&] { return Last("plain/f"); }));
  Run("mv w/plain w/plainer && rm w/web/index.js");
  EXPECT_TRUE(Eventually([&] { return Last("plainer/f") && !Last("web/index.js"); }));
  EXPECT_EQ(reads_, before);
}

INSTANTIATE_TEST_SUITE_P(Events, IgnoredFilesTest,
                         ::testing::Values(Maker{fs::MakeInotifyWatcher}));
INSTANTIATE_TEST_SUITE_P(Polling, IgnoredFilesTest,
                         ::testing::Values(Maker{fs::MakePollingWatcher}));

}  // namespace
}  // namespace hawser::testing
