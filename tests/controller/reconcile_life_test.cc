// How sessions end by themselves on a cluster whose clock the test moves.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "controller/plan/names.h"
#include "controller/plan/original.h"
#include "controller/resources.h"
#include "lib/kube/object.h"
#include "tests/controller/simulated_cluster.h"
#include "tests/support/thoroughness.h"

namespace hawser::controller {
namespace {

using nlohmann::json;
using std::chrono::hours;
using std::chrono::minutes;
using ::testing::Contains;
using ::testing::Not;
using testing::SimulatedCluster;
using ::testing::StartsWith;

json OwnersObject(json object) {
  for (const char* field : {"resourceVersion", "generation", "uid", "creationTimestamp"}) {
    object["metadata"].erase(field);
  }
  return object;
}

class ReconcileLifeTest : public ::testing::Test {
 protected:
  static void Populate(SimulatedCluster& cluster, const json& fields) {
    cluster.Create(kube::resources::kDeployments, testing::MakeDeployment());
    json session = testing::MakeSession();
    session["spec"].update(fields);
    cluster.Create(kDevSessions, session);
  }

  static void Edit(SimulatedCluster& cluster, const json& fields) {
    const auto edited = cluster.api().Patch(kDevSessions, {"team", "dev"}, kube::PatchType::kMerge,
                                            {{"spec", fields}}, "");
    ASSERT_TRUE(edited.ok()) << edited.status();
  }

  static void ExpectUntouched(SimulatedCluster& cluster) {
    EXPECT_TRUE(cluster.Session().is_null());
    EXPECT_EQ(OwnersObject(cluster.Deployment()), OwnersObject(testing::MakeDeployment()));
  }

  SimulatedCluster cluster_;
};

TEST_F(ReconcileLifeTest, DeletesTheSessionWhenItsTimeIsOverAndRestoresTheWorkload) {
  Populate(cluster_, {{"ttl", "10h"}});
  cluster_.Converge();
  EXPECT_EQ(kube::StringAt(cluster_.Session(), "/status/expiresAt"), "2026-01-02T13:04:07Z");
  EXPECT_THAT(cluster_.Condition("Lasting"), StartsWith("True Lasting"));
  EXPECT_EQ(InjectedBy(cluster_.Deployment()), "dev");

  cluster_.clock().Advance(hours(9));
  cluster_.Converge();
  EXPECT_THAT(cluster_.Condition("Lasting"), StartsWith("False ExpiresSoon"));
  EXPECT_THAT(cluster_.Condition("Ready"), Not(StartsWith("False ExpiresSoon")));
  EXPECT_THAT(cluster_.EventReasons(), Contains("ExpiresSoon").Times(1));

  cluster_.clock().Advance(hours(1));
  cluster_.Converge();
  ExpectUntouched(cluster_);
  EXPECT_THAT(cluster_.EventReasons(), Contains("Expired"));
  EXPECT_THAT(cluster_.EventReasons(), Contains("ExpiresSoon").Times(1));
}

TEST_F(ReconcileLifeTest, LooksAgainWhenSomethingIsDueAndNotBefore) {
  Populate(cluster_, {{"ttl", "30m"}});
  cluster_.Create(kube::resources::kPods,
                  testing::MakePod("api-1", testing::Running(), testing::Running()));
  cluster_.Create(kube::resources::kPods,
                  testing::MakePod("api-2", testing::Running(), testing::Running()));
  cluster_.Converge();
  cluster_.clock().Advance(minutes(15));
  EXPECT_LE(cluster_.Reconcile().requeue_after.value(), minutes(12));
  cluster_.clock().Advance(cluster_.Reconcile().requeue_after.value());
  cluster_.Converge();
  EXPECT_THAT(cluster_.Condition("Lasting"), StartsWith("False ExpiresSoon"));
  const size_t writes = cluster_.api().writes();
  EXPECT_EQ(cluster_.Reconcile().requeue_after, Duration(minutes(3)));
  EXPECT_EQ(cluster_.api().writes(), writes);
  cluster_.clock().Advance(minutes(3));
  cluster_.Converge();
  ExpectUntouched(cluster_);
}

TEST_F(ReconcileLifeTest, LivesLongerWithARaisedTtlAndForEverWithoutOne) {
  Populate(cluster_, {{"ttl", "1h"}});
  cluster_.Converge();
  cluster_.clock().Advance(minutes(58));
  cluster_.Converge();
  EXPECT_THAT(cluster_.Condition("Lasting"), StartsWith("False ExpiresSoon"));
  Edit(cluster_, {{"ttl", "3h"}});
  cluster_.Converge();
  EXPECT_THAT(cluster_.Condition("Lasting"), StartsWith("True Lasting"));
  EXPECT_EQ(kube::StringAt(cluster_.Session(), "/status/expiresAt"), "2026-01-02T06:04:07Z");
  cluster_.clock().Advance(hours(1));
  cluster_.Converge();
  EXPECT_EQ(InjectedBy(cluster_.Deployment()), "dev");
  Edit(cluster_, {{"ttl", nullptr}});
  cluster_.Converge();
  EXPECT_EQ(cluster_.Condition("Lasting"), "");
  EXPECT_FALSE(cluster_.Session()["status"].contains("expiresAt"));
  cluster_.clock().Advance(hours(1000));
  cluster_.Converge();
  EXPECT_EQ(InjectedBy(cluster_.Deployment()), "dev");
}

TEST_F(ReconcileLifeTest, NeverEndsASessionWhoseTtlWasRaisedUnseen) {
  Populate(cluster_, {{"ttl", "1h"}});
  cluster_.Converge();
  cluster_.clock().Advance(hours(1));
  ASSERT_TRUE(cluster_.FillCaches());
  Edit(cluster_, {{"ttl", "3h"}});
  EXPECT_EQ(cluster_.Reconcile().status.code(), Code::kAborted);
  cluster_.Converge();
  EXPECT_EQ(InjectedBy(cluster_.Deployment()), "dev");
}

TEST_F(ReconcileLifeTest, EndsWhicheverCallFails) {
  for (const bool answer_lost : {false, true}) {
    for (int nth = 1; nth < 12; nth += hawser::testing::Stride(3)) {
      SCOPED_TRACE("call " + std::to_string(nth) + (answer_lost ? ", answer lost" : ""));
      SimulatedCluster cluster;
      Populate(cluster, {{"ttl", "1h"}});
      cluster.Converge();
      cluster.clock().Advance(hours(1));
      cluster.api().FailCall(nth, UnavailableError("cut"), answer_lost);
      cluster.Converge();
      cluster.api().FailCall(0, OkStatus());
      ExpectUntouched(cluster);
    }
  }
}

}  // namespace
}  // namespace hawser::controller
