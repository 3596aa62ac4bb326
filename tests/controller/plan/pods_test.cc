// What pods tell about their agents.
#include "controller/plan/pods.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "controller/plan/names.h"
#include "tests/support/kube/session_objects.h"

namespace hawser::controller {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using testing::MakePod;
using testing::Running;
using testing::Waiting;

std::vector<kube::ObjectPtr> Pods(std::vector<json> pods) {
  std::vector<kube::ObjectPtr> shared;
  for (json& pod : pods) shared.push_back(std::make_shared<const json>(std::move(pod)));
  return shared;
}

json Healthy(const std::string& name) {
  return MakePod(name, Running(), Running());
}

TEST(PodsTest, CountsPodsThatLiveByName) {
  json leaving = Healthy("c");
  leaving["metadata"]["deletionTimestamp"] = "2026-01-02T00:00:00Z";
  json evicted = Healthy("d");
  evicted["status"]["phase"] = "Failed";
  const auto live = LivePods(Pods({Healthy("b"), leaving, Healthy("a"), evicted}));
  const auto statuses = PodStatuses(live, "api");
  ASSERT_EQ(statuses.size(), 2U);
  EXPECT_EQ(statuses[0].name, "a");
  EXPECT_EQ(statuses[1].name, "b");
  EXPECT_TRUE(statuses[0].ready);
  EXPECT_EQ(statuses[0].restarts, 2U);
}

TEST(PodsTest, NoTroubleWhenEveryAgentRuns) {
  EXPECT_EQ(AgentsTrouble(Pods({Healthy("a"), Healthy("b")}), nullptr), Refusal{});
  const json app_crashes = MakePod("c", Running(), Waiting("CrashLoopBackOff", ""));
  EXPECT_EQ(AgentsTrouble(Pods({app_crashes}), nullptr), Refusal{}) << "the agent can be reached";
}

TEST(PodsTest, NamesTheReason) {
  const std::vector<std::pair<json, const char*>> cases = {
      {MakePod("a", Waiting("ErrImagePull", ""), Running()), reason::kImagePullFailed},
      {MakePod("a", Running(), Waiting("ImagePullBackOff", "")), reason::kImagePullFailed},
      {MakePod("a", Waiting("CreateContainerConfigError", ""), Running()),
       reason::kContainerNotCreated},
      {MakePod("a", Waiting("CrashLoopBackOff", ""), Running()), reason::kAgentCrashing},
      {MakePod("a", Waiting("PodInitializing", ""), Running()), reason::kPodsPending}};
  for (const auto& [pod, expected] : cases) {
    EXPECT_EQ(AgentsTrouble(Pods({Healthy("0"), pod}), nullptr).reason, expected);
  }
  EXPECT_EQ(AgentsTrouble({}, nullptr).reason, reason::kNoPods);
}

TEST(PodsTest, TellsWhetherPodsAreToCome) {
  const auto reason_for = [](const json& spec) {
    json workload = testing::MakeDeployment();
    workload["spec"].update(spec);
    return AgentsTrouble({}, &workload).reason;
  };
  EXPECT_EQ(reason_for({{"replicas", 2}}), reason::kPodsPending);
  EXPECT_EQ(reason_for({{"replicas", 0}}), reason::kNoPods);
  EXPECT_EQ(reason_for({{"paused", true}}), reason::kNoPods);
  EXPECT_EQ(reason_for({{"updateStrategy", {{"type", "OnDelete"}}}}), reason::kNoPods);
}

TEST(PodsTest, BlamesNobodyBeforeTheWorkloadsControllerHasSeenTheInjection) {
  json workload = {{"kind", "Deployment"}, {"metadata", {{"name", "api"}, {"generation", 2}}}};
  EXPECT_EQ(AgentsTrouble({}, &workload), PodsBeingReplaced());
  workload["status"] = {{"observedGeneration", 2}};
  EXPECT_THAT(AgentsTrouble({}, &workload).message, HasSubstr("a quota or an admission policy"));
}

TEST(PodsTest, TellsTheMostTellingReasonFirst) {
  const json pending = MakePod("a", Waiting("PodInitializing", ""), Running());
  const json crashing = MakePod("b", Waiting("CrashLoopBackOff", ""), Running());
  const json pulling = MakePod("c", Waiting("ImagePullBackOff", "no such host\x1b[2J"), Running());
  const Refusal trouble = AgentsTrouble(Pods({pending, crashing, pulling}), nullptr);
  EXPECT_EQ(trouble.reason, reason::kImagePullFailed);
  EXPECT_THAT(trouble.message, HasSubstr("image agent:1 cannot be pulled"));
  EXPECT_THAT(trouble.message, HasSubstr("set the controller's --agent-image"));
  EXPECT_THAT(trouble.message, HasSubstr("no such host\\x1b[2J"));
}

TEST(PodsTest, SaysWhereTheAppsImageIsCorrected) {
  const json pod = MakePod("a", Running(), Waiting("ErrImagePull", ""));
  EXPECT_THAT(AgentsTrouble(Pods({pod}), nullptr).message, HasSubstr("correct it in the workload"));
}

TEST(PodsTest, QuotesTheScheduler) {
  json pod = MakePod("a", Waiting("PodInitializing", ""), Running());
  pod["status"]["containerStatuses"] = json::array();
  pod["status"]["conditions"] = json::array({{{"type", "PodScheduled"},
                                              {"status", "False"},
                                              {"message", "0/1 nodes: Insufficient cpu"}}});
  EXPECT_THAT(AgentsTrouble(Pods({pod}), nullptr).message, HasSubstr("Insufficient cpu"));
}

TEST(PodsTest, SurvivesPodsWithoutStatus) {
  json pod = Healthy("a");
  pod.erase("status");
  EXPECT_EQ(AgentsTrouble(Pods({pod}), nullptr).reason, reason::kPodsPending);
  EXPECT_FALSE(PodStatuses(Pods({pod}), "api")[0].ready);
}

TEST(PodsTest, AreAwaitedUntilTheWorkloadHasAllItWants) {
  const json deployment{{"kind", "Deployment"}, {"spec", {{"replicas", 2}}}};
  const Refusal missing = AgentsTrouble(Pods({Healthy("a")}), &deployment);
  EXPECT_EQ(missing.reason, reason::kPodsPending);
  EXPECT_THAT(missing.message, HasSubstr("1 of 2 pods"));
  EXPECT_EQ(AgentsTrouble(Pods({Healthy("a"), Healthy("b")}), &deployment), Refusal{});
  const json daemons{{"kind", "DaemonSet"}, {"status", {{"desiredNumberScheduled", 3}}}};
  EXPECT_THAT(AgentsTrouble(Pods({Healthy("a"), Healthy("b")}), &daemons).message,
              HasSubstr("2 of 3"));
}

}  // namespace
}  // namespace hawser::controller
