// Policies on a cluster: who waits, who is let in when, and what is counted.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "controller/plan/names.h"
#include "controller/plan/original.h"
#include "controller/resources.h"
#include "lib/kube/object.h"
#include "tests/controller/simulated_cluster.h"

namespace hawser::controller {
namespace {

using nlohmann::json;
using std::chrono::hours;
using ::testing::Contains;
using ::testing::HasSubstr;
using testing::SimulatedCluster;
using ::testing::StartsWith;

class ReconcilePolicyTest : public ::testing::Test {
 protected:
  void SetUp() override {
    cluster_.Create(kube::resources::kDeployments, testing::MakeDeployment());
  }

  void SetPolicy(const json& spec) {
    if (!cluster_.Get(kDevPolicies, "p").is_null()) {
      const json patch = json::array({{{"op", "replace"}, {"path", "/spec"}, {"value", spec}}});
      ASSERT_TRUE(cluster_.api()
                      .Patch(kDevPolicies, {"team", "p"}, kube::PatchType::kJson, patch, "")
                      .ok());
      return;
    }
    json policy = kube::MakeObject(kDevPolicies, {"team", "p"});
    policy["spec"] = spec;
    cluster_.Create(kDevPolicies, policy);
  }

  void OpenClone(const std::string& name, const std::string& owner) {
    json session = testing::MakeSession(name);
    session["spec"]["owner"] = owner;
    session["spec"]["mode"] = "Clone";
    cluster_.Create(kDevSessions, session);
    cluster_.Converge();
  }

  bool HasCopy(const std::string& session) {
    return !cluster_.Get(kube::resources::kDeployments, devsession::CloneName(session)).is_null();
  }

  std::string Admitted(const std::string& session) {
    return cluster_.Condition(condition::kAdmitted, session);
  }

