// Several replicas are followed while a push runs: nothing of theirs is replaced unseen.
#include "local-cli/loop/pull_follower.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <mutex>
#include <unordered_set>

#include "lib/sync/workspace/scan.h"
#include "tests/integration/agent_pod.h"

namespace hawser::testing {
namespace {

using cli::FilePulled;
using Outcome = FilePulled::Outcome;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// Reaches the agents by their pods' names.
class PodsDialer final : public cli::AgentDialer {
 public:
  Result<cli::DialedAgent> Dial(const std::string& pod, Deadline, const std::stop_token&) override {
    HAWSER_ASSIGN_OR_RETURN(auto stream, pods.at(pod)->Dial());
    return std::make_unique<wire::Channel>(std::move(stream));
  }
  void ForgetKeys() override {}

  std::map<std::string, AgentPod*> pods;
};

/// A workspace whose `src` is /app of the pods "a" and "b", which confirmed it.
class PullFollowerTest : public ::testing::Test {
 protected:
  void SetUp() override {
    for (AgentPod* pod : {&a_, &b_}) {
      pod->StartAgent();
      pod->StartSupervisor("sleep 1000");
      TestClient pusher(*pod, wire::Role::kPush);
      pusher.Configure(TestConfigure());
      pusher.Push("/app/f.lock", "one");
      ASSERT_TRUE(Eventually([&] { return pod->container().Exists("app/f.lock"); }))
          << pod->SupervisorLog();
    }
    dialer_.pods = {{"a", &a_}, {"b", &b_}};
    workspace_.Write("src/f.lock", "one");
    follower_ = std::make_unique<cli::PullFollower>(
        cli::PullParts{.dialer = dialer_,
                       .hello = {.role = wire::Role::kObserve,
                                 .client_version = "test",
                                 .session = kTestSession,
                                 .identity = "tester"},
                       .root = workspace_.path()},
        *sync::PullSelection::Make(MakeRules({}), {"src/*.lock"}),
        cli::PullSinks{
            .tell = [this](const cli::Event& event) { Take(event); },
            .pod_has = [](const std::string&, const std::string&, const sync::Entry&) {},
            .release = [this](const std::string& uid,
                              const sync::SnapshotPtr& snapshot) { Release(uid, snapshot); }});
  }

  static std::shared_ptr<const sync::Rules> MakeRules(const std::vector<std::string>& ignores) {
    return std::make_shared<const sync::Rules>(
        *sync::Rules::Make({{.from = "src", .to = "/app"}}, ignores));
  }
  sync::SnapshotPtr Scan() const {
    return sync::MakeScanner(workspace_.path(), *MakeRules({})).value()->ScanAll()->snapshot;
  }
  /// The workspace as it is now goes to the follower; returns its tree.
  Digest Publish(const std::vector<std::string>& ignores = {}) {
    const auto rules = MakeRules(ignores);
    const auto scanner = sync::MakeScanner(workspace_.path(), *rules).value();
    const sync::SnapshotPtr snapshot = scanner->ScanAll()->snapshot;
    follower_->Publish(snapshot, rules);
    return snapshot->digest;
  }
  void Open(const std::string& pod) {
    follower_->Open({.name = pod, .uid = pod, .agent_running = true});
  }

  void Take(const cli::Event& event) {
    const std::lock_guard lock(mutex_);
    if (const auto* pulled = std::get_if<FilePulled>(&event)) {
      told_.push_back(pulled->pod + " " + pulled->path + " " +
                      std::to_string(static_cast<int>(pulled->outcome)) + " " + pulled->beside);
    } else if (const auto* warning = std::get_if<cli::Warning>(&event)) {
      told_.push_back(warning->text);
    }
  }
  void Release(const std::string& uid, const sync::SnapshotPtr& snapshot) {
    const std::lock_guard lock(mutex_);
    released_[uid] = snapshot->digest;
    ever_released_.insert(snapshot->digest);
  }
  std::vector<std::string> Told() {
    const std::lock_guard lock(mutex_);
    return told_;
  }
  bool Released(const std::string& uid, const Digest& tree) {
    const std::lock_guard lock(mutex_);
    return released_[uid] == tree;
  }
  ::testing::AssertionResult AwaitReleased(const std::string& uid, const Digest& tree) {
    if (Eventually([&] { return Released(uid, tree); })) return ::testing::AssertionSuccess();
    return ::testing::AssertionFailure() << uid << ": " << ::testing::PrintToString(Told());
  }

