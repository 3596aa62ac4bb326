// Steps a controller process against the fake API server.
#include "tests/controller/simulated_cluster.h"

#include <gtest/gtest.h>

#include <array>
#include <set>
#include <utility>

#include "controller/plan/original.h"
#include "controller/policies.h"
#include "controller/resources.h"
#include "lib/kube/object.h"

namespace hawser::testing {
namespace {

using controller::kDevSessions;
using nlohmann::json;

constexpr char kNamespace[] = "team";
constexpr int kMaxRounds = 30;

}  // namespace

Result<std::optional<controller::ImageCommand>> FakeImages::Find(const std::string& image,
                                                                 const kube::ObjectKey& /*asker*/) {
  ++asked;
  if (silent) return std::optional<controller::ImageCommand>();
  const auto it = known.find(image);
  if (it == known.end()) return NotFoundError("image " + image + ": the registry does not have it");
  return std::optional(it->second);
}

/// What a crash takes with it.
struct SimulatedCluster::Process {
  Process(FakeKubeApi& api, FakeImages& images, const FakeClock& clock)
      : observer(caches, keys, api, images, clock),
        recorder(api, {.controller = "hawser.dev/controller", .instance = "test"}, clock),
        audit(recorder, NoMetrics(), clock),
        reconciler(api, observer, keys, audit, clock,
                   {.agent_image = "registry.example/hawser-agent:1"}),
        policy_reconciler(api, caches, clock) {}

  controller::Caches caches;
  controller::KeyMemory keys;
  controller::Observer observer;
  kube::EventRecorder recorder;
  controller::Audit audit;
  controller::SessionReconciler reconciler;
  controller::PolicyReconciler policy_reconciler;
};

SimulatedCluster::SimulatedCluster() : process_(std::make_unique<Process>(api_, images_, clock_)) {
  api_.AddResource(kDevSessions);
  api_.AddResource(controller::kDevPolicies);
}

SimulatedCluster::~SimulatedCluster() = default;

void SimulatedCluster::Create(const kube::Resource& resource, json object) {
  for (const char* field : {"uid", "resourceVersion", "generation", "creationTimestamp"}) {
    object["metadata"].erase(field);
  }
  clock_.Advance(std::chrono::seconds(1));
  const json status = object.value("status", json());
  const Result<json> created = api_.Create(resource, kNamespace, object);
  ASSERT_TRUE(created.ok()) << created.status();
  if (status.is_null()) return;
  const Result<json> reported = api_.Patch(resource, kube::KeyOf(*created), kube::PatchType::kMerge,
                                           {{"status", status}}, "status");
  ASSERT_TRUE(reported.ok()) << reported.status();
}

json SimulatedCluster::Get(const kube::Resource& resource, const std::string& name) {
  return api_.Get(resource, {kNamespace, name}).value_or(json());
}

json SimulatedCluster::Session(const std::string& name) {
  return Get(kDevSessions, name);
}

void SimulatedCluster::DeleteSession(const std::string& name) {
  EXPECT_EQ(api_.Delete(kDevSessions, {kNamespace, name}), OkStatus());
}

std::string SimulatedCluster::Condition(const std::string& type, const std::string& session) {
  const json object = Session(session);
  const json* conditions = kube::Find(object, "/status/conditions");
  if (conditions == nullptr) return {};
  for (const json& condition : *conditions) {
    if (condition["type"] != type) continue;
    return condition["status"].get<std::string>() + " " + condition["reason"].get<std::string>() +
           ": " + condition["message"].get<std::string>();
  }
  return {};
}

std::vector<std::string> SimulatedCluster::EventReasons() {
  std::map<std::string, std::string> by_time;
  const kube::ObjectList events = api_.List(kube::resources::kEvents, {}).value();
  for (const json& event : events.items) {
    by_time[kube::ResourceVersionOf(event)] = kube::StringAt(event, "/reason");
  }
  std::vector<std::string> reasons;
  for (const auto& [version, reason] : by_time) reasons.push_back(reason);
  return reasons;
}

void SimulatedCluster::ChangeApp(const json& fields, const std::string& container) {
  json change = fields;
  change["name"] = container;
  const json patch = {
      {"spec", {{"template", {{"spec", {{"containers", json::array({change})}}}}}}}};
  const Result<json> patched = api_.Patch(kube::resources::kDeployments, {kNamespace, "api"},
                                          kube::PatchType::kStrategicMerge, patch, "");
  ASSERT_TRUE(patched.ok()) << patched.status();
}

bool SimulatedCluster::FillCaches() {
  for (size_t i = 0; i < kCaches; ++i) {
    if (!FillCache(i)) return false;
  }
  return true;
}

bool SimulatedCluster::FillCache(size_t nth) {
  controller::Caches& caches = process_->caches;
  const std::array<std::pair<kube::Resource, kube::Cache*>, kCaches> mirrors = {{
      {kDevSessions, &caches.sessions},
      {kube::resources::kDeployments, &caches.deployments},
      {kube::resources::kStatefulSets, &caches.stateful_sets},
      {kube::resources::kDaemonSets, &caches.daemon_sets},
      {kube::resources::kPods, &caches.pods},
      {kube::resources::kServices, &caches.services},
      {controller::kDevPolicies, &caches.policies},
      {kube::resources::kIngresses, &caches.ingresses},
  }};
  const auto& [resource, cache] = mirrors[nth];
  const bool labelled = cache == &caches.pods || cache == &caches.services;
  const std::string label = labelled ? devsession::kSessionLabel : "";
  Result<kube::ObjectList> list = api_.List(resource, {.label_selector = label});
  if (!list.ok()) return false;
  std::vector<kube::ObjectPtr> objects;
  for (json& item : list->items) objects.push_back(std::make_shared<const json>(std::move(item)));
  cache->Replace(std::move(objects));
  return true;
}

kube::ReconcileResult SimulatedCluster::Reconcile(const std::string& session) {
  return process_->reconciler.Reconcile({kNamespace, session});
}

bool SimulatedCluster::ReconcileAll() {
  std::set<std::string> names;
  const controller::Caches& caches = process_->caches;
  for (const kube::ObjectPtr& session : caches.sessions.List())
    names.insert(kube::NameOf(*session));
  for (const kube::Resource& resource : controller::kTargetResources) {
    for (const kube::ObjectPtr& workload : caches.Workloads(resource).List()) {
      const std::string injected_by = controller::InjectedBy(*workload);
      if (!injected_by.empty()) names.insert(injected_by);
    }
  }
  bool all_ok = true;
  for (const std::string& name : names) all_ok &= Reconcile(name).status.ok();
  for (const kube::ObjectKey& policy : caches.policies.KeysIn(kNamespace)) {
    all_ok &= process_->policy_reconciler.Reconcile(policy).status.ok();
  }
  return all_ok;
}

void SimulatedCluster::Converge() {
  for (int round = 0; round < kMaxRounds; ++round) {
    const size_t before = api_.writes();
    if (FillCaches() && ReconcileAll() && api_.writes() == before) return;
  }
  ADD_FAILURE() << "the cluster does not converge";
}

void SimulatedCluster::CrashAfter(int calls) {
  api_.SetFault([left = calls](const KubeCall&) mutable {
    return left-- > 0 ? OkStatus() : UnavailableError("crashed");
  });
  for (int round = 0; round < kMaxRounds && FillCaches(); ++round) ReconcileAll();
  api_.SetFault({});
  Restart();
}

void SimulatedCluster::Restart() {
  process_ = std::make_unique<Process>(api_, images_, clock_);
}

}  // namespace hawser::testing