  SimulatedCluster cluster_;
};

TEST_F(ReconcilePolicyTest, SecondSessionOfAnOwnerWaitsUntilTheFirstEnds) {
  SetPolicy({{"maxSessionsPerOwner", 1}});
  OpenClone("one", "ann");
  OpenClone("two", "ann");
  OpenClone("three", "bob");
  EXPECT_TRUE(HasCopy("one"));
  EXPECT_FALSE(HasCopy("two"));
  EXPECT_TRUE(HasCopy("three"));
  EXPECT_THAT(Admitted("one"), StartsWith("True Admitted"));
  EXPECT_THAT(Admitted("two"), StartsWith("False QuotaExceeded: DevPolicy p"));
  EXPECT_THAT(cluster_.EventReasons(), Contains("QuotaExceeded").Times(1));
  EXPECT_TRUE(cluster_.Get(kube::resources::kSecrets, "hawser-two").is_null());
  EXPECT_FALSE(kube::HasFinalizer(cluster_.Session("two"), devsession::kFinalizer));
  EXPECT_EQ(kube::StringAt(cluster_.Session("two"), "/status/phase"), "Pending");
  const json policy = cluster_.Get(kDevPolicies, "p");
  EXPECT_EQ(kube::IntegerAt(policy, "/status/sessions"), 3);
  EXPECT_EQ(kube::IntegerAt(policy, "/status/refused"), 1);

  cluster_.DeleteSession("one");
  cluster_.Converge();
  EXPECT_TRUE(HasCopy("two"));
  EXPECT_THAT(Admitted("two"), StartsWith("True Admitted"));
  EXPECT_EQ(kube::IntegerAt(cluster_.Get(kDevPolicies, "p"), "/status/refused"), 0);
}

TEST_F(ReconcilePolicyTest, OldestKeepTheirPlaceAndTheNextOldestIsNext) {
  SetPolicy({{"maxSessions", 1}});
  for (const char* name : {"z-first", "a-second", "m-third"}) OpenClone(name, "ann");
  EXPECT_TRUE(HasCopy("z-first"));
  EXPECT_FALSE(HasCopy("a-second"));
  cluster_.DeleteSession("z-first");
  cluster_.Converge();
  EXPECT_TRUE(HasCopy("a-second"));
  EXPECT_FALSE(HasCopy("m-third"));
}

TEST_F(ReconcilePolicyTest, TakesNothingFromWhoIsIn) {
  for (const char* name : {"one", "two"}) OpenClone(name, "ann");
  SetPolicy({{"maxSessions", 1}, {"allowedRegistries", {"registry.example"}}});
  cluster_.Converge();
  EXPECT_TRUE(HasCopy("one"));
  EXPECT_TRUE(HasCopy("two"));
  OpenClone("three", "ann");
  EXPECT_FALSE(HasCopy("three"));
  cluster_.DeleteSession("one");
  cluster_.Converge();
  EXPECT_FALSE(HasCopy("three")) << "two is one still";
}

TEST_F(ReconcilePolicyTest, IsAdmittedWhenThePolicyOrTheTargetChanges) {
  SetPolicy({{"allowedTargetLabels", {{"matchLabels", {{"dev", "yes"}}}}}});
  cluster_.Create(kDevSessions, testing::MakeSession());
  cluster_.Converge();
  EXPECT_THAT(Admitted("dev"), StartsWith("False TargetNotAllowed"));
  EXPECT_EQ(InjectedBy(cluster_.Deployment()), "");
  const json label = {{"metadata", {{"labels", {{"dev", "yes"}}}}}};
  ASSERT_TRUE(
      cluster_.api()
          .Patch(kube::resources::kDeployments, {"team", "api"}, kube::PatchType::kMerge, label, "")
          .ok());
  cluster_.Converge();
  EXPECT_EQ(InjectedBy(cluster_.Deployment()), "dev");
  ASSERT_TRUE(cluster_.api().Delete(kDevPolicies, {"team", "p"}).ok());
  cluster_.Converge();
  EXPECT_EQ(Admitted("dev"), "") << "no policy, nothing to say";
}

TEST_F(ReconcilePolicyTest, ARefusedSessionKeepsNobodyFromItsTarget) {
  SetPolicy({{"maxTTL", "4h"}});
  json greedy = testing::MakeSession("greedy");
  greedy["spec"]["ttl"] = "400h";
  cluster_.Create(kDevSessions, greedy);
  cluster_.Create(kDevSessions, testing::MakeSession());
  cluster_.Converge();
  EXPECT_THAT(Admitted("greedy"), StartsWith("False TTLTooLong"));
  EXPECT_EQ(InjectedBy(cluster_.Deployment()), "dev");
}

TEST_F(ReconcilePolicyTest, ThoseRefusedForOtherReasonsTakeNoPlace) {
  SetPolicy({{"maxTTL", "4h"}, {"maxSessions", 1}});
  json greedy = testing::MakeSession("greedy");
  greedy["spec"]["ttl"] = "400h";
  cluster_.Create(kDevSessions, greedy);
  cluster_.Converge();
  OpenClone("one", "ann");
  EXPECT_TRUE(HasCopy("one"));
}

TEST_F(ReconcilePolicyTest, DefaultsOfTimeApplyAndEndSessions) {
  SetPolicy({{"defaultTTL", "10h"}, {"defaultIdle", {{"after", "4h"}}}});
  OpenClone("one", "ann");
  EXPECT_NE(kube::StringAt(cluster_.Session("one"), "/status/expiresAt"), "");
  EXPECT_THAT(cluster_.Condition("Awake", "one"), StartsWith("True Active"));
  cluster_.clock().Advance(hours(5));
  cluster_.Converge();
  EXPECT_THAT(cluster_.Condition("Awake", "one"), StartsWith("False Idle"));
  cluster_.clock().Advance(hours(4));
  cluster_.Converge();
  EXPECT_THAT(cluster_.Condition("Lasting", "one"), HasSubstr("defaultTTL of DevPolicy p"));
  cluster_.clock().Advance(hours(1));
  cluster_.Converge();
  EXPECT_TRUE(cluster_.Session("one").is_null());
}

TEST_F(ReconcilePolicyTest, APolicyThatCannotBeReadHoldsNobodyAndSaysSo) {
  SetPolicy({{"maxSessions", "none"}});
  OpenClone("one", "ann");
  EXPECT_TRUE(HasCopy("one"));
  const json policy = cluster_.Get(kDevPolicies, "p");
  EXPECT_EQ(kube::StringAt(policy, "/status/conditions/0/status"), "False");
  EXPECT_THAT(kube::StringAt(policy, "/status/conditions/0/message"),
              HasSubstr("spec.maxSessions"));
}

}  // namespace
}  // namespace hawser::controller
