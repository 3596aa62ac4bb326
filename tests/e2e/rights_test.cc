// The rights that the controller has are those that it uses, by the API server's own record. Runs
// alone, as the tests of outage_test.cc do: the controllers are started anew.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>

#include "lib/kube/object.h"
#include "tests/e2e/example.h"
#include "tests/e2e/installation.h"

namespace hawser::e2e {
namespace {

using nlohmann::json;
using Rights = std::set<std::string>;

// Nothing of it runs: no pod is wanted, or no node will have one. A copy's pod stays pending, so
// that the controller looks after the Secret it may wait for.
constexpr char kIdleWorkload[] = R"(
apiVersion: apps/v1
kind: KIND
metadata: {name: NAME}
spec:
  SCALE
  selector: {matchLabels: {app: NAME}}
  template:
    metadata: {labels: {app: NAME}}
    spec:
      nodeSelector: {example.com/no-such-node: "true"}
      containers: [{name: app, image: example.com/app, command: [server]}]
)";
constexpr char kSessionOnIt[] = R"(
apiVersion: hawser.dev/v1alpha1
kind: DevSession
metadata: {name: NAME}
spec:
  owner: dev1
  mode: Clone
  clone: {replicas: 1}
  target: {kind: KIND, name: NAME, container: app}
  sync: [{from: src, to: /app/src}]
  ports: [{name: http, container: 8080}]
  expose: {host: "{session}-{namespace}.example.com"}
)";

constexpr char kWidePolicy[] = R"(
apiVersion: hawser.dev/v1alpha1
kind: DevPolicy
metadata: {name: team}
spec: {maxSessions: 9}
)";
constexpr char kPodOfIt[] = R"(
apiVersion: v1
kind: Pod
metadata: {name: waiting-NAME, labels: {hawser.dev/session: NAME}}
spec:
  nodeSelector: {example.com/no-such-node: "true"}
  containers: [{name: app, image: example.com/app}]
  volumes: [{name: hawser-pod, emptyDir: {}}]
)";

std::string Filled(std::string text, const std::map<std::string, std::string>& words) {
  for (const auto& [word, value] : words) {
    for (size_t at = 0; (at = text.find(word, at)) != std::string::npos; at += value.size()) {
      text.replace(at, word.size(), value);
    }
  }
  return text;
}

/// Where the test cluster keeps what its API server was asked by the controller.
std::filesystem::path AuditLog() {
  const char* state = std::getenv("TESTCLUSTER_STATE");
  return std::filesystem::path(state == nullptr ? "/var/lib/testcluster" : state) /
         "logs/audit.log";
}

class RightsOutageTest : public LocalClusterTest {
 protected:
  /// "VERB GROUP/RESOURCE[/SUBRESOURCE]" of everything that the controller's two roles grant.
  static Rights Granted() {
    Rights granted;
    for (const char* role : {"clusterrole/hawser-controller", "role/hawser-controller-lease"}) {
      const json object = AskSystem({"get", role, "-o", "json"});
      for (const json& rule : object.at("rules")) {
        for (const std::string verb : rule.at("verbs")) {
          for (const std::string resource : rule.at("resources")) {
            granted.insert(verb + " " + rule.at("apiGroups")[0].get<std::string>() + "/" +
                           resource);
          }
        }
      }
    }
    return granted;
  }

  /// What was asked from byte `start` of the log on; each refusal is a failure.
  static Rights Used(std::streamoff start) {
    std::ifstream log(AuditLog());
    log.seekg(start);
    Rights used;
    for (std::string line; std::getline(log, line);) {
      const json entry = json::parse(line, nullptr, false);
      const json* object = kube::Find(entry, "/objectRef");
      if (object == nullptr) continue;
      const std::string subresource = kube::StringAt(*object, "/subresource");
      const std::string what = kube::StringAt(*object, "/apiGroup") + "/" +
                               kube::StringAt(*object, "/resource") +
                               (subresource.empty() ? "" : "/" + subresource);
      const int64_t code = kube::IntegerAt(entry, "/responseStatus/code");
      used.insert(kube::StringAt(entry, "/verb") + " " + what);
      // An apply that finds nothing there needs the right to create too.
      if (kube::StringAt(entry, "/verb") == "patch" && code == 201) used.insert("create " + what);
      EXPECT_NE(code, 403) << line;
    }
    return used;
  }

