// The chart for one namespace, and an upgrade under a running session. These run alone: the
// installed controllers are away meanwhile.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "lib/kube/object.h"
#include "tests/e2e/example.h"
#include "tests/e2e/installation.h"

namespace hawser::e2e {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

class InstallOutageTest : public LocalClusterTest {
 protected:
  /// Injected pod templates as the version before this layout made them: without what this one
  /// added.
  void MakeOlder(const std::string& deployment) const {
    json object = cluster().Get("deployment/" + deployment);
    json original = json::parse(kube::AnnotationOf(object, "hawser.dev/original"));
    original.erase("layout");
    json& spec = object["spec"]["template"]["spec"];
    Remove(spec["volumes"], "hawser-pod");
    for (json& container : spec["containers"]) Remove(container["volumeMounts"], "hawser-pod");
    const json patch =
        json::array({{{"op", "replace"}, {"path", "/spec/template/spec"}, {"value", spec}},
                     {{"op", "replace"},
                      {"path", "/metadata/annotations/hawser.dev~1original"},
                      {"value", original.dump()}}});
    cluster().Kubectl({"patch", "deployment", deployment, "--type=json", "-p", patch.dump()});
    cluster().Kubectl({"rollout", "status", "deployment/" + deployment, "--timeout=90s"});
  }

  std::string PodUid() const {
    for (const json& pod : cluster().Pods("hawser.dev/session=app")) {
      if (!kube::IsDeleting(pod)) return kube::UidOf(pod);
    }
    return {};
  }

 private:
  static void Remove(json& list, const std::string& name) {
    json kept = json::array();
    for (json& item : list) {
      if (item["name"] != name) kept.push_back(item);
    }
    list = kept;
  }
};

TEST_F(InstallOutageTest, ChartForOneNamespaceWorksThereAndNowhereElse) {
  const Cluster elsewhere;
  const std::string image = InstalledControllerImage();
  const std::string agent = InstalledAgentImage();
  const ControllerAway away;
  const Outcome rendered =
      RunProgram({std::string(HAWSER_BIN_DIR) + "/hawser-chart", "-name", "own", "-namespace",
                  cluster().ns(), "-set", "image=" + image, "-set", "agentImage=" + agent, "-set",
                  "watchNamespace=" + cluster().ns(), "-set", "userRoles.create=false", "-set",
                  "replicas=1", SourcePath("helm")});
  ASSERT_TRUE(rendered.ok()) << rendered.err;
  EXPECT_EQ(rendered.out.find("kind: ClusterRole"), std::string::npos);
  cluster().Apply(rendered.out);
  const std::string workload = ExampleFile("k8s.yaml", "app", TestImage("HAWSER_TEST_IMAGE"));
  const std::string session = ExampleFile("devsession.yaml", "app", {});
  for (const Cluster* each : {&elsewhere, &cluster()}) {
    each->Apply(workload);
    each->Apply(session);
  }
  cluster().Await("app", "Ready", "True");
  EXPECT_FALSE(elsewhere.Get("devsession/app").contains("status")) << "it is not watched";
  const hawser::testing::TempDir workspace;
  std::filesystem::copy(SourcePath("examples/hello-python/src"), workspace.path() / "src");
  const Outcome push = cluster().Hawser({"push", "app", workspace.path().string(), "--wait"});
  EXPECT_TRUE(push.ok()) << push.err;
  cluster().Kubectl({"annotate", "devsession", "app", "hawser.dev/restart=1"});
  EXPECT_TRUE(Eventually([&] {
    return kube::IntegerAt(cluster().Get("devsession/app"), "/status/restarts/handled") == 1;
  }));
  cluster().Kubectl({"delete", "devsession", "app", "--timeout=60s"});
  EXPECT_EQ(cluster().Get("deployment/app")["spec"]["template"]["spec"]["containers"].size(), 1U);
}

TEST_F(InstallOutageTest, UpgradeOfTheControllerReplacesNoPods) {
  const Example example(cluster(), "app");
  example.SaveVersion("before");
  {
    const ControllerAway away;
    MakeOlder("app");
  }
  ASSERT_TRUE(example.Push().ok());
  const std::string uid = PodUid();
  const AppPod pod = example.ReadyPod();
  const json before = cluster().Get("devsession/app")["status"];
  // The same agent by another reference: to the controller it is another version's.
  const json object = cluster().Get("pod/" + pod.name);
  std::string other;
  for (const json& status : object["status"]["containerStatuses"]) {
    if (status["name"] == "hawser-agent") other = status["imageID"];
  }
  ASSERT_THAT(other, HasSubstr("@sha256:"));
  // The resource and the roles are applied anew too, as an upgrade does.
  AskSystem({"apply", "-f", SourcePath("crds/hawser.dev_devsessions.yaml")});
  AskSystem({"apply", "-f", SourcePath("controller/deploy/2-rbac.yaml")});
  const OtherAgentImage upgraded(other);
  example.SaveVersion("after");
  EXPECT_TRUE(example.Push().ok());
  EXPECT_TRUE(example.Serves("after"));
  // A request shows that the new version works on this session.
  cluster().Kubectl({"annotate", "devsession", "app", "hawser.dev/restart=1"});
  EXPECT_TRUE(Eventually([&] {
    return kube::StringAt(cluster().Get("devsession/app"), "/status/restarts/reason") ==
           "AgentTooOld";
  }));
  EXPECT_EQ(PodUid(), uid) << "the upgrade replaced the pod";
  EXPECT_EQ(example.Pod().app_restarts, pod.app_restarts);
  const json after = cluster().Get("devsession/app")["status"];
  for (const char* type : {"Ready", "AgentInjected", "AgentsReady"}) {
    EXPECT_EQ(cluster().ConditionOf("app", type).status, "True") << type;
  }
  EXPECT_EQ(after["pods"][0]["name"], before["pods"][0]["name"]);
  // A restart by rollout brings the new version's agent.
  cluster().Kubectl({"patch", "devsession", "app", "--type=merge", "-p",
                     R"({"spec":{"restart":{"policy":"Rollout","request":"2"}}})"});
  EXPECT_TRUE(Eventually(
      [&] {
        return kube::StringAt(cluster().Get("devsession/app"), "/status/restarts/reason") ==
               "RolledOut";
      },
      std::chrono::seconds(90)));
  EXPECT_NE(PodUid(), uid);
}

}  // namespace
}  // namespace hawser::e2e
