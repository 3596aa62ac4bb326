// Restarts that kubectl alone asks for, by each policy, and the events that tell who did what.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>

#include "lib/kube/object.h"
#include "tests/e2e/example.h"

namespace hawser::e2e {
namespace {

using nlohmann::json;
using ::testing::AllOf;
using ::testing::HasSubstr;

class RestartTest : public ClusterTest {
 protected:
  json Restarts() const {
    const json session = cluster().Get("devsession/app");
    const json* restarts = kube::Find(session, "/status/restarts");
    return restarts == nullptr ? json::object() : *restarts;
  }
  void Annotate(const std::string& value) const {
    cluster().Kubectl(
        {"annotate", "devsession", "app", "--overwrite", "hawser.dev/restart=" + value});
  }
  void SetPolicy(const std::string& policy) const {
    cluster().Kubectl({"patch", "devsession", "app", "--type=merge", "-p",
                       R"({"spec":{"restart":{"policy":")" + policy + R"("}}})"});
  }
  /// Waits until that many requests were taken up and the last one ended so.
  json AwaitEnd(int requested, const std::string& reason) const {
    json seen;
    EXPECT_TRUE(Eventually(
        [&] {
          seen = Restarts();
          return seen.value("requested", 0) == requested && seen.value("reason", "") == reason;
        },
        std::chrono::seconds(90)))
        << seen;
    return seen;
  }
  /// The app as its agent tells of it: pid and restarts of the process.
  json App() const {
    const json report =
        json::parse(cluster().Hawser({"status", "app", "-o", "json"}).out, nullptr, false);
    const json* pod = kube::Find(report, "/pods/0");
    return pod == nullptr ? json::object() : *pod;
  }
  /// The session's events of that reason.
  std::vector<json> Events(const std::string& reason, const std::string& session = "app") const {
    const json all =
        json::parse(cluster().Kubectl({"get", "events.v1.events.k8s.io", "-o", "json"}));
    std::vector<json> found;
    for (const json& event : all["items"]) {
      if (event["reason"] == reason && event["regarding"]["name"] == session) {
        found.push_back(event);
      }
    }
    return found;
  }
  json AwaitEvent(const std::string& reason, const std::string& session = "app") const {
    std::vector<json> found;
    EXPECT_TRUE(Eventually([&] {
      found = Events(reason, session);
      return !found.empty();
    })) << reason;
    return found.empty() ? json::object() : found.front();
  }
};

/// The kubelet may leave the file of annotations as it is until its next regular sync of the pod: a
/// minute, and up to half of it more.
constexpr Duration kAnnotationArrives = std::chrono::seconds(120);

TEST_F(RestartTest, ProcessRestartsOnceForEachRequestWithoutACommandLine) {
  const Example example(cluster(), "app");
  example.SaveVersion("kept");
  ASSERT_TRUE(example.Push().ok());
  const AppPod pod = example.ReadyPod();
  const json before = App();
  Annotate("one");
  const auto asked = std::chrono::steady_clock::now();
  EXPECT_TRUE(Eventually([&] { return App().value("pid", 0) != before.value("pid", 0); },
                         kAnnotationArrives));
  const auto took = std::chrono::steady_clock::now() - asked;
  RecordProperty(
      "annotated_to_restarted_ms",
      static_cast<int>(std::chrono::duration_cast<std::chrono::milliseconds>(took).count()));
  const json handed = AwaitEnd(1, "HandedOver");
  EXPECT_EQ(handed["handled"], 1);
  EXPECT_THAT(handed["message"], HasSubstr("1 pod"));
  cluster().Kubectl({"patch", "devsession", "app", "--type=merge", "-p",
                     R"({"spec":{"restart":{"request":"two"}}})"});
  AwaitEnd(2, "HandedOver");
  EXPECT_TRUE(
      Eventually([&] { return App().value("restarts", 0) == before.value("restarts", 0) + 2; },
                 kAnnotationArrives))
      << App();
  EXPECT_EQ(example.Pod().name, pod.name);
  EXPECT_EQ(example.Pod().app_restarts, pod.app_restarts) << "the container stays";
  EXPECT_TRUE(example.Serves("kept"));

  ASSERT_TRUE(cluster().Hawser({"restart", "app"}).ok());
  EXPECT_EQ(kube::IntegerAt(cluster().Get("devsession/app"), "/status/directRestarts/count"), 1);
  const json asked_event = AwaitEvent("RestartAsked");
  EXPECT_EQ(asked_event["related"]["name"], pod.name);
  EXPECT_EQ(asked_event["action"], "Restart");
  EXPECT_THAT(asked_event["note"], AllOf(HasSubstr("dev1"), HasSubstr("with tree ")));
  EXPECT_EQ(Events("RestartAsked").size(), 2U);
  EXPECT_EQ(AwaitEvent("Restarted")["related"]["name"], pod.name);
}

TEST_F(RestartTest, ContainerRestartsAndKeepsItsFiles) {
  const Example example(cluster(), "app");
  example.SaveVersion("kept");
  ASSERT_TRUE(example.Push().ok());
  const AppPod pod = example.ReadyPod();
  SetPolicy("Container");
  Annotate("<b>now</b>");
  const json done = AwaitEnd(1, "Completed");
  EXPECT_THAT(done["annotation"], ::testing::StartsWith("sha256:"));
  EXPECT_EQ(example.ReadyPod().app_restarts, pod.app_restarts + 1);
  EXPECT_EQ(example.Pod().name, pod.name);
  EXPECT_TRUE(example.AppLog().starts_with("version kept listens")) << example.AppLog();
}

TEST_F(RestartTest, RolloutReplacesThePodsAndLeavesNothingBehind) {
  const Example example(cluster(), "app");
  const AppPod pod = example.ReadyPod();
  SetPolicy("Rollout");
  Annotate("1");
  AwaitEnd(1, "RolledOut");
  EXPECT_NE(example.ReadyPod().name, pod.name);
  SetPolicy("Never");
  Annotate("2");
  const json refused = AwaitEnd(2, "PolicyNever");
  EXPECT_EQ(refused["handled"], 1);
  const json event = AwaitEvent("RestartPolicyNever");
  EXPECT_EQ(event["type"], "Warning");
  EXPECT_THAT(event["note"], AllOf(HasSubstr("spec.restart.policy"), HasSubstr("hawser restart")));
  cluster().Kubectl({"delete", "devsession", "app", "--timeout=60s"});
  const json metadata = cluster().Get("deployment/app")["spec"]["template"]["metadata"];
  EXPECT_FALSE(metadata.contains("annotations")) << metadata;
  EXPECT_EQ(AwaitEvent("Restored")["related"]["name"], "app");
}

TEST_F(RestartTest, PushAndTakeOverLeaveEvents) {
  const Example example(cluster(), "app");
  example.SaveVersion("told");
  ASSERT_TRUE(example.Push().ok());
  const AppPod pod = example.ReadyPod();
  json session;
  ASSERT_TRUE(Eventually([&] {
    session = cluster().Get("devsession/app");
    return !kube::StringAt(session, "/status/pods/0/treeDigest").empty();
  }));
  const json pushed = AwaitEvent("Pushed");
  EXPECT_EQ(pushed["action"], "Push");
  EXPECT_EQ(pushed["reportingController"], "hawser.dev/controller");
  EXPECT_EQ(pushed["related"]["kind"], "Pod");
  EXPECT_EQ(pushed["related"]["name"], pod.name);
  EXPECT_THAT(pushed["note"], AllOf(HasSubstr("dev1 pushed tree " +
                                              kube::StringAt(session, "/status/pods/0/treeDigest")),
                                    HasSubstr("field manager hawser-cli")));
  EXPECT_EQ(Events("Pushed").size(), 1U);

  cluster().Apply(R"(
apiVersion: hawser.dev/v1alpha1
kind: DevSession
metadata: {name: next}
spec: {owner: dev2, target: {name: app}}
)");
  cluster().Await("next", "AgentInjected", "False", "HeldByOtherSession");
  cluster().Kubectl({"delete", "devsession", "app", "--timeout=60s"});
  cluster().Await("next", "AgentInjected", "True", "Injected");
  const json taken = AwaitEvent("TakenOver", "next");
  EXPECT_THAT(taken["note"], AllOf(HasSubstr("for dev2"), HasSubstr("session app of dev1")));
}

}  // namespace
}  // namespace hawser::e2e
