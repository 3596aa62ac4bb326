// A session's Service against the fake API server: made, changed, refused, taken away.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "controller/resources.h"
#include "lib/base/log.h"
#include "lib/kube/object.h"
#include "tests/controller/simulated_cluster.h"

namespace hawser::controller {
namespace {

using nlohmann::json;
using ::testing::Contains;
using ::testing::HasSubstr;
using testing::KubeCall;
using ::testing::Not;
using testing::SimulatedCluster;
using ::testing::StartsWith;

constexpr char kService[] = "hawser-dev";

class ReconcilePortsTest : public ::testing::Test {
 protected:
  ReconcilePortsTest() { log::Configure(log::Level::kOff, log::Format::kText); }

  void Open(const json& ports) {
    json session = testing::MakeSession();
    session["spec"]["ports"] = ports;
    cluster_.Create(kube::resources::kDeployments, testing::MakeDeployment());
    cluster_.Create(kDevSessions, session);
    cluster_.Converge();
  }

  void SetPorts(const json& ports) {
    const json patch = {{"spec", {{"ports", ports}}}};
    ASSERT_TRUE(cluster_.api()
                    .Patch(kDevSessions, {"team", "dev"}, kube::PatchType::kMerge, patch, "")
                    .ok());
    cluster_.Converge();
  }

  json Service() { return cluster_.Get(kube::resources::kServices, kService); }

  json ReportedPorts() {
    const json session = cluster_.Session();
    const json* ports = kube::Find(session, "/status/ports");
    return ports == nullptr ? json::array() : *ports;
  }

  SimulatedCluster cluster_;
};

const json kHttp = {{"name", "http"}, {"container", 8080}};
const json kAdmin = {{"name", "admin"}, {"container", 9090}};

TEST_F(ReconcilePortsTest, FollowsTheSpecAndReportsTheSame) {
  Open(json::array({kHttp, kAdmin}));
  EXPECT_THAT(cluster_.Condition("PortsServed"), StartsWith("True Served"));
  EXPECT_EQ(Service()["spec"]["ports"].size(), 2U);
  EXPECT_EQ(ReportedPorts()[1],
            (json{{"name", "admin"}, {"container", 9090}, {"service", kService}}));
  SetPorts(json::array({kAdmin}));
  EXPECT_EQ(Service()["spec"]["ports"].size(), 1U);
  EXPECT_EQ(ReportedPorts().size(), 1U);
  SetPorts(json::array());
  EXPECT_TRUE(Service().is_null());
  EXPECT_EQ(ReportedPorts(), json::array());
  EXPECT_THAT(cluster_.Condition("PortsServed"), StartsWith("True NoPorts"));
  EXPECT_THAT(cluster_.EventReasons(), Not(Contains("NoPorts")));
}

TEST_F(ReconcilePortsTest, NeverTouchesTheServiceOfAnother) {
  json theirs = kube::MakeObject(kube::resources::kServices, {"team", kService});
  theirs["spec"] = {{"selector", {{"app", "mine"}}},
                    {"ports", json::array({{{"name", "own"}, {"port", 1}}})}};
  cluster_.Create(kube::resources::kServices, theirs);
  const json before = Service();
  Open(json::array({kHttp}));
  EXPECT_EQ(Service(), before);
  EXPECT_THAT(cluster_.Condition("PortsServed"), StartsWith("False NameTaken: Service hawser-dev"));
  EXPECT_THAT(cluster_.Condition("AgentInjected"), StartsWith("True"));
  EXPECT_EQ(ReportedPorts(), json::array());
  EXPECT_THAT(cluster_.EventReasons(), Contains("NameTaken"));

  ASSERT_TRUE(cluster_.api().Delete(kube::resources::kServices, {"team", kService}).ok());
  cluster_.Converge();
  EXPECT_THAT(cluster_.Condition("PortsServed"), StartsWith("True Served"));
  EXPECT_EQ(ReportedPorts().size(), 1U);
}

TEST_F(ReconcilePortsTest, NeverDeletesTheServiceOfAnother) {
  Open(json::array({kHttp}));
  const json patch = {{"metadata", {{"ownerReferences", json::array()}}}};
  ASSERT_TRUE(
      cluster_.api()
          .Patch(kube::resources::kServices, {"team", kService}, kube::PatchType::kMerge, patch, "")
          .ok());
  SetPorts(json::array());
  EXPECT_FALSE(Service().is_null());
  cluster_.DeleteSession();
  cluster_.Converge();
  cluster_.api().CollectGarbage();
  EXPECT_FALSE(Service().is_null());
}

TEST_F(ReconcilePortsTest, ARefusedServiceKeepsNobodyFromWorking) {
  cluster_.api().SetFault([](const KubeCall& call) {
    return call.verb == "apply" && call.resource == kube::resources::kServices
               ? PermissionDeniedError("services are not for you")
               : OkStatus();
  });
  cluster_.Create(kube::resources::kDeployments, testing::MakeDeployment());
  json session = testing::MakeSession();
  session["spec"]["ports"] = json::array({kHttp});
  cluster_.Create(kDevSessions, session);
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(cluster_.FillCaches());
    EXPECT_FALSE(cluster_.Reconcile().status.ok()) << "it is tried again";
  }
  EXPECT_THAT(cluster_.Condition("AgentInjected"), StartsWith("True"));
  EXPECT_THAT(cluster_.Condition("PortsServed"), StartsWith("False ApplyFailed"));
  EXPECT_THAT(cluster_.Condition("PortsServed"), HasSubstr("not for you"));
  EXPECT_EQ(ReportedPorts(), json::array());
  cluster_.api().SetFault({});
  cluster_.Converge();
  EXPECT_THAT(cluster_.Condition("PortsServed"), StartsWith("True Served"));
}

TEST_F(ReconcilePortsTest, ServiceGoesWithItsSession) {
  Open(json::array({kHttp}));
  cluster_.DeleteSession();
  cluster_.Converge();
  cluster_.api().CollectGarbage();
  EXPECT_TRUE(Service().is_null());
}

}  // namespace
}  // namespace hawser::controller
