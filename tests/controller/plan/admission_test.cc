// Who is let in: each reason with policy, field and remedy, and whom a policy leaves alone.
#include "controller/plan/admission.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "controller/plan/names.h"
#include "controller/plan/plan.h"
#include "lib/base/text.h"
#include "tests/controller/plan/world.h"

namespace hawser::controller {
namespace {

using devsession::Policy;
using nlohmann::json;
using std::chrono::hours;
using std::chrono::minutes;
using testing::AfterInjection;
using ::testing::AllOf;
using ::testing::HasSubstr;
using testing::MakeDeployment;
using testing::MakeSession;
using testing::Now;
using testing::Options;

Observed Under(const Policy& policy, json session = MakeSession()) {
  Observed observed = testing::Observe(session, MakeDeployment());
  observed.policies = {policy};
  return observed;
}

Policy Labelled(const std::string& label, const std::string& value) {
  return {.name = "p",
          .allowed_target_labels = {
              {.label = label, .op = kube::LabelRequirement::Operator::kIn, .values = {value}}}};
}

std::string ReasonOf(const Observed& observed) {
  return RefuseByPolicy(observed).value_or(Refusal{}).reason;
}

TEST(AdmissionTest, RefusesMoreThanThereAreFor) {
  Observed observed = Under({.name = "p", .max_sessions = 3});
  observed.ahead.in_all = 2;
  EXPECT_EQ(ReasonOf(observed), "");
  observed.ahead.in_all = 3;
  EXPECT_EQ(ReasonOf(observed), reason::kQuotaExceeded);
  EXPECT_THAT(RefuseByPolicy(observed)->message,
              AllOf(HasSubstr("DevPolicy p (maxSessions) allows 3"), HasSubstr("waits")));
  observed = Under({.name = "p", .max_sessions_per_owner = 1});
  observed.ahead = {.in_all = 9, .of_owner = 0};
  EXPECT_EQ(ReasonOf(observed), "");
  observed.ahead.of_owner = 1;
  EXPECT_THAT(RefuseByPolicy(observed)->message, HasSubstr("maxSessionsPerOwner"));
  EXPECT_THAT(RefuseByPolicy(observed)->message, HasSubstr("owner dev1"));
  EXPECT_EQ(ReasonOf(Under({.name = "p", .max_sessions = 0})), reason::kQuotaExceeded);
}

TEST(AdmissionTest, RefusesTargetsWithoutTheLabels) {
  Observed observed = Under(Labelled("dev", "yes"));
  EXPECT_EQ(ReasonOf(observed), reason::kTargetNotAllowed);
  EXPECT_THAT(RefuseByPolicy(observed)->message,
              AllOf(HasSubstr("DevPolicy p (allowedTargetLabels)"), HasSubstr("Deployment api")));
  json labelled = MakeDeployment();
  labelled["metadata"]["labels"]["dev"] = "yes";
  observed.target->object = std::make_shared<const json>(labelled);
  EXPECT_EQ(ReasonOf(observed), "");
  observed.target.reset();
  EXPECT_EQ(ReasonOf(observed), "") << "there is nothing to look at yet";
}

TEST(AdmissionTest, RefusesATtlBeyondTheLongest) {
  json session = MakeSession();
  session["spec"]["ttl"] = "9h";
  EXPECT_EQ(ReasonOf(Under({.name = "p", .max_ttl = hours(9)}, session)), "");
  const Observed observed = Under({.name = "p", .max_ttl = hours(8)}, session);
  EXPECT_EQ(ReasonOf(observed), reason::kTtlTooLong);
  EXPECT_THAT(RefuseByPolicy(observed)->message,
              AllOf(HasSubstr("DevPolicy p (maxTTL)"), HasSubstr("8h at most")));
  EXPECT_EQ(ReasonOf(Under({.name = "p", .max_ttl = hours(8)})), "") << "it takes the longest";
}

TEST(AdmissionTest, RefusesImagesOfCopiesAndBuildsFromElsewhere) {
  const Policy policy{.name = "p", .allowed_registries = {"registry.example"}};
  json session = MakeSession();
  EXPECT_EQ(ReasonOf(Under(policy, session)), "") << "in place runs what is there";
  session["spec"]["mode"] = "Clone";
  EXPECT_EQ(ReasonOf(Under(policy, session)), reason::kRegistryNotAllowed);
  EXPECT_THAT(RefuseByPolicy(Under(policy, session))->message,
              AllOf(HasSubstr("allowedRegistries"), HasSubstr("image api:1"),
                    HasSubstr("registry.example")));
  EXPECT_EQ(ReasonOf(Under({.name = "p", .allowed_registries = {"docker.io"}}, session)), "");
  session["spec"]["mode"] = "InPlace";
  session["spec"]["build"] = {{"image", "elsewhere.example/api"}};
  EXPECT_EQ(ReasonOf(Under(policy, session)), reason::kRegistryNotAllowed);
  session["spec"]["build"] = {{"image", "registry.example/api"}};
  EXPECT_EQ(ReasonOf(Under(policy, session)), "");
}

TEST(AdmissionTest, OfSeveralPoliciesAllHold) {
  Observed observed = Under({.name = "a", .max_sessions = 9});
  observed.policies.push_back({.name = "b", .max_sessions = 2});
  observed.ahead.in_all = 2;
  EXPECT_THAT(RefuseByPolicy(observed)->message, HasSubstr("DevPolicy b"));
}

TEST(AdmissionTest, TouchesNothingOfARefusedSession) {
  Observed observed = Under(Labelled("dev", "yes"));
  observed.keys = {};
  const Plan plan = MakePlan(observed, Options(), Now());
  EXPECT_FALSE(plan.HasEffects());
  EXPECT_EQ(plan.verdicts.admitted->reason, reason::kTargetNotAllowed);
  EXPECT_EQ(plan.verdicts.agent_injected.reason, reason::kNotAdmitted);
  EXPECT_TRUE(plan.verdicts.target_found.IsTrue());
  const devsession::SessionStatus status = MakeStatus(observed, plan.verdicts, Now());
  EXPECT_EQ(devsession::FindCondition(status, condition::kReady)->reason,
            reason::kTargetNotAllowed);
  EXPECT_FALSE(ImageToAsk(observed));
}

TEST(AdmissionTest, LeavesWhoIsInWhatItHas) {
  const json injected =
      AfterInjection(MakeDeployment(),
                     MakePlan(testing::Observe(MakeSession(), MakeDeployment()), Options(), Now()));
  Observed observed = testing::Observe(MakeSession(), injected);
  observed.policies = {Labelled("dev", "yes"), {.name = "q", .max_sessions = 0}};
  EXPECT_TRUE(IsIn(observed));
  EXPECT_EQ(ReasonOf(observed), "");
  EXPECT_TRUE(MakePlan(observed, Options(), Now()).verdicts.admitted->IsTrue());
  observed.target->object = std::make_shared<const json>(MakeDeployment());
  EXPECT_FALSE(IsIn(observed));
}

/// Whoever may push may also write the session's status.
json WithForgedStatus(json session, const char* why) {
  session["status"]["conditions"] = json::array({{{"type", condition::kAgentInjected},
                                                  {"status", "True"},
                                                  {"reason", why},
                                                  {"message", ""},
                                                  {"observedGeneration", 1},
                                                  {"lastTransitionTime", FormatTime(Now())}}});
  session["metadata"]["generation"] = 1;
  return session;
}

TEST(AdmissionTest, AStatusOpensNoTargetToASession) {
  for (const char* why : {reason::kInjected, reason::kContested}) {
    Observed observed = Under(Labelled("dev", "yes"), WithForgedStatus(MakeSession(), why));
    EXPECT_TRUE(IsIn(observed));
    EXPECT_EQ(ReasonOf(observed), reason::kTargetNotAllowed) << why;
    EXPECT_FALSE(MakePlan(observed, Options(), Now()).HasEffects()) << why;
  }
  json session = WithForgedStatus(MakeSession(), reason::kInjected);
  session["spec"]["build"] = {{"image", "elsewhere.example/api"}};
  EXPECT_EQ(ReasonOf(Under({.name = "p", .allowed_registries = {"registry.example"}}, session)),
            reason::kRegistryNotAllowed);
}

TEST(AdmissionTest, WhoWasPutOutByOthersKeepsItsPlaceAndItsTime) {
  json session = WithForgedStatus(MakeSession(), reason::kContested);
  session["spec"]["ttl"] = "9h";
  EXPECT_EQ(ReasonOf(Under({.name = "p", .max_sessions = 0, .max_ttl = hours(8)}, session)), "");
}

json Seated(const std::string& name, const std::string& created, json status = json::object(),
            bool finalizer = false) {
  json session = MakeSession(name);
  session["metadata"]["creationTimestamp"] = created;
  if (finalizer) session["metadata"]["finalizers"] = {devsession::kFinalizer};
  session["status"] = std::move(status);
  return session;
}

json Refused(const char* why) {
  return {{"conditions",
           json::array({{{"type", condition::kAdmitted}, {"status", "False"}, {"reason", why}}})}};
}

TEST(AdmissionTest, GivesPlacesToWhoIsInThenToTheOldest) {
  const json injected = {
      {"conditions", json::array({{{"type", condition::kAgentInjected}, {"status", "True"}}})}};
  const std::vector<json> order = {
      Seated("late", "2026-01-05T00:00:00Z", injected),
      Seated("later", "2026-01-06T00:00:00Z", json::object(), true),
      Seated("old", "2026-01-01T00:00:00Z"),
      Seated("older-name", "2026-01-02T00:00:00Z", Refused(reason::kQuotaExceeded)),
      Seated("younger-name", "2026-01-02T00:00:00Z"),
      Seated("oldest", "2025-01-01T00:00:00Z", Refused(reason::kTargetNotAllowed))};
  for (size_t i = 1; i < order.size(); ++i) {
    EXPECT_LT(SeatOf(order[i - 1]), SeatOf(order[i])) << i;
  }
}

TEST(AdmissionTest, MaxTtlHoldsForWhoIsInAfterAWarning) {
  json session = MakeSession();  // a day old
  session["spec"]["ttl"] = "72h";
  Observed observed = Under({.name = "p", .max_ttl = hours(20)}, session);
  const Plan warned = MakePlan(observed, Options(), Now());
  EXPECT_FALSE(warned.end) << "overdue, but not warned";
  EXPECT_EQ(warned.verdicts.lasting->reason, reason::kExpiresSoon);
  EXPECT_THAT(warned.verdicts.lasting->message, HasSubstr("maxTTL of DevPolicy p"));
  EXPECT_EQ(warned.verdicts.expires_at, Now() + hours(1));
  observed.session.status.conditions = {{.type = condition::kLasting,
                                         .status = "False",
                                         .reason = reason::kExpiresSoon,
                                         .last_transition_time = FormatTime(Now())}};
  EXPECT_EQ(MakePlan(observed, Options(), Now() + minutes(59)).verdicts.expires_at,
            Now() + hours(1));
  EXPECT_TRUE(MakePlan(observed, Options(), Now() + hours(1)).end);
  observed.session.status.conditions[0].last_transition_time = FormatTime(Now() + hours(1000));
  EXPECT_EQ(MakePlan(observed, Options(), Now()).verdicts.expires_at, Now() + hours(1))
      << "nobody was warned in the future";
}

}  // namespace
}  // namespace hawser::controller
