// Decisions of mode Clone.
#include "controller/plan/plan_clone.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "controller/plan/names.h"
#include "controller/plan/original.h"
#include "lib/kube/object.h"
#include "tests/controller/plan/world.h"

namespace hawser::controller {
namespace {

using nlohmann::json;
using testing::ContainerOf;
using ::testing::HasSubstr;
using testing::MakeDeployment;
using testing::MakeSession;
using testing::Observe;

json SessionWithPort() {
  json session = MakeSession();
  session["spec"]["mode"] = "Clone";
  session["spec"]["ports"] = json::array({{{"name", "http"}, {"container", 8080}}});
  return session;
}

Plan DecideOn(const Observed& observed) {
  return MakePlan(observed, testing::Options(), testing::Now());
}

/// The world after the copy was made.
Observed Cloned(const json& session, const json& deployment) {
  Observed observed = Observe(session, deployment);
  for (const ObjectApply& apply : DecideOn(observed).clone) {
    observed.own.push_back({apply.resource, std::make_shared<const json>(apply.object)});
  }
  return observed;
}

TEST(PlanCloneTest, PutsTheAgentIntoACopyAndLeavesTheWorkload) {
  const Plan plan = DecideOn(Observe(SessionWithPort(), MakeDeployment()));
  EXPECT_FALSE(plan.inject.has_value());
  EXPECT_FALSE(plan.add_finalizer);
  ASSERT_EQ(plan.clone.size(), 2U);
  json copy = plan.clone[0].object;
  EXPECT_TRUE(IsSupervised(ContainerOf(copy, "api")));
  EXPECT_EQ(ContainerOf(copy, "api")["image"], "api:1");
  EXPECT_EQ(ContainerOf(copy, "api")["volumeMounts"].size(), 2U);
  EXPECT_TRUE(ContainerOf(copy, kAgentContainer).contains("securityContext"));
  EXPECT_EQ(copy["spec"]["template"]["spec"]["initContainers"].size(), 2U);
  EXPECT_EQ(plan.verdicts.agent_injected.reason, reason::kCloned);
  EXPECT_EQ(plan.verdicts.ports,
            (std::vector<devsession::PortStatus>{{"http", 8080, "hawser-dev"}}));
}

TEST(PlanCloneTest, PlansNothingForACopyAsItShallBe) {
  const Plan plan = DecideOn(Cloned(SessionWithPort(), MakeDeployment()));
  EXPECT_FALSE(plan.HasEffects());
  EXPECT_EQ(plan.verdicts.agents_ready.reason, reason::kPodsPending);
}

TEST(PlanCloneTest, FollowsEveryChangeOfTheWorkload) {
  json source = MakeDeployment();
  ContainerOf(source, "api").erase("env");
  ContainerOf(source, "api").erase("args");
  Observed observed = Cloned(SessionWithPort(), MakeDeployment());
  observed.target->object = std::make_shared<const json>(source);
  const Plan plan = DecideOn(observed);
  ASSERT_EQ(plan.clone.size(), 1U);
  json copy = plan.clone[0].object;
  EXPECT_FALSE(ContainerOf(copy, "api").contains("env"));
  observed = Cloned(SessionWithPort(), MakeDeployment());
  json scaled = MakeDeployment();
  scaled["spec"]["replicas"] = 9;
  observed.target->object = std::make_shared<const json>(scaled);
  EXPECT_FALSE(DecideOn(observed).HasEffects()) << "replicas are the copy's own";
}

TEST(PlanCloneTest, PutsBackWhatOthersChangeInTheCopy) {
  Observed observed = Cloned(SessionWithPort(), MakeDeployment());
  json scaled = *observed.own[0].object;
  scaled["spec"]["replicas"] = 3;
  observed.own[0].object = std::make_shared<const json>(scaled);
  EXPECT_EQ(DecideOn(observed).clone.size(), 1U);
}

TEST(PlanCloneTest, TakesAmountsInTheServersOwnForm) {
  json session = SessionWithPort();
  session["spec"]["clone"]["resources"]["limits"]["cpu"] = "1000m";
  Observed observed = Cloned(session, MakeDeployment());
  json stored = *observed.own[0].object;
  ContainerOf(stored, "api")["resources"] = {{"limits", {{"cpu", "1"}}}};
  observed.own[0].object = std::make_shared<const json>(stored);
  EXPECT_FALSE(DecideOn(observed).HasEffects());
}

TEST(PlanCloneTest, RestoresTheWorkloadItWasIn) {
  const json injected =
      testing::AfterInjection(MakeDeployment(), DecideOn(Observe(MakeSession(), MakeDeployment())));
  const Plan plan = DecideOn(Observe(SessionWithPort(), injected));
  EXPECT_EQ(plan.restores.size(), 1U);
  EXPECT_EQ(plan.clone.size(), 2U);
}

TEST(PlanCloneTest, DeletesTheCopyWhenTheModeIsAnother) {
  Observed observed = Cloned(SessionWithPort(), MakeDeployment());
  const std::vector<Workload> made = observed.own;
  observed = Observe(MakeSession(), MakeDeployment());
  observed.own = made;
  const Plan plan = DecideOn(observed);
  EXPECT_EQ(plan.deletes.size(), 2U);
  EXPECT_TRUE(plan.inject.has_value());
}

TEST(PlanCloneTest, DeletesTheCopyOfAnotherType) {
  Observed observed = Cloned(SessionWithPort(), MakeDeployment());
  observed.target =
      Workload{kube::resources::kStatefulSets,
               std::make_shared<const json>(testing::MakeWorkload(kube::resources::kStatefulSets))};
  const Plan plan = DecideOn(observed);
  ASSERT_EQ(plan.deletes.size(), 1U);
  EXPECT_EQ(plan.deletes[0].resource, kube::resources::kDeployments);
  EXPECT_EQ(plan.clone.front().resource, kube::resources::kStatefulSets);
}

TEST(PlanCloneTest, MakesTheCopyAnewWhoseFixedFieldsAreOthers) {
  json set = testing::MakeWorkload(kube::resources::kStatefulSets);
  Observed observed = Observe(SessionWithPort(), MakeDeployment());
  const auto aim = [&] {
    observed.target = Workload{kube::resources::kStatefulSets, std::make_shared<const json>(set)};
  };
  aim();
  for (const ObjectApply& apply : DecideOn(observed).clone) {
    observed.own.push_back({apply.resource, std::make_shared<const json>(apply.object)});
  }
  set["spec"]["podManagementPolicy"] = "OrderedReady";  // as the server says what was not said
  aim();
  EXPECT_TRUE(DecideOn(observed).deletes.empty());
  set["spec"]["podManagementPolicy"] = "Parallel";
  aim();
  const Plan plan = DecideOn(observed);
  ASSERT_EQ(plan.deletes.size(), 1U);
  EXPECT_EQ(plan.deletes[0].resource, kube::resources::kStatefulSets);
  EXPECT_EQ(plan.clone.front().object["spec"]["podManagementPolicy"], "Parallel");
}

TEST(PlanCloneTest, LeavesWhatOthersMadeUnderItsNames) {
  for (const kube::Resource& resource :
       {kube::resources::kDeployments, kube::resources::kServices}) {
    Observed observed = Observe(SessionWithPort(), MakeDeployment());
    observed.own = {{resource, std::make_shared<const json>(
                                   kube::MakeObject(resource, {"team", "hawser-dev"}))}};
    const Plan plan = DecideOn(observed);
    EXPECT_FALSE(plan.HasEffects());
    EXPECT_EQ(plan.verdicts.agent_injected.reason, reason::kNameTaken);
    EXPECT_THAT(plan.verdicts.agent_injected.message, HasSubstr(resource.kind + " hawser-dev"));
  }
}

TEST(PlanCloneTest, WaitsForNobodyAndKeepsNobodyWaiting) {
  Observed observed = Observe(SessionWithPort(), MakeDeployment());
  json older = MakeSession("older");
  older["metadata"]["creationTimestamp"] = "2025-01-01T00:00:00Z";
  observed.rivals = {devsession::ParseDevSession(older).value()};
  EXPECT_EQ(DecideOn(observed).clone.size(), 2U);
  observed = Observe(MakeSession("late"), MakeDeployment());
  observed.rivals = {devsession::ParseDevSession(SessionWithPort()).value()};
  EXPECT_TRUE(DecideOn(observed).inject.has_value());
}

TEST(PlanCloneTest, AsksTheRegistryOnce) {
  json session = SessionWithPort();
  session["spec"]["target"]["container"] = "proxy";
  Observed observed = Observe(session, MakeDeployment());
  EXPECT_EQ(ImageToAsk(observed), "proxy:1");
  EXPECT_EQ(DecideOn(observed).verdicts.agent_injected.reason, reason::kEntrypointUnknown);
  observed.image_command = ImageCommand{.entrypoint = {"/proxy"}, .cmd = {}};
  for (const ObjectApply& apply : DecideOn(observed).clone) {
    observed.own.push_back({apply.resource, std::make_shared<const json>(apply.object)});
  }
  observed.image_command.reset();
  EXPECT_EQ(ImageToAsk(observed), std::nullopt);
  EXPECT_FALSE(DecideOn(observed).HasEffects());
}

}  // namespace
}  // namespace hawser::controller
