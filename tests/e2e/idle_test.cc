// Sessions on the cluster that nobody uses: their pods go, and come back with the next push.
#include <gtest/gtest.h>

#include "lib/kube/object.h"
#include "tests/e2e/example.h"

namespace hawser::e2e {
namespace {

using nlohmann::json;

class IdleTest : public ClusterTest {
 protected:
  void Edit(const std::string& spec) const {
    cluster().Kubectl(
        {"patch", "devsession", "app", "--type=merge", "-p", R"({"spec":)" + spec + "}"});
  }

  int64_t Replicas(const std::string& deployment) const {
    return kube::IntegerAt(cluster().Get("deployment/" + deployment), "/spec/replicas", -1);
  }

  /// Pushed, left alone until it sleeps, and woken by a push.
  void ExpectSleepAndWaking(const Example& example, const std::string& deployment) {
    ASSERT_TRUE(example.Push().ok());
    EXPECT_EQ(Replicas(deployment), 1);
    Edit(R"({"idle":{"after":"15s"}})");
    cluster().Await("app", "Awake", "True", "IdleSoon");
    cluster().Await("app", "Awake", "False", "Idle");
    EXPECT_EQ(Replicas(deployment), 0);
    EXPECT_TRUE(Eventually([&] { return cluster().Pods("hawser.dev/session=app").empty(); },
                           std::chrono::minutes(2)));
    EXPECT_EQ(kube::StringAt(cluster().Get("devsession/app"), "/status/phase"), "Sleeping");
    Edit(R"({"idle":{"after":"10m"}})");  // a change of the spec is use, too
    cluster().Await("app", "Awake", "True");
    Edit(R"({"idle":{"after":"40s"}})");  // longer than a pod takes to start
    cluster().Await("app", "Awake", "False", "Idle");

    example.SaveVersion("woken");
    const Outcome pushed = example.Push();
    EXPECT_TRUE(pushed.ok()) << pushed.err;
    EXPECT_EQ(Replicas(deployment), 1);
    // A Service that leads to a Deployment is called as that is.
    EXPECT_TRUE(Eventually([&] { return cluster().ServedVersion(deployment) == "woken"; }));
  }
};

TEST_F(IdleTest, WorkloadInPlaceSleepsAndIsWokenByAPush) {
  const Example example(cluster(), "app");
  ExpectSleepAndWaking(example, "app");
  Edit(R"({"idle":{"after":"15s"}})");
  cluster().Await("app", "Awake", "False", "Idle");
  cluster().Kubectl({"delete", "devsession", "app", "--timeout=60s"});
  const json left = cluster().Get("deployment/app");
  EXPECT_EQ(kube::IntegerAt(left, "/spec/replicas"), 1) << "restored, though it slept";
  EXPECT_FALSE(left["metadata"]["annotations"].contains("hawser.dev/original"));
}

TEST_F(IdleTest, CopySleepsAndIsWokenByAPush) {
  const Example example(cluster(), "app");
  Edit(R"({"mode":"Clone"})");
  cluster().Await("app", "AgentInjected", "True", "Cloned");
  cluster().Await("app", "AgentsReady", "True");
  ExpectSleepAndWaking(example, "hawser-app");
  EXPECT_EQ(Replicas("app"), 1) << "the shared workload never slept";
}

TEST_F(IdleTest, OwnerWhoScalesItUpWakesIt) {
  const Example example(cluster(), "app");
  Edit(R"({"idle":{"after":"15s"}})");
  cluster().Await("app", "Awake", "False", "Idle");
  cluster().Kubectl({"scale", "deployment", "app", "--replicas=2"});
  cluster().Await("app", "Awake", "True", "ScaledUp");
  EXPECT_EQ(Replicas("app"), 2);
  cluster().Await("app", "Awake", "False", "Idle");
  cluster().Kubectl({"delete", "devsession", "app", "--timeout=60s"});
  EXPECT_EQ(Replicas("app"), 2);
}

}  // namespace
}  // namespace hawser::e2e
