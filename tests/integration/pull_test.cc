// Files that a pod makes or changes come back through a real agent and supervisor.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>

#include "lib/sync/workspace/scan.h"
#include "local-cli/loop/puller.h"
#include "tests/integration/agent_pod.h"

namespace hawser::testing {
namespace {

using cli::FilePulled;
using std::chrono::seconds;
using Outcome = FilePulled::Outcome;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

/// A workspace whose `src` is the pod's /app, and a pod that confirmed it.
class PullTest : public ::testing::Test {
 protected:
  void SetUp() override {
    pod_.StartAgent();
    pod_.StartSupervisor("sleep 1000");
    workspace_.Write("src/f.lock", "one");
    TestClient pusher(pod_, wire::Role::kPush);
    pusher.Configure(TestConfigure());
    pusher.Push("/app/f.lock", "one");
    ASSERT_TRUE(Eventually([&] { return pod_.container().Exists("app/f.lock"); }))
        << pod_.SupervisorLog();
    observer_ = std::make_unique<TestClient>(pod_, wire::Role::kObserve);
  }

  cli::Puller MakePuller(const std::vector<std::string>& globs, bool only_conflicts = false) {
    return cli::Puller(
        {.pod = "p", .root = workspace_.path(), .only_conflicts = only_conflicts},
        *sync::PullSelection::Make(std::make_shared<const sync::Rules>(rules_), globs),
        [this](const std::string& path, const sync::Entry&) { arriving_.push_back(path); });
  }
  /// One look; each event as "path outcome".
  std::vector<std::string> Look(cli::Puller& puller) {
    auto scanner = sync::MakeScanner(workspace_.path(), rules_).value();
    cli::PodFilesClient client(*observer_->channel);
    const auto events = puller.Look(client, *scanner->ScanAll()->snapshot, In(seconds(30)));
    if (!events.ok()) return {events.status().ToString()};
    std::vector<std::string> found;
    for (const FilePulled& event : *events) {
      found.push_back(event.path + " " + std::to_string(static_cast<int>(event.outcome)) +
                      event.message);
    }
    return found;
  }
  static std::string Is(const std::string& path, Outcome outcome) {
    return path + " " + std::to_string(static_cast<int>(outcome));
  }

  AgentPod pod_;
  TempDir workspace_;
  const sync::Rules rules_ =
      *sync::Rules::Make({{.from = "src", .to = "/app", .ignore = {"**/*.tmp"}}}, {});
  std::unique_ptr<TestClient> observer_;
  std::vector<std::string> arriving_;
};

TEST_F(PullTest, BringsWhatThePodMadeAndChanged) {
  const std::string large(3000000, 'x');
  pod_.container().Write("app/f.lock", "two");
  pod_.container().Write("app/gen/large", large);
  pod_.container().Write("app/gen/cache.tmp", "ignored");
  pod_.container().Write("app/gen/empty", "");
  ::chmod((pod_.container() / "app/gen/empty").c_str(), 0700);
  cli::Puller puller = MakePuller({"src"});
  EXPECT_THAT(Look(puller),
              ElementsAre(Is("src/f.lock", Outcome::kPulled), Is("src/gen/empty", Outcome::kPulled),
                          Is("src/gen/large", Outcome::kPulled)));
  EXPECT_EQ(workspace_.Read("src/f.lock"), "two");
  EXPECT_EQ(workspace_.Read("src/gen/large"), large);
  struct stat info {};
  ASSERT_EQ(::stat((workspace_ / "src/gen/empty").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777U, 0700U);
  EXPECT_EQ(std::filesystem::last_write_time(workspace_ / "src/f.lock"),
            std::filesystem::last_write_time(pod_.container() / "app/f.lock"));
  EXPECT_THAT(arriving_, ElementsAre("/app/f.lock", "/app/gen/empty", "/app/gen/large"));
  EXPECT_THAT(Look(puller), IsEmpty()) << "the workspace has it now";
}

TEST_F(PullTest, KeepsBothVersionsOfAConflictAndTellsItOnce) {
  workspace_.Write("src/f.lock", "mine");
  pod_.container().Write("app/f.lock", "pods");
  for (const bool only_conflicts : {false, true}) {
    cli::Puller puller = MakePuller({"src/*.lock"}, only_conflicts);
    EXPECT_THAT(Look(puller), ElementsAre(Is("src/f.lock", Outcome::kConflict)));
    EXPECT_EQ(workspace_.Read("src/f.lock"), "mine");
    EXPECT_EQ(workspace_.Read("src/f.lock.hawser-pod"), "pods");
    EXPECT_THAT(Look(puller), IsEmpty());
  }
  pod_.container().Write("app/f.lock", "newer");
  cli::Puller puller = MakePuller({"src/*.lock"});
  Look(puller);
  EXPECT_EQ(workspace_.Read("src/f.lock.hawser-pod"), "newer");
  EXPECT_THAT(arriving_, IsEmpty());
}

TEST_F(PullTest, TellsARemovalAndCarriesNoneOut) {
  std::filesystem::remove(pod_.container() / "app/f.lock");
  cli::Puller puller = MakePuller({"src"});
  EXPECT_THAT(Look(puller), ElementsAre(Is("src/f.lock", Outcome::kGone)));
  EXPECT_EQ(workspace_.Read("src/f.lock"), "one");
}

TEST_F(PullTest, FollowsNoLinkInThePod) {
  pod_.container().Write("etc/passwd", "root");
  std::filesystem::create_symlink("../etc/passwd", pod_.container() / "app/out");
  std::filesystem::create_symlink("f.lock", pod_.container() / "app/in");
  cli::Puller puller = MakePuller({"src"});
  const std::vector<std::string> events = Look(puller);
  ASSERT_EQ(events.size(), 2U);
  EXPECT_EQ(events[0], Is("src/in", Outcome::kPulled));
  EXPECT_TRUE(events[1].starts_with(Is("src/out", Outcome::kFailed))) << events[1];
  EXPECT_EQ(std::filesystem::read_symlink(workspace_ / "src/in"), "f.lock");
  EXPECT_FALSE(workspace_.Exists("src/out"));
}

TEST_F(PullTest, FailsWhenTheAppsContainerIsNotThere) {
  pod_.KillSupervisor();
  cli::Puller puller = MakePuller({"src"});
  const std::vector<std::string> events = Look(puller);
  ASSERT_EQ(events.size(), 1U);
  EXPECT_TRUE(events[0].find("container") != std::string::npos) << events[0];
}

}  // namespace
}  // namespace hawser::testing
