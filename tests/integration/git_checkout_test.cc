// What the real git changes at once in a watched workspace is published at once.
#include <gtest/gtest.h>

#include <cstdlib>
#include <mutex>
#include <thread>
#include <vector>

#include "lib/fs/choose_watcher.h"
#include "lib/sync/workspace/scan.h"
#include "local-cli/loop/workspace.h"
#include "tests/integration/agent_pod.h"

namespace hawser::testing {
namespace {

constexpr int kFiles = 400;

/// A repository with the branches "main" and "other", which differ in nearly all of their files.
class GitCheckoutTest : public ::testing::Test {
 protected:
  void SetUp() override {
    Git("init -q -b main");
    WriteFiles("main");
    Git("add . && git commit -q -m main && git checkout -q -b other");
    WriteFiles("other");
    repository_.Write("src/only here/f", "");
    Git("rm -q -r -f src/d3 && git add . && git commit -q -m other && git checkout -q main");
    auto chosen = fs::ChooseWatcher(
        repository_.path(), [this](const std::string& path) { return rules_.SkipDirectory(path); },
        false);
    ASSERT_TRUE(chosen.ok()) << chosen.status();
    watcher_ = std::move(chosen->watcher);
    workspace_ = MakeWorkspace();
    workspace_->ScanAll();
    watching_ = std::jthread([this](std::stop_token stop) { workspace_->Watch(*watcher_, stop); });
  }

  void Git(const std::string& command) const {
    const std::string line =
        "export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1 GIT_AUTHOR_NAME=t "
        "GIT_AUTHOR_EMAIL=t@example.com GIT_COMMITTER_NAME=t GIT_COMMITTER_EMAIL=t@example.com; "
        "cd '" +
        repository_.path().string() + "' && git " + command;
    ASSERT_EQ(std::system(line.c_str()), 0) << command;  // NOLINT(cert-env33-c): what is tested
  }
  void WriteFiles(const std::string& branch) const {
    for (int i = 0; i < kFiles; ++i) {
      repository_.Write("src/d" + std::to_string(i % 9) + "/f" + std::to_string(i),
                        (i % 20 == 0 ? "the same" : branch) + std::to_string(i));
    }
  }
  /// What the workspace holds now, as somebody sees it who just came.
  Digest Now() const {
    return sync::MakeScanner(repository_.path(), rules_).value()->ScanAll()->snapshot->digest;
  }
  std::vector<sync::SnapshotPtr> Published() {
    const std::lock_guard lock(mutex_);
    return published_;
  }
  Digest LastPublished() { return Published().back()->digest; }
  /// What came last, later than what it belongs to.
  std::string Late() {
    const std::vector<sync::SnapshotPtr> all = Published();
    std::string late;
    for (const sync::TreeChange& change : sync::Diff(all[all.size() - 2]->tree, all.back()->tree))
      late += (change.after ? " " : " -") + change.path;
    return late;
  }

  /// Once the repository is there, whose lock it heeds.
  std::unique_ptr<cli::Workspace> MakeWorkspace() {
    return std::make_unique<cli::Workspace>(
        sync::MakeScanner(repository_.path(), rules_).value(),
        cli::Workspace::IgnoreFiles{.is_one = [](const std::string&) { return false; },
                                    .read = [this] { return rules_; }},
        cli::GitLock(repository_.path().string()), clock_,
        [this](const Result<sync::ScanResult>& scan) {
          const std::lock_guard lock(mutex_);
          if (!scan.ok() || scan->snapshot == nullptr) return;
          if (published_.empty() || published_.back()->digest != scan->snapshot->digest) {
            published_.push_back(scan->snapshot);
          }
        });
  }

  const TempDir repository_;
  SystemClock clock_;
  const sync::Rules rules_ = *sync::Rules::Make({{.from = "", .to = "/app"}}, {});
  std::mutex mutex_;  // guards published_
  std::vector<sync::SnapshotPtr> published_;
  std::unique_ptr<fs::Watcher> watcher_;
  std::unique_ptr<cli::Workspace> workspace_;
  std::jthread watching_;
};

TEST_F(GitCheckoutTest, IsPublishedAsOneSnapshot) {
  ASSERT_EQ(Published().size(), 1U);
  const std::vector<std::string> commands = {"checkout -q other", "checkout -q main",
                                             "reset -q --hard other", "checkout -q -b new HEAD~1",
                                             "merge -q other"};
  for (size_t done = 0; done < commands.size(); ++done) {
    const Digest before = LastPublished();
    Git(commands[done]);
    const Digest wanted = Now();
    ASSERT_NE(wanted, before) << commands[done];
    EXPECT_TRUE(Eventually([&] { return LastPublished() == wanted; })) << commands[done];
    EXPECT_EQ(Published().size(), done + 2) << commands[done] << ", late:" << Late();
  }
}

}  // namespace
}  // namespace hawser::testing
