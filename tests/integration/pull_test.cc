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

  cli::Puller MakePuller() {
    return cli::Puller(
        {.pod = "p", .root = workspace_.path()},
        [this](const std::string& path, const sync::Entry&) { arriving_.push_back(path); });
  }
  sync::SnapshotPtr Scan() const {
    return sync::MakeScanner(workspace_.path(), rules_).value()->ScanAll()->snapshot;
  }
  /// One look; each event as "path outcome". Without a snapshot, at the workspace as it is.
  std::vector<std::string> Look(cli::Puller& puller, const std::string& glob,
                                bool only_conflicts = false, sync::SnapshotPtr snapshot = nullptr) {
    const auto selection =
        *sync::PullSelection::Make(std::make_shared<const sync::Rules>(rules_), {glob});
    if (snapshot == nullptr) snapshot = Scan();
    cli::PodFilesClient client(*observer_->channel);
    const auto events = puller.Look(
        client, {.workspace = *snapshot, .selection = selection, .only_conflicts = only_conflicts},
        In(seconds(30)));
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
  cli::Puller puller = MakePuller();
  EXPECT_THAT(Look(puller, "src"),
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
  EXPECT_THAT(Look(puller, "src"), IsEmpty()) << "the workspace has it now";
}

TEST_F(PullTest, KeepsBothVersionsOfAConflictAndTellsItOnce) {
  workspace_.Write("src/f.lock", "mine");
  pod_.container().Write("app/f.lock", "pods");
  for (const bool only_conflicts : {false, true}) {
    cli::Puller puller = MakePuller();
    EXPECT_THAT(Look(puller, "src/*.lock", only_conflicts),
                ElementsAre(Is("src/f.lock", Outcome::kConflict)));
    EXPECT_EQ(workspace_.Read("src/f.lock"), "mine");
    EXPECT_EQ(workspace_.Read("src/f.lock.hawser-pod"), "pods");
    EXPECT_THAT(Look(puller, "src/*.lock", only_conflicts), IsEmpty());
  }
  pod_.container().Write("app/f.lock", "newer");
  cli::Puller puller = MakePuller();
  Look(puller, "src/*.lock");
  EXPECT_EQ(workspace_.Read("src/f.lock.hawser-pod"), "newer");
  EXPECT_THAT(arriving_, IsEmpty());
}

TEST_F(PullTest, TakesThePodsNextVersionOfWhatCameAMomentAgoForNoConflict) {
  const sync::SnapshotPtr before = Scan();
  cli::Puller puller = MakePuller();
  pod_.container().Write("app/f.lock", "two");
  EXPECT_THAT(Look(puller, "src"), ElementsAre(Is("src/f.lock", Outcome::kPulled)));
  EXPECT_THAT(Look(puller, "src", false, before), IsEmpty()) << "no scan has seen it yet";
  pod_.container().Write("app/f.lock", "three");
  EXPECT_THAT(Look(puller, "src", false, before), ElementsAre(Is("src/f.lock", Outcome::kPulled)));
  EXPECT_EQ(workspace_.Read("src/f.lock"), "three");
  pod_.container().Write("app/f.lock", "four");
  EXPECT_FALSE(puller.outdated());
  EXPECT_THAT(Look(puller, "src"), ElementsAre(Is("src/f.lock", Outcome::kPulled)))
      << "a scan has, and no push yet";
  EXPECT_TRUE(puller.outdated()) << "that scan's version is not to be pushed over the pod's";
  EXPECT_THAT(Look(puller, "src"), IsEmpty());
  EXPECT_FALSE(puller.outdated());
  EXPECT_EQ(workspace_.Read("src/f.lock"), "four");
}

TEST_F(PullTest, KeepsAnEditOfWhatCameAMomentAgo) {
  cli::Puller puller = MakePuller();
  pod_.container().Write("app/f.lock", "two");
  Look(puller, "src");
  workspace_.Write("src/f.lock", "mine");
  EXPECT_THAT(Look(puller, "src"), IsEmpty()) << "about to be pushed";
  pod_.container().Write("app/f.lock", "three");
  EXPECT_THAT(Look(puller, "src"), ElementsAre(Is("src/f.lock", Outcome::kConflict)));
  EXPECT_EQ(workspace_.Read("src/f.lock"), "mine");
  EXPECT_EQ(workspace_.Read("src/f.lock.hawser-pod"), "three");
}

TEST_F(PullTest, KeepsAnEditOfWhatCameAMomentAgoThatNoScanHasSeen) {
  const sync::SnapshotPtr before = Scan();
  cli::Puller puller = MakePuller();
  pod_.container().Write("app/f.lock", "two");
  Look(puller, "src", false, before);
  workspace_.Write("src/f.lock", "mine");
  pod_.container().Write("app/f.lock", "three");
  EXPECT_THAT(Look(puller, "src", false, before),
              ElementsAre(Is("src/f.lock", Outcome::kFailed) +
                          "the file changed in the workspace meanwhile"));
  EXPECT_EQ(workspace_.Read("src/f.lock"), "mine");
}

TEST_F(PullTest, TellsARemovalAndCarriesNoneOut) {
  std::filesystem::remove(pod_.container() / "app/f.lock");
  cli::Puller puller = MakePuller();
  EXPECT_THAT(Look(puller, "src"), ElementsAre(Is("src/f.lock", Outcome::kGone)));
  EXPECT_EQ(workspace_.Read("src/f.lock"), "one");
}

TEST_F(PullTest, TakesWhatTheListingLeftOutForGoneByNoMeans) {
  std::filesystem::remove(pod_.container() / "app/f.lock");
  pod_.container().Write("app/huge", "");
  std::filesystem::resize_file(pod_.container() / "app/huge", 300ULL << 20);
  cli::Puller puller = MakePuller();
  const std::vector<std::string> events = Look(puller, "src");
  ASSERT_EQ(events.size(), 1U);
  EXPECT_NE(events[0].find("larger than can be pulled"), std::string::npos) << events[0];
  std::filesystem::remove(pod_.container() / "app/huge");
  EXPECT_THAT(Look(puller, "src"), ElementsAre(Is("src/f.lock", Outcome::kGone)));
}

TEST_F(PullTest, FollowsNoLinkInThePod) {
  pod_.container().Write("etc/passwd", "root");
  std::filesystem::create_symlink("../etc/passwd", pod_.container() / "app/out");
  std::filesystem::create_symlink("f.lock", pod_.container() / "app/in");
  cli::Puller puller = MakePuller();
  const std::vector<std::string> events = Look(puller, "src");
  ASSERT_EQ(events.size(), 2U);
  EXPECT_EQ(events[0], Is("src/in", Outcome::kPulled));
  EXPECT_TRUE(events[1].starts_with(Is("src/out", Outcome::kFailed))) << events[1];
  EXPECT_EQ(std::filesystem::read_symlink(workspace_ / "src/in"), "f.lock");
  EXPECT_FALSE(workspace_.Exists("src/out"));
}

TEST_F(PullTest, FailsWhenTheAppsContainerIsNotThere) {
  pod_.KillSupervisor();
  cli::Puller puller = MakePuller();
  const std::vector<std::string> events = Look(puller, "src");
  ASSERT_EQ(events.size(), 1U);
  EXPECT_TRUE(events[0].find("container") != std::string::npos) << events[0];
}

}  // namespace
}  // namespace hawser::testing