  AgentPod a_;
  AgentPod b_;
  TempDir workspace_;
  PodsDialer dialer_;
  std::mutex mutex_;  // guards what follows
  std::vector<std::string> told_;
  std::map<std::string, Digest> released_;
  std::unordered_set<Digest, DigestHash> ever_released_;
  std::unique_ptr<cli::PullFollower> follower_;  ///< goes first
};

TEST_F(PullFollowerTest, KeepsEachReplicasVersionBeforeAPushReplacesIt) {
  Open("a");
  Open("b");
  const Digest before = Publish();
  ASSERT_TRUE(AwaitReleased("a", before));
  ASSERT_TRUE(AwaitReleased("b", before));
  a_.container().Write("app/f.lock", "made by a");
  b_.container().Write("app/f.lock", "made by b");
  workspace_.Write("src/f.lock", "mine");
  const Digest after = Publish();
  ASSERT_TRUE(AwaitReleased("a", after));
  ASSERT_TRUE(AwaitReleased("b", after));
  EXPECT_EQ(workspace_.Read("src/f.lock"), "mine");
  EXPECT_EQ(workspace_.Read("src/f.lock.hawser-pod"), "made by a") << "the first by name";
  EXPECT_EQ(workspace_.Read("src/f.lock.b.hawser-pod"), "made by b");
}

TEST_F(PullFollowerTest, AnOlderVersionNeverGoesOverTheOneThatFollowedIt) {
  Open("a");
  ASSERT_TRUE(AwaitReleased("a", Publish()));
  a_.container().Write("app/f.lock", "two");
  ASSERT_TRUE(Eventually([&] { return workspace_.Read("src/f.lock") == "two"; }));
  const sync::SnapshotPtr older = Scan();
  a_.container().Write("app/f.lock", "three");
  follower_->Publish(older, MakeRules({}));
  ASSERT_TRUE(Eventually([&] { return workspace_.Read("src/f.lock") == "three"; }));
  ASSERT_TRUE(AwaitReleased("a", Publish()));
  EXPECT_FALSE(workspace_.Exists("src/f.lock.hawser-pod"));
  const std::lock_guard lock(mutex_);
  EXPECT_FALSE(ever_released_.contains(older->digest));
}

TEST_F(PullFollowerTest, APodThatCanNotBeLookedAtWaitsAndHoldsUpNoOther) {
  Open("a");
  Open("b");
  const Digest before = Publish();
  ASSERT_TRUE(AwaitReleased("a", before));
  ASSERT_TRUE(AwaitReleased("b", before));
  b_.container().Write("app/f.lock", "made by b");
  b_.KillAgent();
  workspace_.Write("src/f.lock", "mine");
  const Digest after = Publish();
  ASSERT_TRUE(AwaitReleased("a", after));
  ASSERT_TRUE(Eventually([&] { return !Told().empty(); }));
  EXPECT_THAT(Told(), ElementsAre(HasSubstr("pod b: pushes wait until it was looked at")));
  EXPECT_FALSE(Released("b", after));
  workspace_.Write("src/other", "");
  const Digest last = Publish();
  EXPECT_TRUE(Released("a", last)) << "nothing that is followed changed";
  EXPECT_FALSE(Released("b", last)) << "it would bring f.lock as well";
  b_.StartAgent();
  ASSERT_TRUE(AwaitReleased("b", last));
  EXPECT_EQ(workspace_.Read("src/f.lock.b.hawser-pod"), "made by b");
}

TEST_F(PullFollowerTest, NoPushReplacesAVersionThatCouldNotBeKept) {
  Open("a");
  ASSERT_TRUE(AwaitReleased("a", Publish()));
  a_.container().Write("app/f.lock", "made by a");
  workspace_.Write("src/f.lock", "mine");
  workspace_.Write("src/f.lock.hawser-pod/in the way", "");
  const Digest after = Publish();
  ASSERT_TRUE(Eventually([&] { return Told().size() >= 2; })) << ::testing::PrintToString(Told());
  EXPECT_THAT(Told()[0], HasSubstr("a src/f.lock 4"));
  EXPECT_THAT(Told()[1], HasSubstr("no push replaces the pod's version before it is kept"));
  EXPECT_FALSE(Released("a", after));
  std::filesystem::remove_all(workspace_ / "src/f.lock.hawser-pod");
  ASSERT_TRUE(AwaitReleased("a", after));
  EXPECT_EQ(workspace_.Read("src/f.lock.hawser-pod"), "made by a");
}

TEST_F(PullFollowerTest, AContainerThatDoesNotRunHoldsNothingUp) {
  Open("a");
  ASSERT_TRUE(AwaitReleased("a", Publish()));
  a_.KillSupervisor();
  workspace_.Write("src/f.lock", "mine");
  EXPECT_TRUE(AwaitReleased("a", Publish()));
}

TEST_F(PullFollowerTest, ThePodThatIsFirstNowLeads) {
  Open("a");
  Open("b");
  const Digest tree = Publish();
  ASSERT_TRUE(AwaitReleased("a", tree));
  ASSERT_TRUE(AwaitReleased("b", tree));
  b_.container().Write("app/new.lock", "made by b");
  a_.container().Write("app/sign.lock", "");
  ASSERT_TRUE(Eventually([&] { return workspace_.Exists("src/sign.lock"); }));
  EXPECT_FALSE(workspace_.Exists("src/new.lock")) << "only the first pod's files come back";
  follower_->Close("a");
  EXPECT_TRUE(Eventually([&] { return workspace_.Exists("src/new.lock"); }));
}

TEST_F(PullFollowerTest, FollowsTheIgnoreFilesOfEachSnapshot) {
  Open("a");
  ASSERT_TRUE(AwaitReleased("a", Publish({"**/made.lock"})));
  a_.container().Write("app/made.lock", "by the pod");
  a_.container().Write("app/sign.lock", "");
  ASSERT_TRUE(Eventually([&] { return workspace_.Exists("src/sign.lock"); }));
  EXPECT_FALSE(workspace_.Exists("src/made.lock"));
  Publish({});
  EXPECT_TRUE(Eventually([&] { return workspace_.Exists("src/made.lock"); }));
  a_.container().Write("app/made.lock", "again");
  Publish({"**/made.lock"});
  a_.container().Write("app/second sign.lock", "");
  ASSERT_TRUE(Eventually([&] { return workspace_.Exists("src/second sign.lock"); }));
  EXPECT_FALSE(workspace_.Exists("src/made.lock.hawser-pod")) << "both changed, and nobody follows";
}

}  // namespace
}  // namespace hawser::testing
