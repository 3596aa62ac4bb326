// Random lives of a shared cluster: whatever happened, the controller brings it to rest, and the
// workloads are their owners' again once the sessions are gone.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <set>
#include <vector>

#include "controller/plan/names.h"
#include "controller/plan/original.h"
#include "controller/plan/scale.h"
#include "controller/resources.h"
#include "lib/base/log.h"
#include "lib/kube/object.h"
#include "tests/controller/simulated_team.h"
#include "tests/support/thoroughness.h"

namespace hawser::controller {
namespace {

using nlohmann::json;
using ::testing::AnyOf;
using testing::SimulatedCluster;
using testing::SimulatedTeam;
using ::testing::StartsWith;

constexpr auto kSeeds = hawser::testing::Repeats<uint64_t>(200, 8);
constexpr int kActs = 100;

std::vector<uint64_t> Seeds() {
  if (const char* given = std::getenv("HAWSER_SEED")) return {std::strtoull(given, nullptr, 10)};
  std::vector<uint64_t> seeds;
  for (uint64_t seed = 1; seed <= kSeeds; ++seed) seeds.push_back(seed);
  return seeds;
}

/// Lets the controller work undisturbed until nothing is left to do, contests included.
void Rest(SimulatedCluster& cluster) {
  cluster.Converge();
  cluster.clock().Advance(std::chrono::hours(3));
  cluster.Converge();
  cluster.api().CollectGarbage();
  cluster.Converge();
}

json ServiceOfSession(SimulatedCluster& cluster, const std::string& name) {
  return cluster.Get(kube::resources::kServices, devsession::CloneName(name));
}

/// The session's own Service leads to its pods; one of a stranger is as the stranger made it.
void ExpectPorts(SimulatedCluster& cluster, const json& session, const char* label) {
  const std::string name = kube::NameOf(session);
  const json service = ServiceOfSession(cluster, name);
  const std::string served = cluster.Condition(condition::kPortsServed, name);
  if (SimulatedTeam::IsStrangers(service)) {
    EXPECT_EQ(service["spec"], SimulatedTeam::StrangersSpec(kube::resources::kServices));
  }
  if (!session["spec"].contains("ports")) return;
  if (SimulatedTeam::IsStrangers(service)) {
    EXPECT_THAT(served, AnyOf(StartsWith("False NameTaken"), StartsWith("False NotInjected")));
    return;
  }
  EXPECT_THAT(served, StartsWith("True Served")) << name;
  EXPECT_EQ(*kube::Find(service, "/spec/selector"), (json{{label, name}}));
  const json reported = cluster.Session(name);
  EXPECT_EQ(kube::StringAt(reported, "/status/ports/0/service"), kube::NameOf(service));
}

/// One Ingress and an address, or a condition that says why not; a stranger's stays.
void ExpectAddress(SimulatedCluster& cluster, const json& session) {
  const std::string name = kube::NameOf(session);
  const json ingress = cluster.Get(kube::resources::kIngresses, devsession::CloneName(name));
  const std::string exposed = cluster.Condition(condition::kExposed, name);
  const json reported = cluster.Session(name);
  const std::string url = kube::StringAt(reported, "/status/url");
  if (SimulatedTeam::IsStrangers(ingress)) {
    EXPECT_EQ(ingress["spec"], SimulatedTeam::StrangersSpec(kube::resources::kIngresses));
  }
  if (!session["spec"].contains("expose")) {
    EXPECT_EQ(exposed, "") << name;
    EXPECT_TRUE(ingress.is_null() || SimulatedTeam::IsStrangers(ingress)) << name;
  }
  EXPECT_EQ(url.empty(), !exposed.starts_with("True")) << name << ": " << exposed;
  if (url.empty()) return;
  EXPECT_EQ(url, "http://" + kube::StringAt(ingress, "/spec/rules/0/host"));
  EXPECT_EQ(kube::StringAt(ingress, "/spec/rules/0/http/paths/0/backend/service/name"),
            kube::NameOf(ServiceOfSession(cluster, name)));
}

/// Nobody's host is also another's.
void ExpectHostsApart(SimulatedCluster& cluster) {
  std::set<std::string> hosts;
  const auto ingresses = cluster.api().List(kube::resources::kIngresses, {}).value();
  for (const json& ingress : ingresses.items) {
    if (SimulatedTeam::IsStrangers(ingress)) continue;
    EXPECT_TRUE(hosts.insert(kube::StringAt(ingress, "/spec/rules/0/host")).second);
  }
}

/// Pods run while the session is awake, and none while it sleeps.
void ExpectRest(SimulatedCluster& cluster, const json& session, const json& workload,
                int64_t awake_replicas) {
  const std::string name = kube::NameOf(session);
  const bool asleep = cluster.Condition(devsession::kAwakeCondition, name).starts_with("False");
  EXPECT_EQ(Replicas(workload), asleep ? 0 : awake_replicas) << name;
}

void ExpectInPlace(SimulatedCluster& cluster, const json& session, const json& target,
                   const json& expected) {
  const std::string name = kube::NameOf(session);
  const std::string injected = cluster.Condition(condition::kAgentInjected, name);
  if (InjectedBy(target) == name) {
    EXPECT_THAT(injected, StartsWith("True Injected")) << name;
    EXPECT_EQ(SessionLabelOf(target), name);
    ExpectPorts(cluster, session, devsession::kSessionLabel);
    ExpectRest(cluster, session, target, Replicas(expected));
  } else {
    EXPECT_THAT(injected, StartsWith("False HeldByOtherSession")) << name;
    EXPECT_FALSE(cluster.Session(InjectedBy(target)).is_null()) << "the holder lives";
  }
}

void ExpectClone(SimulatedCluster& cluster, const json& session, const json& target) {
  const std::string name = kube::NameOf(session);
  const std::string copy_name = devsession::CloneName(name);
  ExpectPorts(cluster, session, devsession::kCloneLabel);
  const std::string injected = cluster.Condition(condition::kAgentInjected, name);
  if (SimulatedTeam::IsStrangers(ServiceOfSession(cluster, name)) &&
      injected.starts_with("False NameTaken")) {
    return;
  }
  const bool set = target["kind"] == "StatefulSet";
  const json copy =
      cluster.Get(set ? kube::resources::kStatefulSets : kube::resources::kDeployments, copy_name);
  ASSERT_FALSE(copy.is_null()) << name;
  EXPECT_EQ(SessionLabelOf(copy), name);
  ExpectRest(cluster, session, copy, 1);
  EXPECT_NE(InjectedBy(target), name) << "the shared workload stays as it is";
  EXPECT_THAT(cluster.Condition(condition::kAgentInjected, name), StartsWith("True Cloned"));
}

/// True for a session that policies refuse; nothing is its own then.
bool IsTurnedAway(SimulatedCluster& cluster, const json& session) {
  const std::string name = kube::NameOf(session);
  if (!cluster.Condition(condition::kAdmitted, name).starts_with("False")) return false;
  EXPECT_THAT(cluster.Condition(condition::kAgentInjected, name), StartsWith("False NotAdmitted"));
  EXPECT_TRUE(cluster.Get(kube::resources::kDeployments, devsession::CloneName(name)).is_null());
  EXPECT_TRUE(cluster.Get(kube::resources::kStatefulSets, devsession::CloneName(name)).is_null());
  for (const kube::Resource& resource : {kube::resources::kServices, kube::resources::kIngresses}) {
    const json own = cluster.Get(resource, devsession::CloneName(name));
    EXPECT_TRUE(own.is_null() || SimulatedTeam::IsStrangers(own)) << resource.kind;
  }
  for (const kube::Resource& resource : kTargetResources) {
    EXPECT_NE(InjectedBy(cluster.Get(resource, "api")), name);
  }
  return true;
}

/// The policies' counts are those of the sessions that are there.
void ExpectCounted(SimulatedCluster& cluster) {
  size_t refused = 0;
  const auto sessions = cluster.api().List(kDevSessions, {}).value().items;
  for (const json& session : sessions) {
    const std::string admitted = cluster.Condition(condition::kAdmitted, kube::NameOf(session));
    refused += admitted.starts_with("False") ? 1U : 0U;
  }
  const auto policies = cluster.api().List(kDevPolicies, {}).value().items;
  for (const json& policy : policies) {
    EXPECT_EQ(kube::IntegerAt(policy, "/status/sessions"), sessions.size());
    EXPECT_EQ(kube::IntegerAt(policy, "/status/refused"), refused);
  }
}

/// Every session has what it asks for, or says why not.
void ExpectServed(SimulatedCluster& cluster, SimulatedTeam& team) {
  const auto sessions = cluster.api().List(kDevSessions, {}).value();
  ExpectHostsApart(cluster);
  for (const json& session : sessions.items) {
    ExpectAddress(cluster, session);
    if (IsTurnedAway(cluster, session)) continue;
    const std::string kind = kube::StringAt(session, "/spec/target/kind");
    for (const kube::Resource& resource : kTargetResources) {
      if (resource.kind != kind) continue;
      const json target = cluster.Get(resource, kube::StringAt(session, "/spec/target/name"));
      if (target.is_null()) {
        EXPECT_THAT(cluster.Condition(condition::kReady, kube::NameOf(session)),
                    StartsWith("False TargetNotFound"));
      } else if (kube::StringAt(session, "/spec/mode") == "Clone") {
        ExpectClone(cluster, session, target);
      } else {
        ExpectInPlace(cluster, session, target, team.Expected(resource));
      }
    }
  }
}

/// Nothing is left to do for a request but what workloads' controllers do, who are not here.
void ExpectRestartsEnded(SimulatedCluster& cluster) {
  const auto sessions = cluster.api().List(kDevSessions, {}).value();
  for (const json& session : sessions.items) {
    if (kube::StringAt(session, "/status/restarts/policy") == "Rollout") continue;
    EXPECT_NE(kube::StringAt(session, "/status/restarts/reason"), reason::kRestartRequested)
        << session["status"];
  }
}

void ExpectNoWrites(SimulatedCluster& cluster) {
  const size_t writes = cluster.api().writes();
  ASSERT_TRUE(cluster.FillCaches());
  EXPECT_TRUE(cluster.ReconcileAll());
  EXPECT_EQ(cluster.api().writes(), writes) << "nothing is written in a world at rest";
}

void ExpectNothingLeft(SimulatedCluster& cluster, SimulatedTeam& team) {
  for (const kube::Resource& resource : kTargetResources) {
    EXPECT_EQ(team.Seen(resource), team.Expected(resource)) << resource.kind;
    EXPECT_EQ(cluster.api().List(resource, {}).value().items.size(), 1U) << resource.kind;
  }
  for (const kube::Resource& resource : {kDevSessions, kube::resources::kSecrets,
                                         kube::resources::kServices, kube::resources::kIngresses}) {
    EXPECT_TRUE(cluster.api().List(resource, {}).value().items.empty()) << resource.kind;
  }
}

TEST(SimulationTest, ComesToRestWhateverHappened) {
  log::Configure(log::Level::kError, log::Format::kText);
  for (const uint64_t seed : Seeds()) {
    SCOPED_TRACE("HAWSER_SEED=" + std::to_string(seed));
    SimulatedCluster cluster;
    SimulatedTeam team(cluster, seed);
    for (int i = 0; i < kActs; ++i) team.Act();
    Rest(cluster);
    team.SyncPods();
    Rest(cluster);
    ExpectServed(cluster, team);
    ExpectCounted(cluster);
    ExpectRestartsEnded(cluster);
    ExpectNoWrites(cluster);
    team.GoHome();
    Rest(cluster);
    ExpectNothingLeft(cluster, team);
    ASSERT_FALSE(::testing::Test::HasFailure());
  }
}

}  // namespace
}  // namespace hawser::controller
