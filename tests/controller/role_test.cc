// The roles that are shipped grant what the controller asks for, and nothing else.
#include <gtest/gtest.h>

#include <set>

#include "controller/plan/names.h"
#include "controller/resources.h"
#include "lib/base/log.h"
#include "lib/kube/lease.h"
#include "lib/kube/object.h"
#include "lib/kube/read_file.h"
#include "lib/yaml/yaml.h"
#include "tests/controller/simulated_cluster.h"

namespace hawser::controller {
namespace {

using nlohmann::json;
using testing::KubeCall;
using testing::SimulatedCluster;

/// Notes the calls from `before` on as "VERB GROUP/RESOURCE".
void Note(const testing::FakeKubeApi& api, size_t before, std::set<std::string>& calls) {
  const std::vector<KubeCall> all = api.calls();
  for (size_t i = before; i < all.size(); ++i) {
    const KubeCall& call = all[i];
    calls.insert((call.verb == "apply" ? "patch" : call.verb) + " " + call.resource.group + "/" +
                 call.resource.plural + (call.subresource.empty() ? "" : "/" + call.subresource));
  }
}

void ConvergeNoting(SimulatedCluster& cluster, std::set<std::string>& calls) {
  const size_t before = cluster.api().calls().size();
  cluster.Converge();
  Note(cluster.api(), before, calls);
}

/// The Lease is won, kept and given up.
void LeadNoting(std::set<std::string>& calls) {
  const SystemClock clock;
  testing::FakeKubeApi api(clock);
  kube::LeaderElection election({.key = {"system", "lease"}, .identity = "a"}, api, clock);
  ASSERT_TRUE(election.Attempt().ok());
  ASSERT_TRUE(election.Attempt().ok());
  ASSERT_TRUE(election.Release().ok());
  Note(api, 0, calls);
}

/// What the controller's roles grant, written the same way.
std::set<std::string> Granted() {
  const std::string path = HAWSER_SOURCE_DIR "/controller/deploy/2-rbac.yaml";
  const auto documents = yaml::ParseYamlDocuments(kube::ReadFile(path).value(), path);
  std::set<std::string> granted;
  for (const json& document : documents.value()) {
    for (const json& rule : document.value("rules", json::array())) {
      const std::string group = rule["apiGroups"][0].get<std::string>() + "/";
      for (const std::string resource : rule["resources"]) {
        for (const std::string verb : rule["verbs"]) {
          granted.insert(verb + " " + group + resource);
        }
      }
    }
  }
  return granted;
}

/// A session on a workload of that type, on a copy and in place by turns; then deleted by
/// force, or over.
void Live(SimulatedCluster& cluster, const kube::Resource& resource, bool by_force,
          std::set<std::string>& calls) {
  const kube::ObjectKey key{"team", "dev"};
  json session = testing::MakeSession();
  session["spec"]["target"]["kind"] = resource.kind;
  session["spec"]["mode"] = "Clone";
  session["spec"]["ports"] = json::array({{{"name", "http"}, {"container", 80}}});
  session["spec"]["expose"] = {{"host", "{session}.example.com"}};
  cluster.Create(resource, testing::MakeWorkload(resource));
  cluster.Create(kDevSessions, session);
  json policy = kube::MakeObject(kDevPolicies, {"team", "policy"});
  policy["spec"] = {{"maxSessions", 3}};
  cluster.Create(kDevPolicies, policy);
  ConvergeNoting(cluster, calls);
  for (const char* mode : {"InPlace", "Clone", "InPlace"}) {
    const json patch = {{"spec", {{"mode", mode}}}};
    ASSERT_TRUE(cluster.api().Patch(kDevSessions, key, kube::PatchType::kMerge, patch, "").ok());
    ConvergeNoting(cluster, calls);
  }
  json pod = testing::MakePod("api-1", testing::Running(), testing::Running());
  pod["spec"]["volumes"] = json::array({{{"name", kPodInfoVolume}}});
  cluster.Create(kube::resources::kPods, pod);
  const json restart = {{"spec", {{"restart", {{"request", "1"}}}}}};
  ASSERT_TRUE(cluster.api().Patch(kDevSessions, key, kube::PatchType::kMerge, restart, "").ok());
  ConvergeNoting(cluster, calls);
  const json no_ports = {{"spec", {{"ports", json::array()}, {"expose", nullptr}}}};
  ASSERT_TRUE(cluster.api().Patch(kDevSessions, key, kube::PatchType::kMerge, no_ports, "").ok());
  ConvergeNoting(cluster, calls);
  cluster.clock().Advance(std::chrono::hours(24 * 300));  // the keys are renewed
  ConvergeNoting(cluster, calls);
  if (by_force) {
    const json patch = {{"metadata", {{"finalizers", nullptr}}}};
    ASSERT_TRUE(cluster.api().Patch(kDevSessions, key, kube::PatchType::kMerge, patch, "").ok());
    cluster.DeleteSession();
  } else {
    const json over = {{"spec", {{"ttl", "1h"}}}};
    ASSERT_TRUE(cluster.api().Patch(kDevSessions, key, kube::PatchType::kMerge, over, "").ok());
  }
  ConvergeNoting(cluster, calls);
  cluster.api().CollectGarbage();
}

TEST(RoleTest, GrantsWhatIsAskedForAndNoMore) {
  log::Configure(log::Level::kOff, log::Format::kText);
  std::set<std::string> calls;
  LeadNoting(calls);
  for (const kube::Resource& resource : kTargetResources) {
    for (const bool by_force : {false, true}) {
      SimulatedCluster cluster;
      Live(cluster, resource, by_force, calls);
    }
  }
  // What the fake server does not tell: watches, applies that create, references that block.
  for (const char* watched :
       {"hawser.dev/devsessions", "hawser.dev/devpolicies", "apps/deployments", "apps/statefulsets",
        "apps/daemonsets", "/pods", "/services", "networking.k8s.io/ingresses"}) {
    calls.insert(std::string("watch ") + watched);
  }
  for (const char* applied :
       {"apps/deployments", "apps/statefulsets", "/services", "networking.k8s.io/ingresses"}) {
    calls.insert(std::string("create ") + applied);
  }
  calls.insert("update hawser.dev/devsessions/finalizers");
  EXPECT_EQ(calls, Granted());
}

}  // namespace
}  // namespace hawser::controller
