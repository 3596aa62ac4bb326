// What an upgrade of the controller alone leaves as it is, and what it does not.
#include "controller/plan/other_version.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "controller/plan/names.h"
#include "controller/plan/own.h"
#include "controller/plan/plan.h"
#include "lib/kube/object.h"
#include "tests/controller/plan/world.h"
#include "tests/support/kube/field_owners.h"

namespace hawser::controller {
namespace {

using nlohmann::json;

PlanOptions Newer() {
  PlanOptions options = testing::Options();
  options.agent_image = "registry.example/hawser-agent:2";
  return options;
}

/// The deployment with an injection of the present version.
json InjectedNow() {
  const json deployment = testing::MakeDeployment();
  const Observed observed = testing::Observe(testing::MakeSession(), deployment);
  return testing::AfterInjection(deployment,
                                 MakePlan(observed, testing::Options(), testing::Now()));
}

/// The same as a version before the restarts on request had it.
json InjectedByLayout1() {
  json live = InjectedNow();
  json& annotation = live["metadata"]["annotations"][kOriginalAnnotation];
  json original = json::parse(annotation.get<std::string>());
  original.erase("layout");
  annotation = original.dump();
  json& spec = live["spec"]["template"]["spec"];
  json volumes = json::array();
  for (const json& volume : spec["volumes"]) {
    if (volume["name"] != kPodInfoVolume) volumes.push_back(volume);
  }
  spec["volumes"] = volumes;
  for (json& mount : testing::ContainerOf(live, kAgentContainer)["volumeMounts"]) {
    if (mount["name"] == kPodInfoVolume) mount["name"] = "other";
  }
  return live;
}

bool Injects(const json& session, const json& live, const std::vector<json>& pods = {}) {
  Observed observed = testing::Observe(session, live);
  for (const json& pod : pods) observed.pods.push_back(std::make_shared<const json>(pod));
  const Plan plan = MakePlan(observed, Newer(), testing::Now());
  EXPECT_TRUE(plan.verdicts.agent_injected.IsTrue());
  return plan.inject.has_value();
}

TEST(OtherVersionTest, NewAgentImageAndNewLayoutReplaceNoPods) {
  EXPECT_FALSE(Injects(testing::MakeSession(), InjectedNow()));
  EXPECT_FALSE(Injects(testing::MakeSession(), InjectedByLayout1()));
}

TEST(OtherVersionTest, ChangeThatReplacesPodsAnywayBringsTheNewVersion) {
  json session = testing::MakeSession();
  session["spec"]["start"] = "Immediate";
  EXPECT_TRUE(Injects(session, InjectedNow()));
  json live = InjectedByLayout1();
  testing::ContainerOf(live, "api")["command"] = json::array({"new"});
  EXPECT_TRUE(Injects(testing::MakeSession(), live));
}

TEST(OtherVersionTest, WhatLostAPartIsNotKept) {
  for (const char* list : {"initContainers", "volumes"}) {
    json live = InjectedByLayout1();
    live["spec"]["template"]["spec"][list] = json::array();
    EXPECT_TRUE(Injects(testing::MakeSession(), live)) << list;
  }
}

TEST(OtherVersionTest, AgentThatDoesNotComeUpIsNotKept) {
  const json failing =
      testing::MakePod("a", testing::Waiting("ImagePullBackOff", "not found"), testing::Running());
  EXPECT_TRUE(Injects(testing::MakeSession(), InjectedNow(), {failing}));
  const json running = testing::MakePod("a", testing::Running(), testing::Running());
  EXPECT_FALSE(Injects(testing::MakeSession(), InjectedNow(), {running}));
}

TEST(OtherVersionTest, RestartByRolloutBringsTheNewVersion) {
  json session = testing::MakeSession();
  session["spec"]["restart"] = {{"policy", "Rollout"}};
  session["status"]["restarts"] = {
      {"requested", 1}, {"handled", 0}, {"policy", "Rollout"}, {"reason", "Requested"}};
  EXPECT_TRUE(Injects(session, InjectedByLayout1()));
}

TEST(OtherVersionTest, CopyIsKeptWhileItsSourceIsTheSame) {
  json session = testing::MakeSession();
  session["spec"]["mode"] = "Clone";
  const json deployment = testing::MakeDeployment();
  Observed observed = testing::Observe(session, deployment);
  const Plan first = MakePlan(observed, testing::Options(), testing::Now());
  ASSERT_FALSE(first.clone.empty());
  json live = first.clone[0].object;
  observed.own = {{first.clone[0].resource, std::make_shared<const json>(live)}};
  const auto applies = [&](const Observed& seen) {
    for (const ObjectApply& apply : MakePlan(seen, Newer(), testing::Now()).clone) {
      if (apply.resource == kube::resources::kDeployments) return true;
    }
    return false;
  };
  EXPECT_FALSE(applies(observed));
  json changed = deployment;
  testing::ContainerOf(changed, "api")["image"] = "api:2";
  Observed after = testing::Observe(session, changed);
  after.own = observed.own;
  EXPECT_TRUE(applies(after));
}

}  // namespace
}  // namespace hawser::controller
