// The controller that leads goes away, and the one that waits follows it. These tests run alone, as
// those of outage_test.cc do.
#include <gtest/gtest.h>
#include <signal.h>

#include "lib/kube/object.h"
#include "tests/e2e/example.h"

namespace hawser::e2e {
namespace {

using std::chrono::seconds;

// A target that is not there: the controller says so, and nothing else is needed to see that it
// works.
constexpr char kIdleSession[] = R"(
apiVersion: hawser.dev/v1alpha1
kind: DevSession
metadata: {name: NAME}
spec: {owner: dev1, target: {name: nobody}, sync: [{from: src, to: /app/src}]}
)";

std::string InSystem(Arguments arguments) {
  arguments.insert(arguments.begin(), {"kubectl", "-n", "hawser-system"});
  const Outcome outcome = RunProgram(arguments);
  EXPECT_TRUE(outcome.ok()) << outcome.err;
  return outcome.out;
}

/// The identity in the Lease: the pod's name and a random part.
std::string Holder() {
  return InSystem({"get", "lease", "hawser-controller", "-o", "jsonpath={.spec.holderIdentity}"});
}

std::string PodOf(const std::string& identity) {
  return identity.substr(0, identity.rfind('_'));
}

class LeaderOutageTest : public LocalClusterTest {
 protected:
  void SetUp() override {
    LocalClusterTest::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    AwaitBoth();
    Apply("before");
    cluster().Await("before", "TargetFound", "False");
    leader_ = Holder();
    ASSERT_NE(PodOf(leader_), "");
  }
  void TearDown() override {
    if (!leader_.empty()) AwaitBoth();
    LocalClusterTest::TearDown();
  }

  // Both are ready: the one that waits, too.
  static void AwaitBoth() {
    InSystem({"rollout", "status", "deployment/hawser-controller", "--timeout=60s"});
  }
  void Apply(const std::string& name) const {
    std::string session = kIdleSession;
    session.replace(session.find("NAME"), 4, name);
    cluster().Apply(session);
  }
  /// What is asked for from now on is acted on within `limit`, by another process than before: the
  /// one that waited, or the one that the kubelet starts in place of the killed one.
  void ExpectFollowedWithin(Duration limit) const {
    const TimePoint gone = std::chrono::steady_clock::now();
    Apply("after");
    EXPECT_TRUE(Eventually(
        [&] { return cluster().ConditionOf("after", "TargetFound").status == "False"; }, limit));
    const auto took = std::chrono::steady_clock::now() - gone;
    RecordProperty("tookMs", std::to_string(took / std::chrono::milliseconds(1)));
    EXPECT_NE(Holder(), leader_);
  }

  std::string leader_;
};

TEST_F(LeaderOutageTest, KilledLeaderIsFollowedWithinFifteenSeconds) {
  const std::string container = InSystem(
      {"get", "pod", PodOf(leader_), "-o", "jsonpath={.status.containerStatuses[0].containerID}"});
  const std::optional<pid_t> process = FirstProcess(container.substr(container.find("//") + 2));
  ASSERT_TRUE(process.has_value()) << container;
  ASSERT_EQ(::kill(*process, SIGKILL), 0);
  ExpectFollowedWithin(seconds(15));
}

// Far below the ten seconds after which a dead one is followed.
TEST_F(LeaderOutageTest, StoppedLeaderIsFollowedAtOnce) {
  InSystem({"delete", "pod", PodOf(leader_), "--wait=false"});
  ExpectFollowedWithin(seconds(4));
}

}  // namespace
}  // namespace hawser::e2e
