// The team's acts, each with its chance.
#include "tests/controller/simulated_team.h"

#include <gtest/gtest.h>

#include <array>

#include "controller/resources.h"
#include "lib/base/text.h"
#include "lib/kube/object.h"

namespace hawser::testing {
namespace {

using controller::kDevPolicies;
using controller::kDevSessions;
using controller::kTargetResources;
using nlohmann::json;

constexpr char kTeam[] = "team";
constexpr char kStrangersLabel[] = "stranger";
const kube::ObjectKey kApi{kTeam, "api"};

json WithoutBookkeeping(json object) {
  if (object.is_null()) return object;
  for (const char* field : {"resourceVersion", "generation", "uid", "creationTimestamp"}) {
    object["metadata"].erase(field);
  }
  return object;
}

/// A change to the app container, as a strategic merge patch of the workload.
json AppPatch(json fields) {
  fields["name"] = "api";
  return {{"spec", {{"template", {{"spec", {{"containers", json::array({std::move(fields)})}}}}}}}};
}

}  // namespace

SimulatedTeam::SimulatedTeam(SimulatedCluster& cluster, uint64_t seed)
    : cluster_(cluster), random_(seed) {
  for (const kube::Resource& resource : kTargetResources) {
    for (SimulatedCluster* both : {&cluster_, &untouched_}) {
      both->Create(resource, MakeWorkload(resource));
    }
  }
  cluster_.images().known["proxy:1"] = {.entrypoint = {"/proxy"}, .cmd = {}};
}

uint64_t SimulatedTeam::Below(uint64_t bound) {
  return random_() % bound;
}

std::string SimulatedTeam::AnySession() {
  return std::array{"ann", "bob", "cat"}[Below(3)];
}

const kube::Resource& SimulatedTeam::AnyWorkload() {
  return kTargetResources[Below(kTargetResources.size())];
}

json SimulatedTeam::AnySpec() {
  json spec = MakeSession()["spec"];
  spec["target"] = {{"kind", AnyWorkload().kind},
                    {"name", Below(8) == 0 ? "gone" : "api"},
                    {"container", Below(4) == 0 ? "proxy" : "api"}};
  spec["mode"] = Below(3) == 0 ? "Clone" : "InPlace";
  spec["start"] = Below(2) == 0 ? "Immediate" : "WaitForSync";
  spec["restart"]["policy"] = std::array{"Process", "Container", "Rollout", "Never"}[Below(4)];
  if (Below(2) == 0) spec["ports"] = json::array({{{"name", "http"}, {"container", 8080}}});
  if (Below(4) == 0) spec["ttl"] = std::to_string(1 + Below(300)) + "m";
  if (Below(3) == 0) {
    spec["idle"] = {{"after", std::to_string(1 + Below(150)) + "m"},
                    {"action", Below(4) == 0 ? "Delete" : "ScaleToZero"}};
  }
  // With and without words that tell sessions apart, so that they meet on one host.
  if (Below(3) == 0) {
    spec["expose"] = {{"host", Below(2) == 0 ? "{session}.example.com" : "shared.example.com"}};
  }
  return spec;
}

void SimulatedTeam::CreateOrEditSession() {
  const std::string name = AnySession();
  const json spec = AnySpec();
  if (cluster_.Session(name).is_null()) {
    json session = MakeSession(name);
    session["spec"] = spec;
    cluster_.Create(kDevSessions, session);
    return;
  }
  const json patch = json::array({{{"op", "replace"}, {"path", "/spec"}, {"value", spec}}});
  (void)cluster_.api().Patch(kDevSessions, {kTeam, name}, kube::PatchType::kJson, patch, "");
}

void SimulatedTeam::OwnerChanges() {
  const std::string value = "v" + std::to_string(Below(3));
  const std::array<json, 6> patches = {
      AppPatch({{"image", "api:" + value}}),
      AppPatch({{"command", json::array({"run", value})}, {"args", json::array({"--all"})}}),
      AppPatch({{"args", json::array({"--" + value})}}),
      AppPatch({{"env", json::array({{{"name", "NEW"}, {"value", value}}})}}),
      AppPatch({{"livenessProbe", {{"failureThreshold", 4 + Below(3)}}}}),
      json{{"spec", {{"template", {{"metadata", {{"labels", {{"release", value}}}}}}}}}}};
  const json& patch = patches[Below(patches.size())];
  const kube::Resource& resource = AnyWorkload();
  for (SimulatedCluster* both : {&cluster_, &untouched_}) {
    const auto patched =
        both->api().Patch(resource, kApi, kube::PatchType::kStrategicMerge, patch, "");
    EXPECT_TRUE(patched.ok()) << patched.status();
  }
}

/// Deletes a workload and makes it again, as reinstalling does.
void SimulatedTeam::OwnerReplaces() {
  const kube::Resource& resource = AnyWorkload();
  EXPECT_TRUE(cluster_.api().Delete(resource, kApi).ok());
  cluster_.Create(resource, Expected(resource));
}

/// Puts a workload's spec back to what the owner wants; the annotations only sometimes.
void SimulatedTeam::ToolSetsBack() {
  const kube::Resource& resource = AnyWorkload();
  const json wanted = Expected(resource);
  json patch = json::array({{{"op", "replace"}, {"path", "/spec"}, {"value", wanted["spec"]}}});
  if (Below(2) == 0) {
    patch.push_back({{"op", "add"},
                     {"path", "/metadata/annotations"},
                     {"value", wanted["metadata"]["annotations"]}});
  }
  const auto patched = cluster_.api().Patch(resource, kApi, kube::PatchType::kJson, patch, "");
  EXPECT_TRUE(patched.ok()) << patched.status();
}

/// Tells that a session is used, by a clock that may be wrong.
void SimulatedTeam::DeveloperUses() {
  const kube::ObjectKey key{kTeam, AnySession()};
  if (cluster_.Session(key.name).is_null()) return;
  const auto slow = std::chrono::minutes(Below(3) == 0 ? Below(600) : 0);
  json object = kube::MakeObject(kDevSessions, key);
  object["status"] = devsession::ActivityToJson(FormatTime(cluster_.clock().WallNow() - slow));
  const auto told =
      cluster_.api().Apply(kDevSessions, key, object, devsession::kActivityManager, true, "status");
  EXPECT_TRUE(told.ok()) << told.status();
}

/// Makes, changes or removes one of two policies.
void SimulatedTeam::AdminActs() {
  const std::string name = Below(2) == 0 ? "strict" : "wide";
  const kube::ObjectKey key{kTeam, name};
  const json there = cluster_.Get(kDevPolicies, name);
  if (!there.is_null() && Below(3) == 0) {
    EXPECT_TRUE(cluster_.api().Delete(kDevPolicies, key).ok());
    return;
  }
  json spec = json::object();
  if (Below(2) == 0) spec["maxSessions"] = Below(4);
  if (Below(2) == 0) spec["maxSessionsPerOwner"] = 1 + Below(3);
  if (Below(3) == 0) spec["maxTTL"] = std::to_string(30 + Below(600)) + "m";
  if (Below(4) == 0) spec["defaultTTL"] = std::to_string(30 + Below(600)) + "m";
  if (Below(4) == 0) spec["defaultIdle"] = {{"after", std::to_string(10 + Below(200)) + "m"}};
  if (Below(4) == 0) spec["allowedTargetLabels"]["matchLabels"] = {{"dev", "yes"}};
  if (Below(4) == 0) spec["allowedRegistries"] = {"registry.example"};
  if (there.is_null()) {
    json policy = kube::MakeObject(kDevPolicies, key);
    policy["spec"] = spec;
    return cluster_.Create(kDevPolicies, policy);
  }
  const json patch = json::array({{{"op", "replace"}, {"path", "/spec"}, {"value", spec}}});
  EXPECT_TRUE(cluster_.api().Patch(kDevPolicies, key, kube::PatchType::kJson, patch, "").ok());
}

/// Asks for some pods; never for none, which is what sleep looks like.
void SimulatedTeam::OwnerScales() {
  const kube::Resource& resource = AnyWorkload();
  if (resource == kube::resources::kDaemonSets) return;
  const json patch = {{"spec", {{"replicas", 1 + Below(4)}}}};
  for (SimulatedCluster* both : {&cluster_, &untouched_}) {
    const auto patched = both->api().Patch(resource, kApi, kube::PatchType::kMerge, patch, "");
    EXPECT_TRUE(patched.ok()) << patched.status();
  }
}

/// Sets the annotation, or the field of the spec, to one of few values.
void SimulatedTeam::AsksForRestart() {
  const std::string value = std::to_string(Below(4));
  const json patch =
      Below(2) == 0
          ? json{{"metadata", {{"annotations", {{devsession::kRestartAnnotation, value}}}}}}
          : json{{"spec", {{"restart", {{"request", value}}}}}};
  (void)cluster_.api().Patch(kDevSessions, {kTeam, AnySession()}, kube::PatchType::kMerge, patch,
                             "");
}

/// Makes one of the controller's next calls fail.
void SimulatedTeam::NetworkFails() {
  const std::array<Status, 5> failures = {
      AbortedError("the object has been modified"), ResourceExhaustedError("too many requests"),
      InternalError("etcd leader changed"), UnavailableError("connection refused"),
      DeadlineExceededError("no answer in time")};
  const Status& failure = failures[Below(failures.size())];
  const bool after_effect = failure.code() == Code::kDeadlineExceeded;
  const std::string name = AnySession();
  cluster_.api().FailCall(1 + static_cast<int>(Below(6)), failure, after_effect);
  (void)cluster_.Reconcile(name);
  cluster_.api().FailCall(0, OkStatus());
}

const kube::Resource& SimulatedTeam::AnyStrangers() {
  return Below(2) == 0 ? kube::resources::kServices : kube::resources::kIngresses;
}

json SimulatedTeam::StrangersSpec(const kube::Resource& resource) {
  if (resource == kube::resources::kIngresses) {
    return {{"rules", json::array({{{"host", "ann.example.com"}}})}};
  }
  return {{"selector", {{"app", "stranger"}}},
          {"ports", json::array({{{"name", "own"}, {"port", 1}}})}};
}

bool SimulatedTeam::IsStrangers(const json& object) {
  return kube::LabelOf(object, kStrangersLabel) == "yes";
}

/// Puts a Service or an Ingress of its own under the name that a session's would take, or takes it
/// away.
void SimulatedTeam::StrangerComesOrGoes() {
  const std::string name = devsession::CloneName(AnySession());
  const kube::Resource& resource = AnyStrangers();
  const json there = cluster_.Get(resource, name);
  if (IsStrangers(there)) {
    EXPECT_TRUE(cluster_.api().Delete(resource, {kTeam, name}).ok());
  }
  if (!there.is_null()) return;
  json object = kube::MakeObject(resource, {kTeam, name});
  object["metadata"]["labels"][kStrangersLabel] = "yes";
  object["spec"] = StrangersSpec(resource);
  cluster_.Create(resource, object);
}

void SimulatedTeam::Act() {
  const uint64_t chance = Below(100);
  if (chance < 12) {
    CreateOrEditSession();
  } else if (chance < 16) {
    (void)cluster_.api().Delete(kDevSessions, {kTeam, AnySession()});
  } else if (chance < 26) {
    OwnerChanges();
  } else if (chance < 28) {
    OwnerReplaces();
  } else if (chance < 33) {
    ToolSetsBack();
  } else if (chance < 43) {
    NetworkFails();
  } else if (chance < 46) {
    cluster_.Restart();
    (void)cluster_.FillCaches();
  } else if (chance < 50) {
    cluster_.clock().Advance(std::chrono::minutes(Below(90)));
  } else if (chance < 52) {
    cluster_.api().CollectGarbage();
  } else if (chance < 54) {
    StrangerComesOrGoes();
  } else if (chance < 57) {
    DeveloperUses();
  } else if (chance < 59) {
    OwnerScales();
  } else if (chance < 62) {
    AdminActs();
  } else if (chance < 66) {
    AsksForRestart();
  } else if (chance < 71) {
    kubelet_.ComesOrGoes(AnySession());
  } else if (chance < 80) {
    (void)cluster_.FillCache(Below(SimulatedCluster::kCaches));
  } else {
    (void)cluster_.Reconcile(AnySession());
  }
  kubelet_.Sync();
}

void SimulatedTeam::GoHome() {
  for (const char* name : {"ann", "bob", "cat"}) {
    (void)cluster_.api().Delete(kDevSessions, {kTeam, name});
    const kube::ObjectKey key{kTeam, devsession::CloneName(name)};
    for (const kube::Resource& resource :
         {kube::resources::kServices, kube::resources::kIngresses}) {
      if (!IsStrangers(cluster_.Get(resource, key.name))) continue;
      EXPECT_TRUE(cluster_.api().Delete(resource, key).ok());
    }
  }
}

json SimulatedTeam::Seen(const kube::Resource& resource) {
  return WithoutBookkeeping(cluster_.Get(resource, "api"));
}

json SimulatedTeam::Expected(const kube::Resource& resource) {
  return WithoutBookkeeping(untouched_.Get(resource, "api"));
}

}  // namespace hawser::testing
