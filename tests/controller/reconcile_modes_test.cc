// Every type of workload in every mode: each call failing in each way, the process ending at each
// point, other writers; and the workload as it was before, once the session is gone.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "controller/plan/names.h"
#include "controller/plan/original.h"
#include "controller/resources.h"
#include "lib/base/log.h"
#include "lib/kube/object.h"
#include "tests/controller/simulated_cluster.h"
#include "tests/support/thoroughness.h"

namespace hawser::controller {
namespace {

using nlohmann::json;
using testing::ContainerOf;
using ::testing::HasSubstr;
using testing::KubeCall;
using testing::SimulatedCluster;
using ::testing::StartsWith;

struct Case {
  kube::Resource resource;
  const char* mode;
};

std::vector<Case> Cases() {
  std::vector<Case> cases;
  for (const kube::Resource& resource : kTargetResources) {
    for (const char* mode : {"InPlace", "Clone"}) cases.push_back({resource, mode});
  }
  return cases;
}

json SessionFor(const Case& item, const std::string& name = "dev") {
  json session = testing::MakeSession(name);
  session["spec"]["mode"] = item.mode;
  session["spec"]["target"]["kind"] = item.resource.kind;
  session["spec"]["ports"] = json::array({{{"name", "http"}, {"container", 8080}}});
  return session;
}

/// A workload with all that must be kept: probes, limits, a security context, a mesh's sidecar.
json WorkloadFor(const Case& item) {
  json workload = testing::MakeWorkload(item.resource);
  json& app = ContainerOf(workload, "api");
  app["livenessProbe"] = {{"httpGet", {{"path", "/healthz"}, {"port", 80}}},
                          {"failureThreshold", 5}};
  app["startupProbe"] = {{"tcpSocket", {{"port", 80}}}, {"failureThreshold", 30}};
  app["resources"] = {{"limits", {{"memory", "256Mi"}}}};
  app["securityContext"] = {{"runAsUser", 1000}, {"readOnlyRootFilesystem", true}};
  json& mesh = ContainerOf(workload, "istio-proxy");
  mesh["image"] = "mesh:1";
  return workload;
}

void Populate(SimulatedCluster& cluster, const Case& item) {
  log::Configure(log::Level::kOff, log::Format::kText);
  cluster.Create(item.resource, WorkloadFor(item));
  cluster.Create(kDevSessions, SessionFor(item));
}

json Workload(SimulatedCluster& cluster, const Case& item) {
  json workload = cluster.Get(item.resource, "api");
  for (const char* field : {"resourceVersion", "generation", "uid", "creationTimestamp"}) {
    workload["metadata"].erase(field);
  }
  return workload;
}

json Copy(SimulatedCluster& cluster, const Case& item, const std::string& session = "dev") {
  const bool set = item.resource == kube::resources::kStatefulSets;
  return cluster.Get(set ? kube::resources::kStatefulSets : kube::resources::kDeployments,
                     "hawser-" + session);
}

bool IsClone(const Case& item) {
  return item.mode == std::string("Clone");
}

void ExpectServed(SimulatedCluster& cluster, const Case& item) {
  EXPECT_THAT(cluster.Condition("AgentInjected"),
              StartsWith(IsClone(item) ? "True Cloned" : "True Injected"));
  json served = IsClone(item) ? Copy(cluster, item) : Workload(cluster, item);
  EXPECT_TRUE(IsSupervised(ContainerOf(served, "api")));
  const json service = cluster.Get(kube::resources::kServices, "hawser-dev");
  const char* label = IsClone(item) ? devsession::kCloneLabel : devsession::kSessionLabel;
  EXPECT_EQ(*kube::Find(service, "/spec/selector"), (json{{label, "dev"}}));
  EXPECT_EQ(kube::StringAt(cluster.Session(), "/status/ports/0/service"), "hawser-dev");
}

void ExpectNothingLeft(SimulatedCluster& cluster, const Case& item, const json& before) {
  cluster.api().CollectGarbage();
  EXPECT_EQ(Workload(cluster, item), before);
  EXPECT_TRUE(cluster.Session().is_null());
  EXPECT_TRUE(Copy(cluster, item).is_null());
  EXPECT_TRUE(cluster.Get(kube::resources::kServices, "hawser-dev").is_null());
}

/// As Kyverno's policy "always pull images", and a mesh that limits every container, do.
void PullAlways(const kube::Resource& /*resource*/, json& object) {
  for (const char* list : {"containers", "initContainers"}) {
    const json::json_pointer path(std::string("/spec/template/spec/") + list);
    if (!object.contains(path)) continue;
    for (json& container : object[path]) container["imagePullPolicy"] = "Always";
  }
}

TEST(ReconcileModesTest, WhatAdmissionMakesOfAnInjectionStands) {
  for (const Case& item : Cases()) {
    SCOPED_TRACE(item.resource.kind + std::string(" ") + item.mode);
    SimulatedCluster cluster;
    cluster.api().SetAdmission(PullAlways);
    Populate(cluster, item);
    const json before = Workload(cluster, item);
    cluster.Converge();
    ExpectServed(cluster, item);
    const size_t calls = cluster.api().calls().size();
    cluster.Converge();
    const std::vector<KubeCall> all = cluster.api().calls();
    EXPECT_TRUE(std::none_of(all.begin() + static_cast<ptrdiff_t>(calls), all.end(),
                             [](const KubeCall& call) { return call.IsWrite(); }))
        << "what is in vain is not sent again";
    cluster.DeleteSession();
    cluster.Converge();
    ExpectNothingLeft(cluster, item, before);
  }
}

TEST(ReconcileModesTest, WorkloadIsAsBeforeOnceTheSessionIsGone) {
  for (const Case& item : Cases()) {
    SCOPED_TRACE(item.resource.kind + std::string(" ") + item.mode);
    SimulatedCluster cluster;
    Populate(cluster, item);
    const json before = Workload(cluster, item);
    cluster.Converge();
    ExpectServed(cluster, item);
    if (IsClone(item)) {
      EXPECT_EQ(Workload(cluster, item), before) << "never touched";
    }
    cluster.DeleteSession();
    cluster.Converge();
    ExpectNothingLeft(cluster, item, before);
  }
}

TEST(ReconcileModesTest, InjectionKeepsEverythingElseOfTheContainers) {
  for (const Case& item : Cases()) {
    SCOPED_TRACE(item.resource.kind + std::string(" ") + item.mode);
    SimulatedCluster cluster;
    Populate(cluster, item);
    json before = Workload(cluster, item);
    cluster.Converge();
    json served = IsClone(item) ? Copy(cluster, item) : Workload(cluster, item);
    EXPECT_EQ(ContainerOf(served, "istio-proxy"), ContainerOf(before, "istio-proxy"));
    for (const char* field : {"resources", "securityContext", "env", "image"}) {
      EXPECT_EQ(ContainerOf(served, "api")[field], ContainerOf(before, "api")[field]) << field;
    }
    EXPECT_EQ(ContainerOf(served, "api")["livenessProbe"]["httpGet"]["path"], "/healthz");
    EXPECT_EQ(ContainerOf(served, "api")["startupProbe"]["failureThreshold"], kNeverFails);
    EXPECT_EQ(ContainerOf(served, kAgentContainer)["securityContext"]["runAsUser"], 1000);
  }
}

/// The ways a call can fail, and whether it took effect all the same: all of them for one type, for
/// the others those that the controller treats differently.
std::vector<std::pair<Status, bool>> FailuresFor(const Case& item) {
  std::vector<std::pair<Status, bool>> failures = {{AbortedError("conflict"), false},
                                                   {DeadlineExceededError("no answer"), true}};
  if (item.resource == kube::resources::kDeployments) {
    failures.push_back({ResourceExhaustedError("too many requests"), false});
    failures.push_back({InternalError("etcd"), false});
  }
  return failures;
}

/// Converges while the `nth` call fails. False when there were fewer calls.
bool ConvergeWithFailure(SimulatedCluster& cluster, int nth, const Status& failure, bool lost) {
  const size_t before = cluster.api().calls().size();
  cluster.api().FailCall(nth, failure, lost);
  cluster.Converge();
  cluster.api().FailCall(0, OkStatus());
  return cluster.api().calls().size() - before >= static_cast<size_t>(nth);
}

TEST(ReconcileModesTest, ConvergesWhicheverCallFailsInWhicheverWay) {
  for (const Case& item : Cases()) {
    for (const auto& [failure, lost] : FailuresFor(item)) {
      bool failed = true;
      for (int nth = 1; failed; nth += hawser::testing::Stride(5)) {
        SCOPED_TRACE(item.resource.kind + " " + item.mode + ", call " + std::to_string(nth) + ": " +
                     failure.message());
        SimulatedCluster cluster;
        Populate(cluster, item);
        const json before = Workload(cluster, item);
        failed = ConvergeWithFailure(cluster, nth, failure, lost);
        ExpectServed(cluster, item);
        cluster.DeleteSession();
        failed |= ConvergeWithFailure(cluster, nth, failure, lost);
        ExpectNothingLeft(cluster, item, before);
      }
    }
  }
}

TEST(ReconcileModesTest, ConvergesAfterTheProcessEndedAtAnyPoint) {
  for (const Case& item : Cases()) {
    for (int calls = 0; calls <= 24; calls += hawser::testing::Stride(6)) {
      SCOPED_TRACE(item.resource.kind + " " + item.mode + " after " + std::to_string(calls));
      SimulatedCluster cluster;
      Populate(cluster, item);
      const json before = Workload(cluster, item);
      cluster.CrashAfter(calls);
      cluster.Converge();
      ExpectServed(cluster, item);
      cluster.DeleteSession();
      cluster.CrashAfter(calls);
      cluster.Converge();
      ExpectNothingLeft(cluster, item, before);
    }
  }
}

TEST(ReconcileModesTest, TwoDevelopersCloneTheSameWorkload) {
  const Case item{kube::resources::kDeployments, "Clone"};
  SimulatedCluster cluster;
  Populate(cluster, item);
  json other = SessionFor(item, "other");
  other["spec"]["clone"] = {{"replicas", 3},
                            {"env", json::array({{{"name", "MODE"}, {"value", "mine"}}})}};
  cluster.Create(kDevSessions, other);
  cluster.Converge();
  json mine = Copy(cluster, item);
  json theirs = Copy(cluster, item, "other");
  EXPECT_EQ(ContainerOf(mine, "api")["env"][0]["value"], "test");
  EXPECT_EQ(ContainerOf(theirs, "api")["env"][0]["value"], "mine");
  EXPECT_EQ(mine["spec"]["replicas"], 1);
  EXPECT_EQ(theirs["spec"]["replicas"], 3);
  EXPECT_NE(mine["spec"]["selector"], theirs["spec"]["selector"]);
  EXPECT_EQ(kube::StringAt(cluster.Session("other"), "/status/ports/0/service"), "hawser-other");
  cluster.DeleteSession();
  cluster.Converge();
  cluster.api().CollectGarbage();
  EXPECT_TRUE(Copy(cluster, item).is_null());
  EXPECT_FALSE(Copy(cluster, item, "other").is_null());
}

TEST(ReconcileModesTest, ModeMayChangeWhileTheSessionLasts) {
  const Case item{kube::resources::kStatefulSets, "InPlace"};
  SimulatedCluster cluster;
  Populate(cluster, item);
  const json before = Workload(cluster, item);
  cluster.Converge();
  for (const char* mode : {"Clone", "InPlace"}) {
    const json patch = {{"spec", {{"mode", mode}}}};
    ASSERT_TRUE(cluster.api()
                    .Patch(kDevSessions, {"team", "dev"}, kube::PatchType::kMerge, patch, "")
                    .ok());
    cluster.Converge();
    const Case now{item.resource, mode};
    ExpectServed(cluster, now);
    if (IsClone(now)) {
      EXPECT_EQ(Workload(cluster, item), before);
    }
    EXPECT_EQ(Copy(cluster, item).is_null(), !IsClone(now));
  }
}

TEST(ReconcileModesTest, HoldsStillWhenATreeOfManifestsIsAppliedOverAndOver) {
  const Case item{kube::resources::kDeployments, "InPlace"};
  SimulatedCluster cluster;
  Populate(cluster, item);
  const json wanted = Workload(cluster, item);
  cluster.Converge();
  size_t injections = 0;
  for (int minute = 0; minute < 180; ++minute) {
    const json patch =
        json::array({{{"op", "replace"}, {"path", "/spec"}, {"value", wanted["spec"]}}});
    ASSERT_TRUE(cluster.api()
                    .Patch(item.resource, {"team", "api"}, kube::PatchType::kJson, patch, "")
                    .ok());
    cluster.Converge();
    if (!SessionLabelOf(Workload(cluster, item)).empty()) ++injections;
    cluster.clock().Advance(std::chrono::minutes(1));
  }
  EXPECT_THAT(cluster.Condition("AgentInjected"), StartsWith("False Contested"));
  EXPECT_EQ(kube::StringAt(cluster.Session(), "/status/phase"), "Failed");
  EXPECT_EQ(injections, 7U) << "at once twice, then after 5, 10, 20, 40 and 60 minutes";
  cluster.clock().Advance(std::chrono::minutes(60));
  cluster.Converge();
  ExpectServed(cluster, item);
  cluster.DeleteSession();
  cluster.Converge();
  ExpectNothingLeft(cluster, item, wanted);
}

TEST(ReconcileModesTest, StaleCacheIsNoContest) {
  const Case item{kube::resources::kDeployments, "InPlace"};
  SimulatedCluster cluster;
  Populate(cluster, item);
  ASSERT_TRUE(cluster.FillCaches());
  EXPECT_TRUE(cluster.Reconcile().status.ok());
  ASSERT_TRUE(cluster.FillCache(0)) << "the session's status is in, the injection not yet";
  const json before = Workload(cluster, item);
  EXPECT_TRUE(cluster.Reconcile().status.ok());
  EXPECT_EQ(kube::Find(cluster.Session(), "/status/undone"), nullptr);
  EXPECT_EQ(Workload(cluster, item), before);
}

TEST(ReconcileModesTest, SessionDeletedByForceIsCleanedUpAfter) {
  const Case item{kube::resources::kDaemonSets, "InPlace"};
  SimulatedCluster cluster;
  Populate(cluster, item);
  const json before = Workload(cluster, item);
  cluster.Converge();
  const json patch = {{"metadata", {{"finalizers", nullptr}}}};
  ASSERT_TRUE(
      cluster.api().Patch(kDevSessions, {"team", "dev"}, kube::PatchType::kMerge, patch, "").ok());
  cluster.DeleteSession();
  cluster.Converge();
  ExpectNothingLeft(cluster, item, before);
}

TEST(ReconcileModesTest, SaysWhyJobsAreNotWorkedOn) {
  SimulatedCluster cluster;
  json session = testing::MakeSession();
  session["spec"]["target"]["kind"] = "CronJob";
  cluster.Create(kDevSessions, session);
  cluster.Converge();
  EXPECT_THAT(cluster.Condition("TargetFound"), StartsWith("False TargetNotSupported"));
  EXPECT_THAT(cluster.Condition("Ready"), HasSubstr("a CronJob is done when its pods end"));
  cluster.DeleteSession();
  cluster.Converge();
  EXPECT_TRUE(cluster.Session().is_null());
}

}  // namespace
}  // namespace hawser::controller
