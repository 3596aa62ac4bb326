// Sessions that nobody uses, on a cluster whose clock the test moves.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "controller/plan/names.h"
#include "controller/plan/original.h"
#include "controller/plan/scale.h"
#include "controller/resources.h"
#include "lib/base/text.h"
#include "lib/kube/object.h"
#include "tests/controller/simulated_cluster.h"
#include "tests/support/thoroughness.h"

namespace hawser::controller {
namespace {

using nlohmann::json;
using std::chrono::hours;
using std::chrono::minutes;
using ::testing::Contains;
using testing::SimulatedCluster;
using ::testing::StartsWith;

json OwnersFields(json object) {
  for (const char* field : {"resourceVersion", "generation", "uid", "creationTimestamp"}) {
    object["metadata"].erase(field);
  }
  return object;
}

/// The workload whose pods the session works in.
json Worked(SimulatedCluster& cluster, const std::string& mode) {
  return cluster.Get(kube::resources::kDeployments,
                     mode == "Clone" ? devsession::CloneName("dev") : "api");
}

void Scale(SimulatedCluster& cluster, const std::string& name, int replicas) {
  const auto scaled =
      cluster.api().Patch(kube::resources::kDeployments, {"team", name}, kube::PatchType::kMerge,
                          {{"spec", {{"replicas", replicas}}}}, "");
  ASSERT_TRUE(scaled.ok()) << scaled.status();
}

void OpenIdle(SimulatedCluster& cluster, const std::string& mode, const std::string& action) {
  cluster.Create(kube::resources::kDeployments, testing::MakeDeployment());
  json session = testing::MakeSession();
  session["spec"]["mode"] = mode;
  session["spec"]["clone"] = {{"replicas", 2}};
  session["spec"]["idle"] = {{"after", "2h"}, {"action", action}};
  cluster.Create(kDevSessions, session);
  cluster.Converge();
}

/// As a command line does whose clock is `slow` behind.
void Use(SimulatedCluster& cluster, Duration slow = {}) {
  const kube::ObjectKey key{"team", "dev"};
  json object = kube::MakeObject(kDevSessions, key);
  object["status"] = devsession::ActivityToJson(FormatTime(cluster.clock().WallNow() - slow));
  const auto told =
      cluster.api().Apply(kDevSessions, key, object, devsession::kActivityManager, true, "status");
  ASSERT_TRUE(told.ok()) << told.status();
}

void Pass(SimulatedCluster& cluster, Duration time) {
  cluster.clock().Advance(time);
  cluster.Converge();
}

void ExpectUntouched(SimulatedCluster& cluster, int replicas = 2) {
  json expected = testing::MakeDeployment();
  expected["spec"]["replicas"] = replicas;
  EXPECT_EQ(OwnersFields(cluster.Deployment()), OwnersFields(expected));
}

TEST(ReconcileIdleTest, SleepsWakesOnUseAndIsRestored) {
  for (const std::string mode : {"InPlace", "Clone"}) {
    SCOPED_TRACE(mode);
    SimulatedCluster cluster;
    OpenIdle(cluster, mode, "ScaleToZero");
    EXPECT_EQ(Replicas(Worked(cluster, mode)), 2);
    const json awake = OwnersFields(Worked(cluster, mode));
    Pass(cluster, minutes(110));
    EXPECT_THAT(cluster.Condition("Awake"), StartsWith("True IdleSoon"));
    EXPECT_THAT(cluster.EventReasons(), Contains("IdleSoon").Times(1));
    Pass(cluster, minutes(10));
    EXPECT_EQ(Replicas(Worked(cluster, mode)), 0);
    EXPECT_THAT(cluster.Condition("Awake"), StartsWith("False Idle"));
    EXPECT_THAT(cluster.Condition("Ready"), StartsWith("False Asleep"));
    EXPECT_EQ(kube::StringAt(cluster.Session(), "/status/phase"), "Sleeping");
    Pass(cluster, hours(30));
    EXPECT_EQ(Replicas(Worked(cluster, mode)), 0);
    Use(cluster);
    cluster.Converge();
    EXPECT_EQ(OwnersFields(Worked(cluster, mode)), awake);
    EXPECT_THAT(cluster.Condition("Awake"), StartsWith("True Active"));
    Pass(cluster, hours(2));
    EXPECT_EQ(Replicas(Worked(cluster, mode)), 0) << "and to sleep again";
    cluster.DeleteSession();
    cluster.Converge();
    ExpectUntouched(cluster);
  }
}

TEST(ReconcileIdleTest, ReportsOfUseHoldItAwakeAndCostNoReconcile) {
  SimulatedCluster cluster;
  OpenIdle(cluster, "InPlace", "ScaleToZero");
  for (int i = 0; i < 5; ++i) {
    cluster.clock().Advance(hours(1));
    Use(cluster);
    const size_t writes = cluster.api().writes();
    cluster.Converge();
    EXPECT_EQ(cluster.api().writes(), writes);
  }
  EXPECT_THAT(cluster.Condition("Awake"), StartsWith("True Active"));
  EXPECT_EQ(Replicas(cluster.Deployment()), 2);
}

TEST(ReconcileIdleTest, WakesForACommandLineWhoseClockIsWrong) {
  for (const Duration slow : {Duration(hours(9)), Duration(hours(-9))}) {
    SimulatedCluster cluster;
    OpenIdle(cluster, "InPlace", "ScaleToZero");
    Pass(cluster, hours(2));
    EXPECT_EQ(Replicas(cluster.Deployment()), 0);
    Use(cluster, slow);
    cluster.Converge();
    EXPECT_EQ(Replicas(cluster.Deployment()), 2);
    Pass(cluster, hours(2));
    EXPECT_EQ(Replicas(cluster.Deployment()), 0) << "the wrong clock holds nothing awake";
  }
}

TEST(ReconcileIdleTest, OwnerWhoScalesItUpWakesItWithoutAFight) {
  for (const std::string mode : {"InPlace", "Clone"}) {
    SCOPED_TRACE(mode);
    SimulatedCluster cluster;
    OpenIdle(cluster, mode, "ScaleToZero");
    Pass(cluster, hours(2));
    Scale(cluster, kube::NameOf(Worked(cluster, mode)), 5);
    cluster.Converge();
    EXPECT_GT(Replicas(Worked(cluster, mode)), 0);
    EXPECT_THAT(cluster.Condition("Awake"), StartsWith("True ScaledUp"));
    EXPECT_THAT(cluster.EventReasons(), Contains("ScaledUp"));
    Pass(cluster, hours(1));
    EXPECT_GT(Replicas(Worked(cluster, mode)), 0);
    Pass(cluster, hours(1));
    EXPECT_EQ(Replicas(Worked(cluster, mode)), 0) << "a whole time later";
    cluster.DeleteSession();
    cluster.Converge();
    ExpectUntouched(cluster, mode == "Clone" ? 2 : 5);
  }
}

TEST(ReconcileIdleTest, OwnersNumberStaysWhenTheSessionEndsAtOnce) {
  SimulatedCluster cluster;
  OpenIdle(cluster, "InPlace", "ScaleToZero");
  Pass(cluster, hours(2));
  Scale(cluster, "api", 3);
  cluster.DeleteSession();
  cluster.Converge();
  ExpectUntouched(cluster, 3);
}

TEST(ReconcileIdleTest, AStaleCacheOfTheWorkloadWakesNobody) {
  for (const std::string mode : {"InPlace", "Clone"}) {
    SCOPED_TRACE(mode);
    SimulatedCluster cluster;
    OpenIdle(cluster, mode, "ScaleToZero");
    cluster.clock().Advance(hours(2));
    ASSERT_TRUE(cluster.FillCaches());
    ASSERT_TRUE(cluster.Reconcile().status.ok());
    EXPECT_EQ(Replicas(Worked(cluster, mode)), 0);
    ASSERT_TRUE(cluster.FillCache(0));
    (void)cluster.Reconcile();
    EXPECT_THAT(cluster.Condition("Awake"), StartsWith("False Idle"));
    EXPECT_EQ(Replicas(Worked(cluster, mode)), 0);
  }
}

TEST(ReconcileIdleTest, DeletesTheSessionWhereThatIsAskedFor) {
  SimulatedCluster cluster;
  OpenIdle(cluster, "InPlace", "Delete");
  Pass(cluster, minutes(119));
  EXPECT_EQ(InjectedBy(cluster.Deployment()), "dev");
  EXPECT_THAT(cluster.EventReasons(), Contains("IdleSoon"));
  Pass(cluster, minutes(1));
  EXPECT_TRUE(cluster.Session().is_null());
  EXPECT_THAT(cluster.EventReasons(), Contains("Idle"));
  ExpectUntouched(cluster);
}

TEST(ReconcileIdleTest, SleepsAndWakesWhicheverCallFails) {
  for (const std::string mode : {"InPlace", "Clone"}) {
    for (const bool lost : {false, true}) {
      for (int nth = 1; nth < 14; nth += hawser::testing::Stride(3)) {
        SCOPED_TRACE(mode + ", call " + std::to_string(nth) + (lost ? ", answer lost" : ""));
        SimulatedCluster cluster;
        OpenIdle(cluster, mode, "ScaleToZero");
        cluster.api().FailCall(nth, UnavailableError("cut"), lost);
        Pass(cluster, hours(2));
        EXPECT_EQ(Replicas(Worked(cluster, mode)), 0);
        EXPECT_THAT(cluster.Condition("Awake"), StartsWith("False Idle"));
        Use(cluster);
        cluster.api().FailCall(nth, UnavailableError("cut"), lost);
        cluster.Converge();
        cluster.api().FailCall(0, OkStatus());
        EXPECT_EQ(Replicas(Worked(cluster, mode)), 2);
        EXPECT_THAT(cluster.Condition("Awake"), StartsWith("True"));
        cluster.DeleteSession();
        cluster.Converge();
        ExpectUntouched(cluster);
      }
    }
  }
}

}  // namespace
}  // namespace hawser::controller
