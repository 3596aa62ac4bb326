// The workload's owner goes on working on it while a session is open: what they set stays theirs.
#include <gtest/gtest.h>

#include "lib/kube/object.h"
#include "tests/e2e/example.h"

namespace hawser::e2e {
namespace {

using nlohmann::json;

// No pods, so that every generation of it is one that somebody wrote.
constexpr char kWorkload[] = R"(
apiVersion: apps/v1
kind: Deployment
metadata: {name: app}
spec:
  replicas: 0
  selector: {matchLabels: {app: app}}
  template:
    metadata: {labels: {app: app}}
    spec:
      containers:
        - name: app
          image: IMAGE
          command: [/bin/server]
          args: [--port, "8080"]
          livenessProbe: {failureThreshold: 4, httpGet: {path: /healthz, port: 8080}}
)";
constexpr char kOwnedSession[] = R"(
apiVersion: hawser.dev/v1alpha1
kind: DevSession
metadata: {name: app}
spec: {owner: dev1, target: {name: app}}
)";

class OwnerTest : public ClusterTest {
 protected:
  json Workload() const { return cluster().Get("deployment/app"); }
  json Spec() const { return Workload()["spec"]; }
  int64_t Generation() const { return kube::IntegerAt(Workload(), "/metadata/generation"); }

  static json& AppOf(json& spec) { return spec["template"]["spec"]["containers"][0]; }

  bool IsInjected() const {
    json spec = Spec();
    const json& command = AppOf(spec)["command"];
    return command.is_array() && command[0] == "/.hawser/bin/hawser-agent";
  }

  void CloseSession() const { cluster().Kubectl({"delete", "devsession", "app", "--timeout=60s"}); }
};

TEST_F(OwnerTest, ImageAndVariableSetDuringASessionWorkAndStay) {
  const Example example(cluster(), "app");
  Background push(example.Watch());
  const AppPod before = example.ReadyPod();
  const json pod = cluster().Get("pod/" + before.name);
  // The same image by its digest: another reference that can be pulled.
  const std::string image = kube::StringAt(pod, "/status/containerStatuses/0/imageID");
  ASSERT_NE(image.find("@sha256:"), std::string::npos) << image;
  cluster().Kubectl({"set", "image", "deployment/app", "app=" + image});
  cluster().Kubectl({"set", "env", "deployment/app", "-c", "app", "LEVEL=debug"});
  AppPod next;
  ASSERT_TRUE(Eventually([&] {
    next = example.Pod();
    return next.ready && next.name != before.name &&
           example.InContainer("/proc/1/environ").find("LEVEL=debug") != std::string::npos;
  })) << push.Out()
      << push.Err();
  example.SaveVersion("after-the-change");
  EXPECT_TRUE(example.Serves("after-the-change")) << push.Out() << push.Err();
  EXPECT_EQ(push.Interrupt(), 0) << push.Err();

  CloseSession();
  json restored = Spec();
  EXPECT_EQ(AppOf(restored)["image"], image);
  EXPECT_EQ(AppOf(restored)["env"], json::array({{{"name", "LEVEL"}, {"value", "debug"}}}));
  EXPECT_FALSE(AppOf(restored).contains("command"));
  EXPECT_EQ(restored["template"]["spec"]["containers"].size(), 1U);
  EXPECT_FALSE(restored["template"]["spec"].contains("initContainers"));
  EXPECT_FALSE(restored["template"]["spec"].contains("volumes"));
}

TEST_F(OwnerTest, AppliedAgainIsInjectedAgainOnce) {
  cluster().Apply(kWorkload);
  const json before = Spec();
  cluster().Apply(kOwnedSession);
  cluster().Await("app", "AgentInjected", "True");
  ASSERT_TRUE(IsInjected());
  EXPECT_EQ(Generation(), 2);
  cluster().Apply(kWorkload);
  EXPECT_TRUE(Eventually([&] { return Generation() >= 4 && IsInjected(); }));
  CloseSession();
  EXPECT_EQ(json::diff(before, Spec()), json::array());
  EXPECT_EQ(Generation(), 5) << "injected, applied, injected, restored: one write each";
}

TEST_F(OwnerTest, ReplacedIsInjectedAgainAndRestoredAsReplaced) {
  cluster().Apply(kWorkload);
  cluster().Apply(kOwnedSession);
  cluster().Await("app", "AgentInjected", "True");
  std::string replacement = kWorkload;
  replacement.replace(replacement.find("8080"), 4, "9090");
  cluster().Kubectl({"replace", "-f", "-"}, replacement);
  EXPECT_TRUE(Eventually([&] { return Generation() >= 4 && IsInjected(); }));
  CloseSession();
  json restored = Spec();
  EXPECT_EQ(AppOf(restored)["command"], json::array({"/bin/server"}));
  EXPECT_EQ(AppOf(restored)["args"], json::array({"--port", "9090"}));
  EXPECT_EQ(AppOf(restored)["livenessProbe"]["failureThreshold"], 4);
  EXPECT_EQ(Generation(), 5) << "injected, replaced, injected, restored: one write each";
}

TEST_F(OwnerTest, DeletedAndMadeAnewIsInjectedAgain) {
  cluster().Apply(kWorkload);
  const json before = Spec();
  cluster().Apply(kOwnedSession);
  cluster().Await("app", "AgentInjected", "True");
  cluster().Kubectl({"delete", "deployment", "app"});
  cluster().Await("app", "TargetFound", "False", "TargetNotFound");
  cluster().Apply(kWorkload);
  EXPECT_TRUE(Eventually([&] { return IsInjected(); }));
  CloseSession();
  EXPECT_EQ(json::diff(before, Spec()), json::array());
}

}  // namespace
}  // namespace hawser::e2e
