// Sessions on the cluster that nobody uses: their pods go, and come back with the next push.
#include <gtest/gtest.h>

#include <set>

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

TEST_F(IdleTest, StaysAwakeForAPushThatWaitsForPodsWhichDoNotStart) {
  const Example example(cluster(), "app");
  const auto place = [&](const std::string& selector) {
    cluster().Kubectl({"patch", "deployment", "app", "--type=merge", "-p",
                       R"({"spec":{"strategy":{"type":"Recreate","rollingUpdate":null},)"
                       R"("template":{"spec":{"nodeSelector":)" +
                           selector + "}}}}"});
  };
  place(R"({"hawser.dev/test":"no-node-has-this"})");
  EXPECT_TRUE(Eventually([&] {
    const std::vector<json> pods = cluster().Pods("hawser.dev/session=app");
    return pods.size() == 1 && kube::StringAt(pods[0], "/status/phase") == "Pending";
  }));
  example.SaveVersion("at last");
  Background push(example.Watch());
  Edit(R"({"idle":{"after":"15s"}})");
  cluster().Await("app", "Awake", "True");
  const auto session = [&](const char* field) {
    return kube::StringAt(cluster().Get("devsession/app"), field);
  };
  const auto slept = [&] { return Replicas("app") == 0 || session("/status/phase") == "Sleeping"; };
  // Twice as long as it takes to be idle, by the times at which the push told of itself.
  std::set<std::string> told;
  EXPECT_TRUE(Eventually([&] {
    EXPECT_FALSE(slept());
    told.insert(session("/status/lastActive"));
    return told.size() > 6 || ::testing::Test::HasFailure();
  })) << push.Err();
  place("null");
  EXPECT_TRUE(Eventually([&] { return cluster().ServedVersion("app") == "at last"; }))
      << push.Err();
  cluster().Await("app", "Awake", "False", "Idle");
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
