// A session's preview address against the fake API server: made, changed, refused, taken away.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "controller/plan/original.h"
#include "controller/resources.h"
#include "lib/base/log.h"
#include "lib/kube/object.h"
#include "tests/controller/simulated_cluster.h"

namespace hawser::controller {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using testing::KubeCall;
using testing::SimulatedCluster;
using ::testing::StartsWith;

class ReconcileExposureTest : public ::testing::Test {
 protected:
  ReconcileExposureTest() {
    log::Configure(log::Level::kOff, log::Format::kText);
    cluster_.Create(kube::resources::kDeployments, testing::MakeDeployment());
  }

  void Open(const std::string& name, const char* host, const char* mode = "InPlace") {
    json session = testing::MakeSession(name);
    session["spec"]["mode"] = mode;
    session["spec"]["ports"] = json::array({{{"name", "http"}, {"container", 8080}}});
    session["spec"]["expose"] = {{"host", host}};
    cluster_.Create(kDevSessions, session);
    cluster_.Converge();
  }

  void Change(const std::string& name, const json& spec) {
    const json patch = {{"spec", spec}};
    const kube::ObjectKey key{"team", name};
    ASSERT_TRUE(cluster_.api().Patch(kDevSessions, key, kube::PatchType::kMerge, patch, "").ok());
    cluster_.Converge();
  }

  json Ingress(const std::string& name = "hawser-dev") {
    return cluster_.Get(kube::resources::kIngresses, name);
  }
  json Service(const std::string& name = "hawser-dev") {
    return cluster_.Get(kube::resources::kServices, name);
  }
  json Url(const std::string& name = "dev") {
    const json session = cluster_.Session(name);
    const json* url = kube::Find(session, "/status/url");
    return url == nullptr ? json() : *url;
  }

