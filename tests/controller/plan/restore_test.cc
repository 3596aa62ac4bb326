// Restoring gives back exactly what was there, with what the owner changed meanwhile.
#include "controller/plan/restore.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "controller/plan/names.h"
#include "controller/plan/plan.h"
#include "tests/controller/plan/world.h"

namespace hawser::controller {
namespace {

using nlohmann::json;
using testing::ContainerOf;
using testing::MakeDeployment;
using testing::MakeSession;

json Inject(const json& deployment) {
  const Plan plan =
      MakePlan(testing::Observe(MakeSession(), deployment), testing::Options(), testing::Now());
  return testing::AfterInjection(deployment, plan);
}

TEST(RestoreTest, IsTheInverseOfInjecting) {
  std::vector<json> deployments(6, MakeDeployment());
  ContainerOf(deployments[1], "api").erase("args");
  ContainerOf(deployments[2], "api").erase("volumeMounts");
  deployments[3]["spec"]["template"]["spec"].erase("initContainers");
  deployments[4]["spec"]["template"]["spec"].erase("volumes");
  deployments[5]["metadata"].erase("annotations");
  for (const json& deployment : deployments) {
    const json injected = Inject(deployment);
    ASSERT_NE(injected, deployment);
    EXPECT_EQ(RestoredWorkload(injected), deployment);
  }
}

TEST(RestoreTest, KeepsWhatTheOwnerChangedMeanwhile) {
  json injected = Inject(MakeDeployment());
  json expected = MakeDeployment();
  for (json* workload : {&injected, &expected}) {
    (*workload)["spec"]["replicas"] = 5;
    (*workload)["metadata"]["annotations"]["team"] = "green";
    ContainerOf(*workload, "api")["image"] = "api:2";
    ContainerOf(*workload, "api")["env"].push_back({{"name", "NEW"}, {"value", "1"}});
    ContainerOf(*workload, "sidecar")["image"] = "sidecar:1";
  }
  EXPECT_EQ(RestoredWorkload(injected), expected);
}

TEST(RestoreTest, KeepsACommandTheOwnerSetMeanwhile) {
  json injected = Inject(MakeDeployment());
  ContainerOf(injected, "api")["command"] = {"/new"};
  json expected = MakeDeployment();
  ContainerOf(expected, "api")["command"] = {"/new"};
  ContainerOf(expected, "api").erase("args");
  json restored = RestoredWorkload(injected);
  if (ContainerOf(restored, "api")["args"].empty()) ContainerOf(restored, "api").erase("args");
  EXPECT_EQ(restored, expected);
}

TEST(RestoreTest, KeepsArgsTheOwnerSetMeanwhile) {
  json injected = Inject(MakeDeployment());
  ContainerOf(injected, "api")["args"] = {"-m", "other"};
  json restored = RestoredWorkload(injected);
  EXPECT_EQ(ContainerOf(restored, "api")["args"], json({"-m", "other"}));
  EXPECT_EQ(ContainerOf(restored, "api")["command"], json::array({"python3"}));
}

TEST(RestoreTest, PutsProbesBackAsTheyWere) {
  json deployment = MakeDeployment();
  json& app = ContainerOf(deployment, "api");
  app["livenessProbe"] = {{"tcpSocket", {{"port", 80}}}, {"failureThreshold", 5}};
  app["startupProbe"] = {{"tcpSocket", {{"port", 80}}}, {"failureThreshold", 30}};
  ContainerOf(deployment, "proxy")["livenessProbe"] = {{"tcpSocket", {{"port", 81}}}};
  json injected = Inject(deployment);
  EXPECT_EQ(ContainerOf(injected, "api")["startupProbe"]["failureThreshold"], kNeverFails);
  EXPECT_EQ(ContainerOf(injected, "proxy"), ContainerOf(deployment, "proxy"));
  EXPECT_EQ(RestoredWorkload(injected), deployment);

  ContainerOf(injected, "api")["livenessProbe"]["failureThreshold"] = 9;
  ContainerOf(injected, "api").erase("startupProbe");
  ContainerOf(injected, "api")["command"] = {"/new"};
  json restored = RestoredWorkload(injected);
  EXPECT_EQ(ContainerOf(restored, "api")["livenessProbe"]["failureThreshold"], 9);
  EXPECT_FALSE(ContainerOf(restored, "api").contains("startupProbe"));

  injected["metadata"]["annotations"].erase(kOriginalAnnotation);
  ContainerOf(injected, "api")["livenessProbe"]["failureThreshold"] = kNeverFails;
  ContainerOf(injected, "api")["command"] = {kAgentInPod, "supervise", "--", "python3"};
  restored = RestoredWorkload(injected);
  EXPECT_EQ(ContainerOf(restored, "api")["livenessProbe"]["failureThreshold"], 3);
}

TEST(RestoreTest, FallsBackToTheSupervisedEntrypointWithoutItsAnnotation) {
  json injected = Inject(MakeDeployment());
  injected["metadata"]["annotations"].erase(kOriginalAnnotation);
  json restored = RestoredWorkload(injected);
  EXPECT_EQ(ContainerOf(restored, "api")["command"], json({"python3", "-m", "api"}));
}

TEST(RestoreTest, LeavesAnUntouchedWorkloadAsItIs) {
  EXPECT_EQ(RestoredWorkload(MakeDeployment()), MakeDeployment());
}

TEST(RestoreTest, PatchesUnderTheVersionItWasComputedFrom) {
  const json injected = Inject(MakeDeployment());
  const json patch = RestorePatch(injected);
  EXPECT_EQ(patch[0],
            (json{{"op", "replace"}, {"path", "/metadata/resourceVersion"}, {"value", "7"}}));
  EXPECT_EQ(injected.patch(patch), MakeDeployment());
}

TEST(RestoreTest, GivesUpOwnershipButKeepsThatOfOthers) {
  json before = Inject(MakeDeployment());
  const json kubectl = {{"manager", "kubectl"}, {"operation", "Update"}};
  const json ours = {{"manager", "hawser"}, {"operation", "Apply"}};
  before["metadata"]["managedFields"] = {kubectl, ours};
  json restored = MakeDeployment();
  restored["metadata"]["resourceVersion"] = "8";
  const json patch = ReleasePatch(before, restored);
  EXPECT_EQ(patch[0]["value"], "8");
  EXPECT_EQ(patch[1]["value"], json::array({kubectl}));

  before["metadata"]["managedFields"] = json::array({ours});
  EXPECT_TRUE(ReleasePatch(before, restored).is_null()) << "an empty list would be ignored";
}

/// An entry of managedFields for these fields of the app's container.
json ManagedBy(const std::string& manager, const std::vector<std::string>& pointers) {
  json fields = {{"f:image", json::object()}};
  for (const std::string& pointer : pointers) {
    fields[json::json_pointer(pointer)] = json::object();
  }
  json entry = {{"manager", manager}, {"operation", "Apply"}, {"apiVersion", "apps/v1"}};
  entry["fieldsV1"]["f:spec"]["f:template"]["f:spec"]["f:containers"]["k:{\"name\":\"api\"}"] =
      std::move(fields);
  return entry;
}

TEST(RestoreTest, WhoOwnedWhatWasTakenOwnsItAgain) {
  json live = MakeDeployment();
  ContainerOf(live, "api")["args"] = json::array({"--debug"});
  const json flux =
      ManagedBy("flux", {"/f:args", "/f:command", "/f:livenessProbe/f:failureThreshold"});
  live["metadata"]["managedFields"] = json::array({flux, ManagedBy("scaler", {})});
  json injected = Inject(live);
  // The force of our apply takes what both want.
  injected["metadata"]["managedFields"] =
      json::array({ManagedBy("flux", {}), ManagedBy("scaler", {}), ManagedBy("hawser", {})});
  json restored = RestoredWorkload(injected);
  EXPECT_EQ(ContainerOf(restored, "api")["args"], json::array({"--debug"}));
  restored["metadata"]["resourceVersion"] = "8";
  const json expected = [&] {
    json entries = json::array({ManagedBy("flux", {"/f:args"}), ManagedBy("scaler", {})});
    json& fields = entries[0]["fieldsV1"]["f:spec"]["f:template"]["f:spec"]["f:containers"]
                          ["k:{\"name\":\"api\"}"];
    const json& app = ContainerOf(restored, "api");
    if (app.contains("command")) fields["f:command"] = json::object();
    if (app.contains("/livenessProbe/failureThreshold"_json_pointer)) {
      fields["f:livenessProbe"]["f:failureThreshold"] = json::object();
    }
    return entries;
  }();
  EXPECT_EQ(ReleasePatch(injected, restored)[1]["value"], expected);

  injected["metadata"]["managedFields"] = json::array({ManagedBy("scaler", {})});
  EXPECT_EQ(ReleasePatch(injected, restored)[1]["value"], injected["metadata"]["managedFields"])
      << "who is gone from the books stays so";
}

TEST(RestoreTest, TheOwnerOfTheLastChangeCounts) {
  json live = MakeDeployment();
  live["metadata"]["managedFields"] =
      json::array({ManagedBy("kubectl", {"/f:args", "/f:command"})});
  json injected = Inject(live);
  injected["metadata"]["managedFields"] =
      json::array({ManagedBy("kubectl", {}), ManagedBy("flux", {"/f:args"})});
  const Original now = CurrentOriginal(injected, ContainerOf(injected, "api"));
  ASSERT_EQ(now.owners.size(), 2U);
  EXPECT_EQ(now.owners[0].manager, "kubectl");
  EXPECT_EQ(now.owners[0].fields, std::vector<std::string>{"command"});
  EXPECT_EQ(now.owners[1].manager, "flux");
  Original again = now;
  EXPECT_EQ(OriginalToText(now), OriginalToText(again));
}

}  // namespace
}  // namespace hawser::controller
