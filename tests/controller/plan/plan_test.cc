// Decisions: for each state of the world, what is planned and what is said about it.
#include "controller/plan/plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "controller/plan/names.h"
#include "controller/plan/original.h"
#include "controller/plan/vain_apply.h"
#include "tests/controller/plan/world.h"

namespace hawser::controller {
namespace {

using nlohmann::json;
using testing::AfterInjection;
using testing::ContainerOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::MakeDeployment;
using testing::MakePod;
using testing::MakeSession;
using testing::Now;
using testing::Observe;
using testing::Options;
using testing::Running;

Plan PlanFor(const Observed& observed) {
  return MakePlan(observed, Options(), Now());
}

json Injected() {
  return AfterInjection(MakeDeployment(), PlanFor(Observe(MakeSession(), MakeDeployment())));
}

json WithFinalizer(json session) {
  session["metadata"]["finalizers"] = {devsession::kFinalizer};
  return session;
}

devsession::DevSession Rival(const std::string& name, const std::string& created) {
  json session = MakeSession(name);
  session["metadata"]["creationTimestamp"] = created;
  return devsession::ParseDevSession(session).value();
}

TEST(PlanTest, InjectsAfterPuttingTheFinalizerOn) {
  const Plan plan = PlanFor(Observe(MakeSession(), MakeDeployment()));
  EXPECT_TRUE(plan.add_finalizer);
  EXPECT_TRUE(plan.inject.has_value());
  EXPECT_TRUE(plan.restores.empty());
  EXPECT_EQ(plan.verdicts.agent_injected.reason, reason::kInjected);
  EXPECT_EQ(plan.verdicts.agents_ready.reason, reason::kPodsPending);
}

/// How the agent is started, and the variables it gets, in what a plan applies.
json AgentOf(const json& deployment, const PlanOptions& options) {
  const Plan plan = MakePlan(Observe(MakeSession(), deployment), options, Now());
  json object = plan.inject.value().object;
  return ContainerOf(object, kAgentContainer);
}

TEST(PlanTest, LetsTheAgentListenOnThePodsAddressUnlessItIsANodesOrNotWanted) {
  PlanOptions options = Options();
  const json agent = AgentOf(MakeDeployment(), options);
  EXPECT_NE(agent["command"].dump().find("\"--direct\",\"$(POD_IP):40100\""), std::string::npos);
  EXPECT_EQ(agent["env"][1]["name"], "POD_IP");
  EXPECT_EQ(agent["env"][1]["valueFrom"]["fieldRef"]["fieldPath"], "status.podIP");
  json on_node = MakeDeployment();
  on_node["spec"]["template"]["spec"]["hostNetwork"] = true;
  EXPECT_EQ(AgentOf(on_node, options)["command"].back(), "127.0.0.1:40100");
  options.direct_path = false;
  EXPECT_EQ(AgentOf(MakeDeployment(), options)["command"].back(), "--reverse")
      << "loopback is the pod's own: ports of it may lead to clients";
}

TEST(PlanTest, PlansNothingForAConvergedWorld) {
  Observed observed = Observe(WithFinalizer(MakeSession()), Injected());
  for (const char* name : {"api-1", "api-2"}) {
    observed.pods.push_back(std::make_shared<const json>(MakePod(name, Running(), Running())));
  }
  const Plan plan = PlanFor(observed);
  EXPECT_FALSE(plan.HasEffects());
  EXPECT_TRUE(plan.verdicts.target_found.IsTrue());
  EXPECT_TRUE(plan.verdicts.agent_injected.IsTrue());
  EXPECT_TRUE(plan.verdicts.agents_ready.IsTrue());
}

TEST(PlanTest, JudgesByThePodsWhereAdmissionChangesTheInjection) {
  json live = Injected();
  ContainerOf(live, kAgentContainer)["imagePullPolicy"] = "Always";
  Observed observed = Observe(WithFinalizer(MakeSession()), live);
  for (const char* name : {"api-1", "api-2"}) {
    observed.pods.push_back(std::make_shared<const json>(MakePod(name, Running(), Running())));
  }
  const Plan first = PlanFor(observed);
  ASSERT_TRUE(first.inject);
  EXPECT_EQ(first.verdicts.agents_ready.reason, reason::kPodsPending);
  observed.vain_apply = NameOfApply(first.inject->object, live);
  EXPECT_FALSE(PlanFor(observed).HasEffects());
  EXPECT_TRUE(PlanFor(observed).verdicts.agents_ready.IsTrue());
  ContainerOf(live, "api")["image"] = "api:2";
  observed.target->object = std::make_shared<const json>(live);
  EXPECT_TRUE(PlanFor(observed).inject) << "tried anew once something changed";
}

TEST(PlanTest, ToleratesWhatTheServerDefaults) {
  json live = Injected();
  json& agent = ContainerOf(live, kAgentContainer);
  agent["terminationMessagePath"] = "/dev/termination-log";
  agent["env"][0]["valueFrom"]["fieldRef"]["apiVersion"] = "v1";
  ContainerOf(live, "api").erase("args");
  for (json& volume : live["spec"]["template"]["spec"]["volumes"]) {
    if (volume["name"] == kKeysVolume) volume["secret"]["defaultMode"] = 420;
  }
  EXPECT_FALSE(PlanFor(Observe(WithFinalizer(MakeSession()), live)).HasEffects());
}

TEST(PlanTest, MakesKeysThatAreMissingInvalidOrOld) {
  Observed observed = Observe(WithFinalizer(MakeSession()), Injected());
  for (const KeysState::Kind kind : {KeysState::Kind::kMissing, KeysState::Kind::kInvalid}) {
    observed.keys.kind = kind;
    EXPECT_TRUE(PlanFor(observed).make_keys);
  }
  observed.keys.kind = KeysState::Kind::kValid;
  observed.keys.expires = Now() + Options().keys_valid_for / 3 - std::chrono::hours(1);
  EXPECT_TRUE(PlanFor(observed).make_keys);
  observed.keys.expires = Now() + Options().keys_valid_for / 3 + std::chrono::hours(1);
  EXPECT_FALSE(PlanFor(observed).make_keys);
}

TEST(PlanTest, LeavesAnotherOwnersSecretAlone) {
  Observed observed = Observe(MakeSession(), MakeDeployment());
  observed.keys.kind = KeysState::Kind::kForeign;
  const Plan plan = PlanFor(observed);
  EXPECT_FALSE(plan.HasEffects());
  EXPECT_EQ(plan.verdicts.agent_injected.reason, reason::kSecretNotOwned);
}

TEST(PlanTest, SaysThatTheTargetIsMissing) {
  Observed observed = Observe(MakeSession(), MakeDeployment());
  observed.target.reset();
  const Plan plan = PlanFor(observed);
  EXPECT_FALSE(plan.HasEffects());
  EXPECT_EQ(plan.verdicts.target_found.reason, reason::kTargetNotFound);
  EXPECT_THAT(plan.verdicts.target_found.message, HasSubstr("Deployment api does not exist"));
}

TEST(PlanTest, ListsTheContainersWhenTheOneAskedForIsNotThere) {
  json session = MakeSession();
  session["spec"]["target"]["container"] = "web";
  const Plan plan = PlanFor(Observe(session, MakeDeployment()));
  EXPECT_FALSE(plan.HasEffects());
  EXPECT_EQ(plan.verdicts.agent_injected.reason, reason::kContainerNotFound);
  EXPECT_THAT(plan.verdicts.agent_injected.message, HasSubstr("it has: proxy, api"));
}

TEST(PlanTest, AsksWhichContainerWhenThereAreSeveral) {
  json session = MakeSession();
  session["spec"]["target"].erase("container");
  const Plan plan = PlanFor(Observe(session, MakeDeployment()));
  EXPECT_EQ(plan.verdicts.agent_injected.reason, reason::kContainerAmbiguous);
}

TEST(PlanTest, ChangesNothingWhileTheEntrypointIsUnknown) {
  json session = MakeSession();
  session["spec"]["target"]["container"] = "proxy";
  Observed observed = Observe(session, MakeDeployment());
  EXPECT_EQ(ImageToAsk(observed), "proxy:1");
  observed.image_error = UnavailableError("registry proxy.example does not answer");
  const Plan plan = PlanFor(observed);
  EXPECT_FALSE(plan.HasEffects());
  EXPECT_EQ(plan.verdicts.agent_injected.reason, reason::kEntrypointUnknown);
  EXPECT_THAT(plan.verdicts.agent_injected.message, HasSubstr("does not answer"));
  EXPECT_THAT(plan.verdicts.agent_injected.message, HasSubstr("set spec.target.command"));
  EXPECT_TRUE(plan.requeue_after.has_value());
}

TEST(PlanTest, AsksTheRegistryOnceForEachImage) {
  json session = WithFinalizer(MakeSession());
  session["spec"]["target"]["container"] = "proxy";
  Observed observed = Observe(session, MakeDeployment());
  observed.image_command = ImageCommand{.entrypoint = {"/proxy"}, .cmd = {"--fast"}};
  json live = AfterInjection(MakeDeployment(), PlanFor(observed));
  const Observed converged = Observe(session, live);
  EXPECT_EQ(ImageToAsk(converged), std::nullopt);
  EXPECT_FALSE(PlanFor(converged).HasEffects());

  ContainerOf(live, "proxy")["image"] = "proxy:2";
  EXPECT_EQ(ImageToAsk(Observe(session, live)), "proxy:2");
}

TEST(PlanTest, InjectsAgainWhenTheOwnerSetsTheCommand) {
  json live = Injected();
  ContainerOf(live, "api")["command"] = {"python3", "-X", "dev"};
  ContainerOf(live, "api")["args"] = {"-m", "api2"};
  const Plan plan = PlanFor(Observe(WithFinalizer(MakeSession()), live));
  ASSERT_TRUE(plan.inject.has_value());
  const Original original = StoredOriginal(plan.inject->object).value();
  EXPECT_THAT(original.command.value(), ElementsAre("python3", "-X", "dev"));
  EXPECT_THAT(original.args.value(), ElementsAre("-m", "api2"));
}

TEST(PlanTest, WaitsForTheSessionThatHoldsTheTarget) {
  Observed observed = Observe(MakeSession("late"), Injected());
  observed.rivals = {Rival("dev", "2026-01-01T09:00:00Z")};
  const Plan plan = PlanFor(observed);
  EXPECT_FALSE(plan.HasEffects());
  EXPECT_EQ(plan.verdicts.agent_injected.reason, reason::kHeldByOtherSession);
  EXPECT_THAT(plan.verdicts.agent_injected.message, HasSubstr("session dev of dev1"));
}

TEST(PlanTest, GivesAFreeTargetToTheOldestSession) {
  Observed observed = Observe(MakeSession(), MakeDeployment());
  observed.rivals = {Rival("older", "2025-12-31T00:00:00Z")};
  EXPECT_FALSE(PlanFor(observed).HasEffects());
  observed.rivals = {Rival("younger", "2026-01-01T00:00:01Z")};
  EXPECT_TRUE(PlanFor(observed).inject.has_value());
  observed.rivals = {Rival("older", "2025-12-31T00:00:00Z")};
  observed.rivals[0].deleting = true;
  EXPECT_TRUE(PlanFor(observed).inject.has_value());
}

TEST(PlanTest, TakesOverWhatASessionLeftBehind) {
  const Plan plan = PlanFor(Observe(MakeSession("next"), Injected()));
  ASSERT_TRUE(plan.inject.has_value());
  EXPECT_EQ(StoredOriginal(plan.inject->object)->command, CommandLine{"python3"});
}

TEST(PlanTest, RestoresBeforeItMovesToAnotherContainer) {
  json session = WithFinalizer(MakeSession());
  session["spec"]["target"]["container"] = "proxy";
  session["spec"]["target"]["command"] = {"/proxy"};
  const Plan plan = PlanFor(Observe(session, Injected()));
  EXPECT_EQ(plan.restores.size(), 1U);
  EXPECT_FALSE(plan.inject.has_value());
  EXPECT_EQ(plan.verdicts.agent_injected.reason, reason::kMoving);
}

TEST(PlanTest, RestoresAWorkloadThatIsNotTheTargetAnyMore) {
  Observed observed = Observe(WithFinalizer(MakeSession()), Injected());
  json other = Injected();
  other["metadata"]["name"] = "old";
  observed.injected.push_back({kube::resources::kDeployments, std::make_shared<const json>(other)});
  const Plan plan = PlanFor(observed);
  ASSERT_EQ(plan.restores.size(), 1U);
  EXPECT_EQ((*plan.restores[0].object)["metadata"]["name"], "old");
}

TEST(PlanTest, RefusesNamesTheOwnerUsesAlready) {
  json deployment = MakeDeployment();
  deployment["spec"]["template"]["spec"]["volumes"][0]["name"] = kSharedVolume;
  const Plan plan = PlanFor(Observe(MakeSession(), deployment));
  EXPECT_FALSE(plan.HasEffects());
  EXPECT_EQ(plan.verdicts.agent_injected.reason, reason::kNameTaken);
}

TEST(PlanTest, RestoresThenRemovesTheFinalizerOnDeletion) {
  json session = WithFinalizer(MakeSession());
  session["metadata"]["deletionTimestamp"] = "2026-01-02T00:00:00Z";
  const Plan plan = PlanFor(Observe(session, Injected()));
  EXPECT_EQ(plan.restores.size(), 1U);
  EXPECT_TRUE(plan.remove_finalizer);
  EXPECT_FALSE(plan.make_keys);
  EXPECT_FALSE(plan.inject.has_value());
}

TEST(PlanTest, RemovesTheFinalizerWhenTheTargetIsGone) {
  json session = WithFinalizer(MakeSession());
  session["metadata"]["deletionTimestamp"] = "2026-01-02T00:00:00Z";
  Observed observed = Observe(session, MakeDeployment());
  observed.target.reset();
  const Plan plan = PlanFor(observed);
  EXPECT_TRUE(plan.restores.empty());
  EXPECT_TRUE(plan.remove_finalizer);
}

TEST(PlanTest, TouchesNothingWhileTheSpecIsInvalid) {
  json session = WithFinalizer(MakeSession());
  session["spec"]["owner"] = 7;
  const Plan plan = PlanFor(Observe(session, Injected()));
  EXPECT_FALSE(plan.HasEffects());
  EXPECT_EQ(plan.verdicts.target_found.reason, reason::kInvalidSpec);
  EXPECT_THAT(plan.verdicts.target_found.message, HasSubstr("spec.owner"));
}

}  // namespace
}  // namespace hawser::controller
