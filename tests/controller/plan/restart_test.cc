// A request from its annotation to its end, look by look.
#include "controller/plan/restart.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "controller/plan/names.h"
#include "tests/controller/plan/world.h"

namespace hawser::controller {
namespace {

using devsession::Restarts;
using nlohmann::json;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr char kDigest12[] = "8910e6d90315";

/// A pod with the agent's volume, and its app's container restarted that often.
json PodOf(const std::string& name, int restarts = 0) {
  json pod = testing::MakePod(name, testing::Running(), testing::Running());
  pod["metadata"]["uid"] = "uid-" + name;
  pod["spec"]["volumes"] = json::array({{{"name", kPodInfoVolume}}});
  for (json& status : pod["status"]["containerStatuses"]) status["restartCount"] = restarts;
  return pod;
}

class RestartPlanTest : public ::testing::Test {
 protected:
  RestartPlanTest() : observed_(testing::Observe(testing::MakeSession(), Injected())) {
    observed_.session.uid = "uid-dev";
    observed_.session.status.observed_generation = 1;
    SetPods({PodOf("a", 1), PodOf("b", 2)});
  }

  static json Injected() {
    json deployment = testing::MakeDeployment();
    deployment["spec"]["replicas"] = 2;
    deployment["spec"]["template"]["metadata"]["labels"][devsession::kSessionLabel] = "dev";
    return deployment;
  }

  void SetPods(const std::vector<json>& pods) {
    observed_.pods.clear();
    for (const json& pod : pods) observed_.pods.push_back(std::make_shared<const json>(pod));
  }
  void Annotate(const std::string& value) {
    observed_.session.annotations[devsession::kRestartAnnotation] = value;
  }
  /// One look; what it reports is what the next one finds.
  RestartPlan Look() {
    RestartPlan plan = PlanRestart(observed_, testing::Now());
    observed_.session.status.restarts = plan.status;
    return plan;
  }
  /// Puts the requests of a plan on the pods, as the API server does.
  void Carry(const RestartPlan& plan) {
    for (const PodRequest& request : plan.requests) {
      for (kube::ObjectPtr& pod : observed_.pods) {
        if ((*pod)["metadata"]["name"] != request.pod.name) continue;
        json asked = *pod;
        asked["metadata"]["annotations"][kRestartRequestAnnotation] = request.text;
        pod = std::make_shared<const json>(std::move(asked));
      }
    }
  }
  const Restarts& Now() const { return observed_.session.status.restarts.value(); }

