// Every kind of workload, in place and copied: it is its owner's before, meanwhile and after.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "lib/kube/object.h"
#include "tests/e2e/example.h"

namespace hawser::e2e {
namespace {

using nlohmann::json;

// No pod of it is wanted, or no node will have one.
constexpr char kWorkloadOfKind[] = R"(
apiVersion: apps/v1
kind: KIND
metadata: {name: NAME, labels: {team: shop}, annotations: {example.com/note: keep}}
spec:
  EXTRA
  selector: {matchLabels: {app: NAME}}
  template:
    metadata: {labels: {app: NAME}, annotations: {example.com/checksum: abc}}
    spec:
      nodeSelector: {example.com/no-such-node: "true"}
      securityContext: {runAsUser: 10001}
      volumes: [{name: cache, emptyDir: {}}]
      initContainers: [{name: migrate, image: example.com/app, command: [/bin/true]}]
      containers:
        - name: app
          image: example.com/app:1
          command: [server]
          args: [--port, "8080"]
          env: [{name: LEVEL, value: info}]
          livenessProbe: {failureThreshold: 4, httpGet: {path: /healthz, port: 8080}}
          startupProbe: {failureThreshold: 30, httpGet: {path: /healthz, port: 8080}}
          volumeMounts: [{name: cache, mountPath: /cache}]
        - {name: proxy, image: example.com/proxy}
)";
constexpr char kSessionOfKind[] = R"(
apiVersion: hawser.dev/v1alpha1
kind: DevSession
metadata: {name: SESSION}
spec:
  owner: OWNER
  mode: MODE
  target: {kind: KIND, name: NAME, container: app, command: [python3, /app/src/server.py]}
  sync: [{from: src, to: /app/src}]
  ports: [{name: http, container: 8080}]
)";

std::string Put(std::string text, const std::vector<std::pair<std::string, std::string>>& words) {
  for (const auto& [word, value] : words) {
    for (size_t at = 0; (at = text.find(word, at)) != std::string::npos; at += value.size()) {
      text.replace(at, word.size(), value);
    }
  }
  return text;
}

struct Kind {
  const char* name;
  const char* resource;
  const char* extra;  ///< of its spec
};
constexpr Kind kKinds[] = {
    {"Deployment", "deployment", "replicas: 0"},
    {"StatefulSet", "statefulset", "replicas: 0\n  serviceName: none"},
    {"DaemonSet", "daemonset", "updateStrategy: {type: RollingUpdate}"},
};

class KindsTest : public ClusterTest {
 protected:
  static std::string WorkloadText(const Kind& kind, const std::string& name) {
    return Put(kWorkloadOfKind, {{"KIND", kind.name}, {"NAME", name}, {"EXTRA", kind.extra}});
  }
  void Open(const Kind& kind, const std::string& workload, const std::string& session,
            const std::string& owner, const std::string& mode) const {
    cluster().Apply(Put(kSessionOfKind, {{"SESSION", session},
                                         {"OWNER", owner},
                                         {"MODE", mode},
                                         {"KIND", kind.name},
                                         {"NAME", workload}}));
    cluster().Await(session, "AgentInjected", "True", mode == "Clone" ? "Cloned" : "Injected");
  }
  void Close(const std::string& session) const {
    cluster().Kubectl({"delete", "devsession", session, "--timeout=60s"});
  }

  /// All that is the owner's, under one name for all workloads.
  json OwnersPart(const Kind& kind, const std::string& name) const {
    const json object = cluster().Get(std::string(kind.resource) + "/" + name);
    json part = {{"spec", object["spec"]},
                 {"labels", object["metadata"]["labels"]},
                 {"annotations", object["metadata"]["annotations"]}};
    for (const char* theirs :
         {"deployment.kubernetes.io/revision", "deprecated.daemonset.template.generation",
          "kubectl.kubernetes.io/last-applied-configuration"}) {
      part["annotations"].erase(theirs);
    }
    return json::parse(Put(part.dump(), {{"\"" + name + "\"", "\"it\""}}));
  }

  /// What an owner does while a session runs.
  void Change(const Kind& kind, const std::string& name) const {
    const json app = {{"name", "app"},
                      {"image", "example.com/app:2"},
                      {"command", {"server", "--fast"}},
                      {"args", json::array({"--port", "9090"})},
                      {"env", json::array({{{"name", "LEVEL"}, {"value", "debug"}}})},
                      {"livenessProbe", {{"failureThreshold", 7}}}};
    const json patch = {{"spec",
                         {{"template",
                           {{"metadata", {{"annotations", {{"example.com/checksum", "def"}}}}},
                            {"spec", {{"containers", json::array({app})}}}}}}}};
    cluster().Kubectl({"patch", kind.resource, name, "-p", patch.dump()});
  }