  SimulatedCluster cluster_;
};

TEST_F(ReconcileExposureTest, FollowsTheSpecAndLeavesNothing) {
  Open("dev", "{session}.example.com");
  EXPECT_EQ(Ingress()["spec"]["rules"][0]["host"], "dev.example.com");
  EXPECT_EQ(Url(), "http://dev.example.com");
  EXPECT_THAT(cluster_.Condition("Exposed"), StartsWith("True Exposed: Ingress hawser-dev leads"));
  Change("dev", {{"expose", {{"host", "new.example.com"}, {"tlsSecret", "keys"}}}});
  EXPECT_EQ(Ingress()["spec"]["rules"][0]["host"], "new.example.com");
  EXPECT_EQ(Url(), "https://new.example.com");
  Change("dev", {{"mode", "Clone"}});
  EXPECT_EQ(Url(), "https://new.example.com");
  Change("dev", {{"expose", nullptr}});
  EXPECT_TRUE(Ingress().is_null());
  EXPECT_TRUE(Url().is_null());
  EXPECT_EQ(cluster_.Condition("Exposed"), "");
}

TEST_F(ReconcileExposureTest, GoesWithItsSession) {
  Open("dev", "{session}.example.com");
  cluster_.DeleteSession();
  cluster_.Converge();
  cluster_.api().CollectGarbage();
  EXPECT_TRUE(Ingress().is_null());
}

TEST_F(ReconcileExposureTest, NeverTouchesTheIngressOfAnother) {
  json theirs = kube::MakeObject(kube::resources::kIngresses, {"team", "hawser-dev"});
  theirs["spec"]["rules"] = json::array({{{"host", "theirs.example.com"}}});
  cluster_.Create(kube::resources::kIngresses, theirs);
  const json before = Ingress();
  Open("dev", "{session}.example.com");
  Change("dev", {{"expose", nullptr}});
  Change("dev", {{"expose", {{"host", "other.example.com"}}}});
  EXPECT_EQ(Ingress(), before);
  EXPECT_THAT(cluster_.Condition("Exposed"), StartsWith("False NameTaken: Ingress hawser-dev"));
  EXPECT_THAT(cluster_.Condition("PortsServed"), StartsWith("True Served"));
  EXPECT_TRUE(Url().is_null());
  ASSERT_TRUE(cluster_.api().Delete(kube::resources::kIngresses, {"team", "hawser-dev"}).ok());
  cluster_.Converge();
  EXPECT_EQ(Url(), "http://other.example.com");
}

TEST_F(ReconcileExposureTest, HandsAHostOnWhenItsHolderGoes) {
  Open("dev", "{owner}.example.com");
  Open("late", "{owner}.example.com", "Clone");
  EXPECT_THAT(cluster_.Condition("Exposed", "late"),
              StartsWith("False HostTaken: spec.expose.host: dev1.example.com is taken by session "
                         "team/dev;"));
  EXPECT_TRUE(Ingress("hawser-late").is_null());
  cluster_.DeleteSession();
  cluster_.Converge();
  cluster_.api().CollectGarbage();
  cluster_.Converge();
  EXPECT_EQ(Url("late"), "http://dev1.example.com");
}

TEST_F(ReconcileExposureTest, GoesWithTheServiceWhenAPolicyRefusesTheSession) {
  json policy = kube::MakeObject(kDevPolicies, {"team", "p"});
  policy["spec"]["allowedRegistries"] = {"registry.example"};
  cluster_.Create(kDevPolicies, policy);
  Open("dev", "{owner}.example.com");
  Open("late", "{owner}.example.com");
  EXPECT_EQ(Url(), "http://dev1.example.com");
  Change("dev", {{"mode", "Clone"}});
  EXPECT_THAT(cluster_.Condition("Admitted"), StartsWith("False RegistryNotAllowed"));
  EXPECT_TRUE(Service().is_null());
  EXPECT_TRUE(Ingress().is_null());
  EXPECT_TRUE(Url().is_null());
  EXPECT_THAT(cluster_.Condition("Exposed"), StartsWith("False HostTaken"));
  EXPECT_EQ(Url("late"), "http://dev1.example.com") << "the host is free for the next";
}

TEST_F(ReconcileExposureTest, StaysWithTheServiceWhileAnotherHasTheTarget) {
  json worker = testing::MakeDeployment();
  worker["metadata"]["name"] = "worker";
  cluster_.Create(kube::resources::kDeployments, worker);
  json holder = testing::MakeSession("holder");
  holder["spec"]["target"]["name"] = "worker";
  cluster_.Create(kDevSessions, holder);
  Open("dev", "{session}.example.com");
  const json service = Service();
  const json ingress = Ingress();
  ASSERT_FALSE(ingress.is_null());
  Change("dev", {{"target", {{"name", "worker"}}}});
  EXPECT_THAT(cluster_.Condition("AgentInjected"), StartsWith("False HeldByOtherSession"));
  EXPECT_EQ(InjectedBy(cluster_.Deployment()), "");
  EXPECT_EQ(Service(), service);
  EXPECT_EQ(Ingress(), ingress);
  EXPECT_EQ(Url(), "http://dev.example.com");
  cluster_.DeleteSession("holder");
  cluster_.Converge();
  EXPECT_THAT(cluster_.Condition("AgentInjected"), StartsWith("True Injected"));
  EXPECT_EQ(Ingress(), ingress);
}

TEST_F(ReconcileExposureTest, ARefusedIngressKeepsNobodyFromWorking) {
  cluster_.api().SetFault([](const KubeCall& call) {
    return call.verb == "apply" && call.resource == kube::resources::kIngresses
               ? PermissionDeniedError("the host is not for you")
               : OkStatus();
  });
  json session = testing::MakeSession();
  session["spec"]["ports"] = json::array({{{"name", "http"}, {"container", 8080}}});
  session["spec"]["expose"] = {{"host", "shop.example.com"}};
  cluster_.Create(kDevSessions, session);
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(cluster_.FillCaches());
    EXPECT_FALSE(cluster_.Reconcile().status.ok()) << "it is tried again";
  }
  EXPECT_THAT(cluster_.Condition("AgentInjected"), StartsWith("True"));
  EXPECT_THAT(cluster_.Condition("PortsServed"), StartsWith("True"));
  EXPECT_THAT(cluster_.Condition("Exposed"), StartsWith("False ApplyFailed"));
  EXPECT_THAT(cluster_.Condition("Exposed"), HasSubstr("not for you"));
  EXPECT_TRUE(Url().is_null());
  cluster_.api().SetFault({});
  cluster_.Converge();
  EXPECT_EQ(Url(), "http://shop.example.com");
}

}  // namespace
}  // namespace hawser::controller