  Observed observed_;
};

TEST_F(RestartPlanTest, NobodyAskedAndNothingIsSaid) {
  EXPECT_EQ(Look().status, std::nullopt);
  Annotate("");
  EXPECT_EQ(Look().status, std::nullopt) << "an empty value asks for nothing";
}

TEST_F(RestartPlanTest, ProcessIsHandedToEveryPodThatIsThere) {
  Annotate("1");
  EXPECT_THAT(Look().requests, IsEmpty()) << "first it is taken up, so that it is known by then";
  EXPECT_EQ(Now().requested, 1U);
  EXPECT_EQ(Now().reason, reason::kRestartRequested);
  EXPECT_THAT(Now().pending, ElementsAre("uid-a", "uid-b"));
  const RestartPlan plan = Look();
  ASSERT_EQ(plan.requests.size(), 2U);
  // agent/restart_request.cc reads it; its test has the same line but for its values.
  EXPECT_EQ(plan.requests[0].text, "id=1." + std::string(kDigest12) +
                                       " policy=Process signal=TERM grace=10000ms restarts=1");
  Carry(plan);
  EXPECT_THAT(Look().requests, IsEmpty());
  EXPECT_EQ(Now().handled, 1U);
  EXPECT_EQ(Now().reason, reason::kHandedOver);
  EXPECT_THAT(Now().message, HasSubstr("agents of 2 pods"));
  const Restarts done = Now();
  EXPECT_THAT(Look().requests, IsEmpty());
  EXPECT_EQ(Now(), done) << "and that is that";
}

TEST_F(RestartPlanTest, ContainerIsDoneWhenEveryContainerCameBack) {
  observed_.session.spec.restart = {.policy = "Container", .signal = "INT"};
  observed_.session.spec.restart.request = "1";
  Look();
  Carry(Look());
  EXPECT_THAT(Look().requests, IsEmpty());
  EXPECT_EQ(Now().reason, reason::kRestartRequested);
  EXPECT_THAT(Now().pending, ElementsAre("uid-a", "uid-b"));
  json a = *observed_.pods[0];
  for (json& status : a["status"]["containerStatuses"]) status["restartCount"] = 2;
  SetPods({a, *observed_.pods[1]});
  Look();
  EXPECT_THAT(Now().pending, ElementsAre("uid-b"));
  EXPECT_EQ(Now().handled, 0U);
  SetPods({a});
  Look();
  EXPECT_EQ(Now().reason, reason::kContainerRestarted) << "a pod that went has nothing to restart";
  EXPECT_EQ(Now().handled, 1U);
  EXPECT_THAT(Now().pending, IsEmpty());
}

TEST_F(RestartPlanTest, PodThatComesLaterIsNotAsked) {
  Annotate("1");
  Look();
  SetPods({PodOf("a"), PodOf("late")});
  const RestartPlan plan = Look();
  ASSERT_EQ(plan.requests.size(), 1U);
  EXPECT_EQ(plan.requests[0].pod.name, "a");
}

TEST_F(RestartPlanTest, StaleLookRepeatsTheSameRequest) {
  Annotate("1");
  Look();
  const Restarts taken_up = Now();
  const RestartPlan first = Look();
  observed_.session.status.restarts = taken_up;
  EXPECT_EQ(Look().requests, first.requests);
  observed_.session.status.restarts.reset();
  const RestartPlan again = Look();
  EXPECT_EQ(again.status, taken_up);
}

TEST_F(RestartPlanTest, StaleLookDoesNotBringAnOlderRequestBack) {
  Annotate("1");
  Look();
  const Restarts first = Now();
  Carry(Look());
  Annotate("2");
  Look();
  Carry(Look());
  observed_.session.status.restarts = first;
  observed_.session.annotations[devsession::kRestartAnnotation] = "1";
  EXPECT_THAT(Look().requests, IsEmpty());
}

TEST_F(RestartPlanTest, SessionBeginsWithoutAnOldRequest) {
  observed_.session.status.observed_generation = 0;
  Annotate("from-the-manifest");
  Look();
  EXPECT_EQ(Now().requested, 0U);
  EXPECT_EQ(Now().reason, reason::kNotRequested);
  observed_.session.status.observed_generation = 1;
  Look();
  EXPECT_EQ(Now().requested, 0U);
  Annotate("next");
  Look();
  EXPECT_EQ(Now().requested, 1U);
}

TEST_F(RestartPlanTest, AValueThatGoesAndComesBackIsNoRequest) {
  Annotate("1");
  Look();
  observed_.session.annotations.clear();
  Look();
  Annotate("1");
  Look();
  EXPECT_EQ(Now().requested, 1U);
}

TEST_F(RestartPlanTest, NewerRequestGoesToThePodsInPlaceOfTheOlder) {
  Annotate("1");
  Look();
  Carry(Look());
  Annotate("2");
  Look();
  EXPECT_EQ(Now().requested, 2U);
  const RestartPlan plan = Look();
  ASSERT_EQ(plan.requests.size(), 2U);
  EXPECT_THAT(plan.requests[0].text, ::testing::StartsWith("id=2."));
}

TEST_F(RestartPlanTest, RolloutChangesTheTemplateAndEndsWithNewPods) {
  observed_.session.spec.restart.policy = "Rollout";
  Annotate("1");
  EXPECT_EQ(Look().rollout, "") << "first it is taken up";
  const std::string id = Look().rollout;
  EXPECT_EQ(id, "1." + std::string(kDigest12));
  json deployment = Injected();
  deployment["spec"]["template"]["metadata"]["annotations"][kRolloutAnnotation] = id;
  observed_.target->object = std::make_shared<const json>(deployment);
  EXPECT_EQ(Look().rollout, id);
  EXPECT_EQ(Now().reason, reason::kRestartRequested) << "the old pods are still there";
  json pod = PodOf("c");
  pod["metadata"]["annotations"][kRolloutAnnotation] = id;
  SetPods({pod});
  Look();
  EXPECT_EQ(Now().reason, reason::kRestartRequested) << "one of two";
  SetPods({pod, pod});
  Look();
  EXPECT_EQ(Now().reason, reason::kRolledOut);
  EXPECT_EQ(Now().handled, 1U);
  observed_.session.spec.restart.policy = "Process";
  EXPECT_EQ(Look().rollout, id) << "taking it away would replace the pods once more";
}

TEST_F(RestartPlanTest, NeverIsAnsweredWithTheRemedy) {
  observed_.session.spec.restart.policy = "Never";
  Annotate("1");
  EXPECT_THAT(Look().requests, IsEmpty());
  EXPECT_EQ(Now().reason, reason::kPolicyNever);
  EXPECT_EQ(Now().requested, 1U);
  EXPECT_EQ(Now().handled, 0U);
  EXPECT_THAT(Now().message,
              AllOf(HasSubstr("spec.restart.policy"), HasSubstr("hawser restart dev")));
  observed_.session.spec.restart.policy = "Process";
  EXPECT_THAT(Look().requests, IsEmpty()) << "it was answered";
}

TEST_F(RestartPlanTest, WithoutPodsThereIsNothingToDo) {
  SetPods({});
  Annotate("1");
  Look();
  EXPECT_EQ(Now().reason, reason::kNoPods);
  EXPECT_EQ(Now().handled, 1U);
}

TEST_F(RestartPlanTest, PodsOfAnEarlierVersionAreNamed) {
  json old = PodOf("old");
  old["spec"].erase("volumes");
  SetPods({old});
  Annotate("1");
  Look();
  EXPECT_EQ(Now().reason, reason::kAgentTooOld);
  EXPECT_EQ(Now().handled, 0U);
  EXPECT_THAT(Now().message, AllOf(HasSubstr("Rollout"), HasSubstr("hawser restart dev")));
  SetPods({old, PodOf("new")});
  Annotate("2");
  Look();
  Carry(Look());
  Look();
  EXPECT_THAT(Now().message, HasSubstr("not in 1 pod of an earlier version"));
}

TEST_F(RestartPlanTest, AnyValueIsKeptShortAndPlain) {
  for (const std::string& value :
       {std::string("<script>alert(1)</script>"), std::string("a b\n\x1b"),
        std::string(1 << 20, 'x'), std::string(64, 'y')}) {
    Annotate(value);
    Look();
    EXPECT_TRUE(Now().annotation.starts_with("sha256:")) << value.substr(0, 40);
    EXPECT_LT(Now().annotation.size(), 64U);
    EXPECT_THAT(Look().requests[0].text, Not(HasSubstr("<")));
  }
  EXPECT_EQ(Now().requested, 4U);
  Annotate("2026-01-02T03:04:05+01:00");
  Look();
  EXPECT_EQ(Now().annotation, "2026-01-02T03:04:05+01:00");
}

}  // namespace
}  // namespace hawser::controller