  void SetMode(const std::string& name, const std::string& mode, const std::string& reason) {
    cluster().Kubectl({"patch", "devsession", name, "--type=merge", "-p",
                       R"({"spec":{"mode":")" + mode + R"("}})"});
    cluster().Await(name, "AgentInjected", "True", reason);
  }

  /// Asks for a restart of a pod that is the session's by its label, and that no node runs.
  void AskForRestart(const std::string& name) {
    cluster().Apply(Filled(kPodOfIt, {{"NAME", name}}));
    EXPECT_TRUE(Eventually([&] {
      const json session = cluster().Get("devsession/" + name);
      return kube::StringAt(session, "/status/pods/0/name") == "waiting-" + name;
    }));
    cluster().Kubectl({"annotate", "devsession", name, "hawser.dev/restart=now"});
    EXPECT_TRUE(Eventually([&] {
      const json pod = cluster().Get("pod/waiting-" + name);
      return kube::AnnotationOf(pod, "hawser.dev/restart-request").starts_with("id=1.");
    }));
  }

  /// A session on a workload of that kind, on a copy and in place by turns, whose keys are spoilt
  /// on the way, and which names no ports in the end.
  void Live(const std::string& name, const std::string& kind) {
    SCOPED_TRACE(kind);
    const std::map<std::string, std::string> words = {
        {"KIND", kind}, {"NAME", name}, {"SCALE", kind == "DaemonSet" ? "" : "replicas: 0"}};
    std::string workload = Filled(kIdleWorkload, words);
    if (kind == "StatefulSet") workload += "  serviceName: none\n";
    cluster().Apply(workload);
    cluster().Apply(Filled(kSessionOnIt, words));
    cluster().Await(name, "AgentInjected", "True", "Cloned");
    SetMode(name, "InPlace", "Injected");
    cluster().Kubectl({"patch", "secret", "hawser-" + name, "--type=merge", "-p",
                       R"({"data":{"agent.crt":""}})"});
    SetMode(name, "Clone", "Cloned");
    SetMode(name, "InPlace", "Injected");
    AskForRestart(name);
    EXPECT_TRUE(Eventually([&] { return cluster().Exists("service/hawser-" + name); }));
    cluster().Kubectl({"patch", "devsession", name, "--type=merge", "-p",
                       R"({"spec":{"ports":null,"expose":null}})"});
    EXPECT_TRUE(Eventually([&] { return !cluster().Exists("service/hawser-" + name); }));
  }
};

TEST_F(RightsOutageTest, ControllerUsesEveryRightItHasAndAsksForNoOther) {
  ASSERT_TRUE(std::filesystem::exists(AuditLog()))
      << "the cluster runs without its audit log; tests/cluster/testcluster down, then up";
  const auto start = static_cast<std::streamoff>(std::filesystem::file_size(AuditLog()));
  {
    const ControllerAway away;
    AskSystem({"delete", "lease", "hawser-controller"});
  }
  cluster().Apply(kWidePolicy);
  for (const char* kind : {"Deployment", "StatefulSet", "DaemonSet"}) {
    std::string name = kind;
    std::transform(name.begin(), name.end(), name.begin(), ::tolower);
    Live(name, kind);
    cluster().Kubectl(
        {"patch", "devsession", name, "--type=merge", "-p", R"({"spec":{"ttl":"1s"}})"});
    EXPECT_TRUE(Eventually([&] { return !cluster().Exists("devsession/" + name); }));
  }
  Live("forced", "Deployment");
  {
    const ControllerAway away;
    cluster().Kubectl({"patch", "devsession", "forced", "--type=merge", "-p",
                       R"({"metadata":{"finalizers":null}})"});
    cluster().Kubectl({"delete", "devsession", "forced", "--timeout=60s"});
  }
  EXPECT_TRUE(Eventually([&] {
    return cluster().Get("deployment/forced")["spec"]["template"]["spec"]["containers"].size() == 1;
  }));
  Rights used = Used(start);
  // Asked of the right to it, where the server checks owner references, but never called.
  used.insert("update hawser.dev/devsessions/finalizers");
  EXPECT_EQ(used, Granted());
}

}  // namespace
}  // namespace hawser::e2e