  /// A session on one of two equal workloads: when it is closed they are equal again.
  void ExpectEqualAfter(const Kind& kind, const std::string& mode, bool changed) const {
    SCOPED_TRACE(std::string(kind.name) + " " + mode + (changed ? ", changed meanwhile" : ""));
    const std::string name = Put("KIND-MODE", {{"KIND", kind.resource},
                                               {"MODE", mode == "Clone" ? "copied" : "place"}}) +
                             (changed ? "-changed" : "");
    const std::string twin = name + "-twin";
    for (const std::string& each : {name, twin}) cluster().Apply(WorkloadText(kind, each));
    ASSERT_EQ(OwnersPart(kind, name), OwnersPart(kind, twin));
    Open(kind, name, name, "dev1", mode);
    const bool touched = OwnersPart(kind, name) != OwnersPart(kind, twin);
    EXPECT_EQ(touched, mode == "InPlace") << "a copy leaves the workload alone";
    if (changed) {
      for (const std::string& each : {name, twin}) Change(kind, each);
      if (mode == "InPlace") AwaitSupervised(kind, name);
    }
    Close(name);
    EXPECT_EQ(json::diff(OwnersPart(kind, twin), OwnersPart(kind, name)), json::array());
    EXPECT_TRUE(Eventually([&] { return !cluster().Exists("service/hawser-" + name); }));
  }

  void AwaitSupervised(const Kind& kind, const std::string& name) const {
    EXPECT_TRUE(Eventually([&] {
      const json object = cluster().Get(std::string(kind.resource) + "/" + name);
      const json& app = object["spec"]["template"]["spec"]["containers"][0];
      return app["command"][0] == "/.hawser/bin/hawser-agent" && app["command"].back() == "9090";
    }));
  }

  /// The example as a workload of that kind, with a pod.
  void DeployExample(const Kind& kind, const std::string& name) const {
    std::string text = ExampleFile("k8s.yaml", name, TestImage("HAWSER_TEST_IMAGE"));
    const std::string serving = kind.resource == std::string("statefulset")
                                    ? "replicas: 1\n  serviceName: " + name
                                : kind.resource == std::string("daemonset") ? "minReadySeconds: 0"
                                                                            : "replicas: 1";
    text = Put(text,
               {{"kind: Deployment", std::string("kind: ") + kind.name}, {"replicas: 1", serving}});
    cluster().Apply(text);
  }
  /// Pushes the example's sources with another version to a session.
  void PushVersion(const std::string& session, const std::string& version) const {
    const hawser::testing::TempDir workspace;
    std::filesystem::copy(SourcePath("examples/hello-python/src"), workspace.path() / "src");
    std::ofstream(workspace.path() / "src/version.py")
        << "VERSION = \"" << version << "\"\nGREETING = \"Hello\"\n";
    const Outcome push = cluster().Hawser({"push", session, workspace.path().string(), "--wait"});
    EXPECT_TRUE(push.ok()) << push.out << push.err;
  }
};

TEST_F(KindsTest, WorkloadIsEqualFieldByFieldBeforeAndAfter) {
  for (const Kind& kind : kKinds) {
    for (const char* mode : {"InPlace", "Clone"}) {
      for (const bool changed : {false, true}) ExpectEqualAfter(kind, mode, changed);
    }
  }
}

TEST_F(KindsTest, CopyOfAStatefulSetOrDaemonSetRunsWhatIsPushedToIt) {
  for (const Kind& kind : {kKinds[1], kKinds[2]}) {
    SCOPED_TRACE(kind.name);
    const std::string name = kind.resource;
    DeployExample(kind, name);
    ASSERT_TRUE(Eventually([&] { return !cluster().ServedVersion(name).empty(); }));
    const std::string shared = cluster().ServedVersion(name);
    Open(kind, name, "copy-" + name, "dev1", "Clone");
    cluster().Await("copy-" + name, "AgentsReady", "True");
    PushVersion("copy-" + name, "pushed-to-" + name);
    EXPECT_TRUE(Eventually(
        [&] { return cluster().ServedVersion("hawser-copy-" + name) == "pushed-to-" + name; }));
    EXPECT_EQ(cluster().ServedVersion(name), shared) << "the shared one is untouched";
    Close("copy-" + name);
    EXPECT_TRUE(
        Eventually([&] { return cluster().Pods("hawser.dev/session=copy-" + name).empty(); },
                   std::chrono::seconds(120)));
    EXPECT_EQ(cluster().ServedVersion(name), shared);
  }
}

TEST_F(KindsTest, TwoDevelopersCopyTheSameWorkloadAtOnce) {
  DeployExample(kKinds[0], "app");
  ASSERT_TRUE(Eventually([&] { return !cluster().ServedVersion("app").empty(); }));
  const json before = cluster().Get("deployment/app")["spec"];
  const std::string shared = cluster().ServedVersion("app");
  for (const char* owner : {"ann", "bob"}) Open(kKinds[0], "app", owner, owner, "Clone");
  for (const char* owner : {"ann", "bob"}) cluster().Await(owner, "AgentsReady", "True");
  PushVersion("ann", "of-ann");
  PushVersion("bob", "of-bob");
  EXPECT_TRUE(Eventually([&] { return cluster().ServedVersion("hawser-ann") == "of-ann"; }));
  EXPECT_TRUE(Eventually([&] { return cluster().ServedVersion("hawser-bob") == "of-bob"; }));
  EXPECT_EQ(cluster().ServedVersion("app"), shared);
  EXPECT_EQ(cluster().Get("deployment/app")["spec"], before);
  Close("ann");
  EXPECT_EQ(cluster().ServedVersion("hawser-bob"), "of-bob");
  EXPECT_EQ(cluster().ServedVersion("app"), shared);
}

}  // namespace
}  // namespace hawser::e2e
