// When a workspace is watched by events and when by looking.
#include "lib/fs/choose_watcher.h"

#include <gtest/gtest.h>

#include "tests/support/temp_dir.h"

namespace hawser::fs {
namespace {

constexpr auto kNothingIgnored = [](const std::string&) { return false; };
/// What polling reports of a file `f` that was made.
const std::vector<std::string> kFileAndItsDirectory = {"", "f"};

/// Has met the kernel's limit.
class ExhaustedWatcher final : public Watcher {
 public:
  Result<Dirty> Wait(Deadline) override { return Rewatch(); }
  Status Rewatch() override { return ResourceExhaustedError("raise the limit"); }
  void Close() override {}
};

TEST(ChooseWatcherTest, HasEventsOfALocalWorkspace) {
  const testing::TempDir workspace;
  ASSERT_EQ(WhyPoll(workspace.path()), "");
  const ChosenWatcher chosen = ChooseWatcher(workspace.path(), kNothingIgnored, false).value();
  EXPECT_EQ(chosen.notice, "");
  workspace.Write("f", "x");
  EXPECT_EQ(chosen.watcher->Wait(In(std::chrono::seconds(30))).value().paths.front(), "f");
}

TEST(ChooseWatcherTest, PollsWhenAskedAndSaysSo) {
  const testing::TempDir workspace;
  const ChosenWatcher chosen = ChooseWatcher(workspace.path(), kNothingIgnored, true).value();
  EXPECT_EQ(chosen.notice, "asked to poll; polling the workspace instead");
  workspace.Write("f", "x");
  EXPECT_EQ(chosen.watcher->Wait(In(std::chrono::seconds(30))).value().paths, kFileAndItsDirectory);
}

TEST(ChooseWatcherTest, PollsFromTheMomentALimitIsMet) {
  const testing::TempDir workspace;
  const auto watcher =
      PollWhenExhausted(std::make_unique<ExhaustedWatcher>(), workspace.path(), kNothingIgnored);
  const Dirty all = watcher->Wait(In(std::chrono::seconds(30))).value();
  EXPECT_TRUE(all.everything) << "what changed meanwhile is not known";
  EXPECT_EQ(all.reason, "raise the limit");
  workspace.Write("f", "x");
  EXPECT_EQ(watcher->Wait(In(std::chrono::seconds(30))).value().paths, kFileAndItsDirectory);
  watcher->Close();
  EXPECT_EQ(watcher->Wait(In(std::chrono::seconds(30))).status().code(), Code::kCancelled);
}

TEST(ChooseWatcherTest, NeedsADirectory) {
  EXPECT_EQ(ChooseWatcher("/nowhere", kNothingIgnored, false).status().code(), Code::kNotFound);
  EXPECT_EQ(ChooseWatcher("/nowhere", kNothingIgnored, true).status().code(), Code::kNotFound);
}

}  // namespace
}  // namespace hawser::fs
