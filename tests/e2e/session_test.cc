// Sessions on the cluster: what one adds to a workload, and that nothing of it is left behind.
#include <gtest/gtest.h>

#include <filesystem>

#include "lib/kube/object.h"
#include "tests/e2e/example.h"

namespace hawser::e2e {
namespace {

using nlohmann::json;

// A Deployment that has something wherever a session adds something.
constexpr char kLaden[] = R"(
apiVersion: apps/v1
kind: Deployment
metadata: {name: laden, labels: {app: laden, team: shop}, annotations: {example.com/note: keep}}
spec:
  replicas: 0
  revisionHistoryLimit: 3
  selector: {matchLabels: {app: laden}}
  template:
    metadata: {labels: {app: laden}, annotations: {example.com/checksum: abc}}
    spec:
      terminationGracePeriodSeconds: 7
      securityContext: {runAsUser: 10001, fsGroup: 2000}
      volumes:
        - {name: cache, emptyDir: {sizeLimit: 1Mi}}
      initContainers:
        - {name: migrate, image: IMAGE, command: [/bin/true]}
      containers:
        - name: app
          image: IMAGE
          command: [/bin/sh, -c]
          args: ["sleep 1; exec server \"$PORT\""]
          env: [{name: PORT, value: "8080"}]
          volumeMounts: [{name: cache, mountPath: /cache}]
        - {name: proxy, image: IMAGE, command: [/bin/true]}
)";
constexpr char kLadenSession[] = R"(
apiVersion: hawser.dev/v1alpha1
kind: DevSession
metadata: {name: laden}
spec:
  owner: dev1
  target: {name: laden, container: app}
  sync: [{from: src, to: /app/src}]
)";

// What of a Deployment is its owner's: all but what the API server and its controllers write.
json OwnersPart(const json& deployment) {
  json part = {{"spec", deployment["spec"]},
               {"labels", deployment["metadata"]["labels"]},
               {"annotations", deployment["metadata"]["annotations"]}};
  part["annotations"].erase("deployment.kubernetes.io/revision");
  return part;
}

class SessionTest : public ClusterTest {
 protected:
  // Deploys, opens a session, closes it, and expects the Deployment as it was.
  void ExpectRestored(const std::string& name, const std::string& workload,
                      const std::string& session) {
    const std::string deployment = "deployment/" + name;
    cluster().Apply(workload);
    const json before = cluster().Get(deployment);
    cluster().Apply(session);
    cluster().Await(name, "AgentInjected", "True");
    EXPECT_NE(OwnersPart(cluster().Get(deployment)), OwnersPart(before));
    cluster().Kubectl({"delete", "devsession", name, "--timeout=60s"});
    EXPECT_EQ(json::diff(OwnersPart(before), OwnersPart(cluster().Get(deployment))), json::array());
    EXPECT_TRUE(Eventually([&] { return !cluster().Exists("secret/hawser-" + name); }));
  }

  // Ends the controller's pods at once, as a lost node would.
  void KillController() {
    const Outcome killed =
        RunProgram({"kubectl", "-n", "hawser-system", "delete", "pods", "-l",
                    "app.kubernetes.io/name=hawser-controller", "--grace-period=0", "--force"});
    EXPECT_TRUE(killed.ok()) << killed.err;
  }
};

TEST_F(SessionTest, AddsTheAgentAndRunsTheAppUnderTheSupervisor) {
  const Example example(cluster(), "app");
  ASSERT_TRUE(example.Push().ok());
  const AppPod pod = example.ReadyPod();
  const json object = cluster().Get("pod/" + pod.name);
  EXPECT_EQ(object["metadata"]["labels"]["hawser.dev/session"], "app");
  EXPECT_EQ(object["spec"]["initContainers"][0]["name"], "hawser-install");
  EXPECT_EQ(object["spec"]["containers"].size(), 2U);
  EXPECT_TRUE(example.InContainer("/proc/1/cmdline").starts_with("/.hawser/bin/hawser-agent"));
  EXPECT_EQ(cluster().Get("secret/hawser-app")["metadata"]["ownerReferences"][0]["name"], "app");
  EXPECT_EQ(cluster().ConditionOf("app", "Ready").status, "True");
}

TEST_F(SessionTest, DeletedLeavesThePythonExampleAsItWas) {
  ExpectRestored("py", ExampleFile("k8s.yaml", "py", TestImage("HAWSER_TEST_IMAGE")),
                 ExampleFile("devsession.yaml", "py", {}));
}

