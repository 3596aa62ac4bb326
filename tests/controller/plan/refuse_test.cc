// What a session may not work on, and what is said instead.
#include "controller/plan/refuse.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "controller/plan/names.h"
#include "controller/plan/plan.h"
#include "tests/controller/plan/world.h"

namespace hawser::controller {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using testing::MakeDeployment;
using testing::MakeSession;
using testing::Observe;

json OwnedBy(const char* api_version, const char* kind, bool controls = true) {
  json deployment = MakeDeployment();
  deployment["metadata"]["ownerReferences"] = json::array({{{"apiVersion", api_version},
                                                            {"kind", kind},
                                                            {"name", "main"},
                                                            {"uid", "o-1"},
                                                            {"controller", controls}}});
  return deployment;
}

json InMode(const char* mode) {
  json session = MakeSession();
  session["spec"]["mode"] = mode;
  return session;
}

Verdicts VerdictsFor(const json& session, const json& deployment) {
  return MakePlan(Observe(session, deployment), testing::Options(), testing::Now()).verdicts;
}

TEST(RefuseTest, WhatAnotherControllerOwnsIsRefusedWithWhatToDoInstead) {
  struct Case {
    const char* api_version;
    const char* kind;
    const char* instead;
  };
  const std::vector<Case> cases = {
      {"argoproj.io/v1alpha1", "Rollout", "set spec.mode to Clone"},
      {"apps/v1", "StatefulSet", "set spec.target to StatefulSet main"},
      {"hawser.dev/v1alpha1", "DevSession", "name the workload itself"}};
  for (const Case& item : cases) {
    const Verdict verdict =
        VerdictsFor(MakeSession(), OwnedBy(item.api_version, item.kind)).agent_injected;
    EXPECT_EQ(verdict.reason, reason::kOwnedByController);
    EXPECT_THAT(verdict.message, HasSubstr(item.instead));
  }
}

TEST(RefuseTest, OwnerThatDoesNotControlIsNoObstacle) {
  EXPECT_TRUE(
      VerdictsFor(MakeSession(), OwnedBy("example.org/v1", "App", false)).agent_injected.IsTrue());
}

TEST(RefuseTest, OwnedWorkloadMayBeCopiedButACopyMayNot) {
  EXPECT_TRUE(VerdictsFor(InMode("Clone"), OwnedBy("argoproj.io/v1alpha1", "Rollout"))
                  .agent_injected.IsTrue());
  EXPECT_EQ(VerdictsFor(InMode("Clone"), OwnedBy("hawser.dev/v1alpha1", "DevSession"))
                .agent_injected.reason,
            reason::kOwnedByController);
}

TEST(RefuseTest, WorkloadThatGotAControllerIsRestored) {
  json injected = testing::AfterInjection(
      MakeDeployment(),
      MakePlan(Observe(MakeSession(), MakeDeployment()), testing::Options(), testing::Now()));
  injected["metadata"]["ownerReferences"] =
      OwnedBy("argoproj.io/v1alpha1", "Rollout")["metadata"]["ownerReferences"];
  const Plan plan = MakePlan(Observe(MakeSession(), injected), testing::Options(), testing::Now());
  EXPECT_EQ(plan.restores.size(), 1U);
  EXPECT_FALSE(plan.inject.has_value());
}

TEST(RefuseTest, TypesThatMustEndAreRefusedWithTheReason) {
  for (const char* kind : {"Job", "CronJob"}) {
    json session = MakeSession();
    session["spec"]["target"]["kind"] = kind;
    Observed observed = Observe(session, MakeDeployment());
    observed.target.reset();
    const Plan plan = MakePlan(observed, testing::Options(), testing::Now());
    EXPECT_FALSE(plan.HasEffects());
    EXPECT_EQ(plan.verdicts.target_found.reason, reason::kTargetNotSupported);
    EXPECT_THAT(plan.verdicts.agent_injected.message, HasSubstr("run its command in a Deployment"));
  }
}

TEST(RefuseTest, NamesLeftOverFromAnInjectionAreOurOwn) {
  json left = testing::AfterInjection(
      MakeDeployment(),
      MakePlan(Observe(MakeSession(), MakeDeployment()), testing::Options(), testing::Now()));
  left["spec"]["template"]["metadata"]["labels"].erase(devsession::kSessionLabel);
  EXPECT_TRUE(VerdictsFor(MakeSession(), left).agent_injected.IsTrue());
}

}  // namespace
}  // namespace hawser::controller