TEST_F(SessionTest, DeletedLeavesALadenDeploymentAsItWas) {
  ExpectRestored("laden", kLaden, kLadenSession);
}

TEST_F(SessionTest, DeletedLeavesTheCompiledExampleAsItWas) {
  ExpectRestored("hello-cpp", ReadSource("examples/hello-cpp/k8s.yaml"),
                 ReadSource("examples/hello-cpp/devsession.yaml"));
}

TEST_F(SessionTest, ConvergesWhenTheControllerIsKilledMidWay) {
  cluster().Apply(kLaden);
  const json before = cluster().Get("deployment/laden");
  cluster().Apply(kLadenSession);
  KillController();
  cluster().Await("laden", "AgentInjected", "True");
  cluster().Kubectl({"delete", "devsession", "laden", "--wait=false"});
  KillController();
  EXPECT_TRUE(Eventually([&] { return !cluster().Exists("devsession/laden"); }));
  EXPECT_EQ(json::diff(OwnersPart(before), OwnersPart(cluster().Get("deployment/laden"))),
            json::array());
}

TEST_F(SessionTest, TwoSideBySideEachGetTheirOwnFiles) {
  const Example one(cluster(), "one");
  const Example two(cluster(), "two");
  one.SaveVersion("one-1");
  two.SaveVersion("two-1");
  EXPECT_TRUE(one.Push().ok());
  EXPECT_TRUE(two.Push().ok());
  EXPECT_TRUE(one.Serves("one-1"));
  EXPECT_TRUE(two.Serves("two-1"));
  cluster().Kubectl({"delete", "devsession", "one", "--timeout=60s"});
  two.SaveVersion("two-2");
  EXPECT_TRUE(two.Push().ok());
  EXPECT_TRUE(two.Serves("two-2"));
}

TEST_F(SessionTest, ItsNamespaceCanBeDeletedWithItOpen) {
  const std::string ns = cluster().ns() + "-closing";
  cluster().Kubectl({"create", "namespace", ns});
  const std::string objects = std::string(kLaden) + "---" + kLadenSession;
  ASSERT_TRUE(RunProgram({"kubectl", "-n", ns, "apply", "-f", "-"}, objects).ok());
  const std::string injected = "--for=condition=AgentInjected";
  ASSERT_TRUE(
      RunProgram({"kubectl", "-n", ns, "wait", injected, "devsession/laden", "--timeout=60s"})
          .ok());
  const Outcome deleted = cluster().TryKubectl({"delete", "namespace", ns, "--timeout=60s"});
  EXPECT_TRUE(deleted.ok()) << deleted.err
                            << RunProgram({"kubectl", "get", "namespace", ns, "-o", "yaml"}).out;
}

TEST_F(SessionTest, EverySampleIsTakenAndAnswered) {
  for (const auto& entry : std::filesystem::directory_iterator(SourcePath("crds/samples"))) {
    if (entry.is_directory()) continue;
    SCOPED_TRACE(entry.path().filename());
    cluster().Kubectl({"apply", "-f", entry.path().string()});
    const Condition target = cluster().Await(entry.path().stem(), "TargetFound", "False");
    EXPECT_EQ(target.reason, "TargetNotFound") << target.message;
  }
}

TEST_F(SessionTest, SaysThatThereAreNoPodsOnceTheyAreGone) {
  const Example example(cluster(), "app");
  cluster().Kubectl({"scale", "deployment", "app", "--replicas=0"});
  cluster().Await("app", "AgentsReady", "False", "NoPods");
  const json session = cluster().Get("devsession/app");
  EXPECT_TRUE(session["status"]["pods"].empty()) << session["status"];
}

TEST_F(SessionTest, SecondOnTheSameTargetWaitsForTheFirst) {
  cluster().Apply(kLaden);
  cluster().Apply(kLadenSession);
  cluster().Await("laden", "AgentInjected", "True");
  std::string rival = kLadenSession;
  rival.replace(rival.find("{name: laden}"), 13, "{name: rival}");
  cluster().Apply(rival);
  const Condition refused = cluster().Await("rival", "AgentInjected", "False");
  EXPECT_EQ(refused.reason, "HeldByOtherSession");
  EXPECT_NE(refused.message.find("held by session laden of dev1"), std::string::npos);
  cluster().Kubectl({"delete", "devsession", "laden", "--timeout=60s"});
  cluster().Await("rival", "AgentInjected", "True");
}

}  // namespace
}  // namespace hawser::e2e
