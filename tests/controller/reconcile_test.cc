// A whole controller against the fake API server: what the world is like once it has converged.
#include "controller/reconcile.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "controller/plan/names.h"
#include "controller/plan/original.h"
#include "controller/resources.h"
#include "lib/kube/object.h"
#include "tests/controller/simulated_cluster.h"
#include "tests/support/thoroughness.h"

namespace hawser::controller {
namespace {

using nlohmann::json;
using ::testing::AllOf;
using testing::ContainerOf;
using ::testing::Contains;
using ::testing::HasSubstr;
using testing::KubeCall;
using testing::SimulatedCluster;
using ::testing::StartsWith;

json DeploymentWithProbes() {
  json deployment = testing::MakeDeployment();
  deployment["spec"]["replicas"] = 1;
  json& app = ContainerOf(deployment, "api");
  app["livenessProbe"] = {{"httpGet", {{"path", "/healthz"}, {"port", 80}}},
                          {"failureThreshold", 5}};
  app["readinessProbe"] = {{"httpGet", {{"path", "/"}, {"port", 80}}}, {"failureThreshold", 2}};
  return deployment;
}

/// A deployment, a session on it, and a running pod of that session.
void Populate(SimulatedCluster& cluster) {
  cluster.Create(kube::resources::kDeployments, DeploymentWithProbes());
  cluster.Create(kDevSessions, testing::MakeSession());
  cluster.Create(kube::resources::kPods,
                 testing::MakePod("api-1", testing::Running(), testing::Running()));
}

/// What an owner sees of the deployment: everything but the server's own bookkeeping.
json OwnersView(json deployment) {
  for (const char* field : {"resourceVersion", "generation", "uid", "creationTimestamp"}) {
    deployment["metadata"].erase(field);
  }
  return deployment;
}

/// Converges while the `nth` call fails. False when there were fewer calls.
bool ConvergeWithFailure(SimulatedCluster& cluster, int nth, bool answer_lost) {
  const size_t before = cluster.api().calls().size();
  cluster.api().FailCall(nth, UnavailableError("cut"), answer_lost);
  cluster.Converge();
  cluster.api().FailCall(0, OkStatus());
  return cluster.api().calls().size() - before >= static_cast<size_t>(nth);
}

using WithCluster = std::function<void(SimulatedCluster&)>;

/// Converges once for every call there is, in a new world that `prepare` makes, with that call
/// failing on its way to the server or back.
void ConvergeWithEachCallFailing(const WithCluster& prepare, const WithCluster& expect) {
  for (const bool answer_lost : {false, true}) {
    bool failed = true;
    for (int nth = 1; failed; nth += hawser::testing::Stride(4)) {
      SCOPED_TRACE("call " + std::to_string(nth) + (answer_lost ? ", answer lost" : ""));
      SimulatedCluster cluster;
      prepare(cluster);
      failed = ConvergeWithFailure(cluster, nth, answer_lost);
      expect(cluster);
    }
  }
}

class ReconcileTest : public ::testing::Test {
 protected:
  void SetUp() override {
    Populate(cluster_);
    untouched_ = OwnersView(cluster_.Deployment());
  }

  static void ExpectWorking(SimulatedCluster& cluster) {
    EXPECT_THAT(cluster.Condition("Ready"), StartsWith("True Ready"));
    EXPECT_TRUE(kube::HasFinalizer(cluster.Session(), devsession::kFinalizer));
    EXPECT_EQ(InjectedBy(cluster.Deployment()), "dev");
    EXPECT_FALSE(cluster.Get(kube::resources::kSecrets, "hawser-dev").is_null());
  }

  void ExpectUntouched(SimulatedCluster& cluster) const {
    EXPECT_TRUE(cluster.Session().is_null()) << "the session is gone";
    EXPECT_EQ(OwnersView(cluster.Deployment()), untouched_);
  }

  SimulatedCluster cluster_;
  json untouched_;
};

TEST_F(ReconcileTest, InjectsTheAgentAndSaysSo) {
  cluster_.Converge();
  ExpectWorking(cluster_);
  EXPECT_EQ(kube::StringAt(cluster_.Session(), "/status/phase"), "Ready");
  EXPECT_EQ(kube::IntegerAt(cluster_.Session(), "/status/pods/0/restarts"), 2);
  EXPECT_THAT(cluster_.Condition("Synced"), StartsWith("Unknown NotReported"));
  EXPECT_THAT(cluster_.EventReasons(), Contains("Injected"));
}

TEST_F(ReconcileTest, WritesNothingInAConvergedWorld) {
  cluster_.Converge();
  const size_t writes = cluster_.api().writes();
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(cluster_.FillCaches());
    EXPECT_TRUE(cluster_.Reconcile().status.ok());
  }
  EXPECT_EQ(cluster_.api().writes(), writes);
}

TEST_F(ReconcileTest, KeepsTheKubeletFromKillingAnAppThatWaits) {
  cluster_.Converge();
  json deployment = cluster_.Deployment();
  const json& app = ContainerOf(deployment, "api");
  EXPECT_EQ(app["livenessProbe"]["failureThreshold"], kNeverFails);
  EXPECT_EQ(app["livenessProbe"]["httpGet"]["path"], "/healthz");
  EXPECT_EQ(app["readinessProbe"]["failureThreshold"], 2);
  EXPECT_FALSE(app.contains("startupProbe"));
}

TEST_F(ReconcileTest, DeletionRestoresTheWorkloadExactly) {
  cluster_.Converge();
  cluster_.DeleteSession();
  cluster_.Converge();
  ExpectUntouched(cluster_);
  cluster_.api().CollectGarbage();
  EXPECT_TRUE(cluster_.Get(kube::resources::kSecrets, "hawser-dev").is_null());
}

TEST_F(ReconcileTest, DeletionKeepsWhatTheOwnerChangedMeanwhile) {
  cluster_.Converge();
  const json change = {{"image", "api:2"},
                       {"livenessProbe", {{"failureThreshold", 9}}},
                       {"env", json::array({{{"name", "NEW"}, {"value", "1"}}})}};
  cluster_.ChangeApp(change);
  cluster_.Converge();
  ExpectWorking(cluster_);
  cluster_.DeleteSession();
  cluster_.Converge();
  SimulatedCluster reference;
  Populate(reference);
  reference.ChangeApp(change);
  EXPECT_EQ(OwnersView(cluster_.Deployment()), OwnersView(reference.Deployment()));
}

TEST_F(ReconcileTest, InjectsAgainWhenTheOwnerSetsTheCommand) {
  cluster_.Converge();
  cluster_.ChangeApp({{"command", {"/new"}}, {"args", {"--fast"}}});
  cluster_.Converge();
  json deployment = cluster_.Deployment();
  EXPECT_TRUE(IsSupervised(ContainerOf(deployment, "api")));
  cluster_.DeleteSession();
  cluster_.Converge();
  deployment = cluster_.Deployment();
  EXPECT_EQ(ContainerOf(deployment, "api")["command"], json::array({"/new"}));
  EXPECT_EQ(ContainerOf(deployment, "api")["args"], json::array({"--fast"}));
}

TEST_F(ReconcileTest, NeverInjectsOverAChangeItHasNotSeen) {
  ASSERT_TRUE(cluster_.FillCaches());
  cluster_.ChangeApp({{"command", {"/new"}}});
  EXPECT_EQ(cluster_.Reconcile().status.code(), Code::kAborted);
  EXPECT_EQ(InjectedBy(cluster_.Deployment()), "");
  cluster_.Converge();
  const Original original = StoredOriginal(cluster_.Deployment()).value();
  EXPECT_EQ(original.command, CommandLine{"/new"});
}

TEST_F(ReconcileTest, RestoresAnInjectionTheCacheDoesNotShowYet) {
  cluster_.Converge();
  cluster_.DeleteSession();
  ASSERT_TRUE(cluster_.FillCaches());
  cluster_.ChangeApp({{"image", "api:2"}});
  EXPECT_TRUE(cluster_.Reconcile().status.ok());
  EXPECT_EQ(InjectedBy(cluster_.Deployment()), "");
  EXPECT_TRUE(cluster_.Session().is_null());
}

TEST_F(ReconcileTest, ConvergesWhicheverCallFails) {
  ConvergeWithEachCallFailing([](SimulatedCluster& cluster) { Populate(cluster); }, ExpectWorking);
}

TEST_F(ReconcileTest, RestoresWhicheverCallFails) {
  const auto prepare = [](SimulatedCluster& cluster) {
    Populate(cluster);
    cluster.Converge();
    cluster.DeleteSession();
  };
  ConvergeWithEachCallFailing(prepare,
                              [&](SimulatedCluster& cluster) { ExpectUntouched(cluster); });
}

TEST_F(ReconcileTest, ConvergesAfterACrashAtAnyPoint) {
  for (int calls = 0; calls <= 40; calls += hawser::testing::Stride(4)) {
    SCOPED_TRACE("crash after " + std::to_string(calls) + " calls");
    SimulatedCluster cluster;
    Populate(cluster);
    cluster.CrashAfter(calls);
    cluster.Converge();
    ExpectWorking(cluster);
    cluster.DeleteSession();
    cluster.CrashAfter(calls);
    cluster.Converge();
    ExpectUntouched(cluster);
  }
}

TEST_F(ReconcileTest, ReportsAServerThatRefusesForLong) {
  cluster_.api().SetFault([](const KubeCall& call) {
    return call.verb == "apply" && call.subresource.empty()
               ? UnavailableError("failed calling webhook \"policy.example\"")
               : OkStatus();
  });
  ASSERT_TRUE(cluster_.FillCaches());
  EXPECT_FALSE(cluster_.Reconcile().status.ok());
  ASSERT_TRUE(cluster_.FillCaches());
  EXPECT_FALSE(cluster_.Reconcile().status.ok());
  EXPECT_THAT(cluster_.Condition("AgentInjected"), StartsWith("False ApplyFailed"));
  EXPECT_THAT(cluster_.Condition("AgentInjected"), HasSubstr("policy.example"));
  cluster_.api().SetFault({});
  cluster_.Converge();
  ExpectWorking(cluster_);
}

TEST_F(ReconcileTest, RivalWaitsUntilTheTargetIsFree) {
  cluster_.Create(kDevSessions, testing::MakeSession("late"));
  cluster_.Converge();
  ExpectWorking(cluster_);
  EXPECT_THAT(cluster_.Condition("AgentInjected", "late"), StartsWith("False HeldByOtherSession"));
  EXPECT_TRUE(cluster_.Get(kube::resources::kSecrets, "hawser-late").is_null());
  cluster_.DeleteSession();
  cluster_.Converge();
  EXPECT_EQ(InjectedBy(cluster_.Deployment()), "late");
  cluster_.DeleteSession("late");
  cluster_.Converge();
  ExpectUntouched(cluster_);
}

TEST_F(ReconcileTest, LooksAfterKeysThatAreNotWatchedNowAndThen) {
  cluster_.Converge();
  ASSERT_TRUE(cluster_.api().Delete(kube::resources::kSecrets, {"team", "hawser-dev"}).ok());
  const kube::ReconcileResult looked = cluster_.Reconcile();
  ASSERT_TRUE(looked.requeue_after);
  EXPECT_GE(*looked.requeue_after, kKeysTrustedFor);
  EXPECT_TRUE(cluster_.Get(kube::resources::kSecrets, "hawser-dev").is_null());
  cluster_.clock().Advance(*looked.requeue_after);
  cluster_.Reconcile();
  EXPECT_FALSE(cluster_.Get(kube::resources::kSecrets, "hawser-dev").is_null());
}

TEST_F(ReconcileTest, LooksAfterKeysThatAPodMayWaitForAtOnce) {
  cluster_.Converge();
  ASSERT_TRUE(cluster_.api().Delete(kube::resources::kSecrets, {"team", "hawser-dev"}).ok());
  json pod = testing::MakePod("api-2", testing::Running(), testing::Running());
  pod["status"] = {{"phase", "Pending"}};
  cluster_.Create(kube::resources::kPods, pod);
  ASSERT_TRUE(cluster_.FillCaches());
  cluster_.Reconcile();
  EXPECT_FALSE(cluster_.Get(kube::resources::kSecrets, "hawser-dev").is_null());
}

TEST_F(ReconcileTest, LooksAfterKeysThatARestartedAgentMayWaitForAtOnce) {
  cluster_.Converge();
  json pod = testing::MakePod("api-2", testing::Running(), testing::Running());
  cluster_.Create(kube::resources::kPods, pod);
  ASSERT_TRUE(cluster_.FillCaches());
  cluster_.Converge();
  ASSERT_TRUE(cluster_.api().Delete(kube::resources::kSecrets, {"team", "hawser-dev"}).ok());
  cluster_.Reconcile();
  EXPECT_TRUE(cluster_.Get(kube::resources::kSecrets, "hawser-dev").is_null());
  pod = cluster_.Get(kube::resources::kPods, "api-2");
  pod["status"]["conditions"][0]["status"] = "False";
  ASSERT_TRUE(cluster_.api().Delete(kube::resources::kPods, {"team", "api-2"}).ok());
  pod["metadata"].erase("resourceVersion");
  cluster_.Create(kube::resources::kPods, pod);
  ASSERT_TRUE(cluster_.FillCaches());
  cluster_.Reconcile();
  EXPECT_FALSE(cluster_.Get(kube::resources::kSecrets, "hawser-dev").is_null());
}

TEST_F(ReconcileTest, LooksForNoKeysBeforeItsFirstWork) {
  cluster_.Converge();
  const auto& calls = cluster_.api().calls();
  const auto first = std::find_if(calls.begin(), calls.end(), [](const KubeCall& call) {
    return call.resource == kube::resources::kSecrets;
  });
  ASSERT_NE(first, calls.end());
  EXPECT_EQ(first->verb, "create");
}

TEST_F(ReconcileTest, TakesKeysThatLieThereThoughTheFinalizerIsGone) {
  cluster_.Converge();
  const json keys = cluster_.Get(kube::resources::kSecrets, "hawser-dev");
  const json patch = {{"metadata", {{"finalizers", nullptr}}}};
  ASSERT_TRUE(
      cluster_.api().Patch(kDevSessions, {"team", "dev"}, kube::PatchType::kMerge, patch, "").ok());
  cluster_.Restart();
  cluster_.Converge();
  ExpectWorking(cluster_);
  EXPECT_EQ(cluster_.Get(kube::resources::kSecrets, "hawser-dev"), keys);
}

TEST_F(ReconcileTest, LeavesAForeignSecretAndSaysSo) {
  json foreign = kube::MakeObject(kube::resources::kSecrets, {"team", "hawser-dev"});
  foreign["data"] = {{"password", "c2VjcmV0"}};
  cluster_.Create(kube::resources::kSecrets, foreign);
  cluster_.Converge();
  EXPECT_THAT(cluster_.Condition("AgentInjected"), StartsWith("False SecretNotOwned"));
  EXPECT_EQ(OwnersView(cluster_.Deployment()), untouched_);
  EXPECT_EQ(cluster_.Get(kube::resources::kSecrets, "hawser-dev")["data"], foreign["data"]);
  cluster_.DeleteSession();
  cluster_.Converge();
  ExpectUntouched(cluster_);
}

TEST_F(ReconcileTest, RenewsKeysInTime) {
  cluster_.Converge();
  const json before = cluster_.Get(kube::resources::kSecrets, "hawser-dev");
  const json deployment = cluster_.Deployment();
  cluster_.clock().Advance(std::chrono::hours(24 * 200));
  cluster_.Converge();
  EXPECT_EQ(cluster_.Get(kube::resources::kSecrets, "hawser-dev")["data"], before["data"]);
  cluster_.clock().Advance(std::chrono::hours(24 * 60));
  cluster_.Converge();
  EXPECT_NE(cluster_.Get(kube::resources::kSecrets, "hawser-dev")["data"], before["data"]);
  EXPECT_EQ(cluster_.Deployment(), deployment) << "new keys need no new pods";
}

TEST_F(ReconcileTest, WaitsForAnEntrypointWithoutTouchingAnything) {
  SimulatedCluster cluster;
  cluster.Create(kube::resources::kDeployments, testing::MakeDeployment());
  json session = testing::MakeSession();
  session["spec"]["target"]["container"] = "proxy";
  cluster.Create(kDevSessions, session);
  const json before = cluster.Deployment();
  cluster.Converge();
  EXPECT_THAT(cluster.Condition("AgentInjected"), StartsWith("False EntrypointUnknown"));
  EXPECT_THAT(cluster.EventReasons(), Contains("EntrypointUnknown"));
  EXPECT_EQ(cluster.Deployment(), before);
  EXPECT_LT(cluster.Reconcile().requeue_after.value(), std::chrono::minutes(1));

  cluster.images().known["proxy:1"] = {.entrypoint = {"/proxy"}, .cmd = {"--port", "80"}};
  cluster.Converge();
  json injected = cluster.Deployment();
  EXPECT_THAT(ContainerOf(injected, "proxy")["command"].dump(),
              HasSubstr(R"("--","/proxy","--port","80"])"));
  const int asked = cluster.images().asked;
  cluster.Converge();
  EXPECT_EQ(cluster.images().asked, asked) << "the answer is kept on the workload";
}

TEST_F(ReconcileTest, TakesOverOnceTheRegistryAnswered) {
  SimulatedCluster cluster;
  cluster.Create(kube::resources::kDeployments, testing::MakeDeployment());
  for (const char* name : {"dev", "late"}) {
    json session = testing::MakeSession(name);
    session["spec"]["target"]["container"] = "proxy";
    cluster.Create(kDevSessions, session);
    cluster.images().known["proxy:1"] = {.entrypoint = {"/proxy"}};
    cluster.Converge();
  }
  EXPECT_THAT(cluster.Condition("AgentInjected", "late"), StartsWith("False HeldByOtherSession"));
  cluster.images().silent = true;
  cluster.DeleteSession("dev");
  cluster.Converge();
  cluster.images().silent = false;
  cluster.Converge();
  EXPECT_THAT(cluster.Condition("AgentInjected", "late"), StartsWith("True Injected"));
  EXPECT_THAT(cluster.EventReasons(), Contains("TakenOver"));
}

TEST_F(ReconcileTest, SaysWhatToDoAboutAListThatNamesSomethingTwice) {
  SimulatedCluster cluster;
  cluster.Create(kube::resources::kDeployments, testing::MakeDeployment());
  cluster.Create(kDevSessions, testing::MakeSession());
  // As a server of 1.20 answers.
  cluster.api().SetFault([](const testing::KubeCall& call) {
    if (call.verb != "apply" || !(call.resource == kube::resources::kDeployments)) {
      return OkStatus();
    }
    return InternalError(
        "failed to create manager for existing fields: .spec.template.spec.containers[name=\"api\"]"
        ".env: duplicate entries for key [name=\"A\"]");
  });
  (void)cluster.FillCaches();
  cluster.Reconcile();
  EXPECT_THAT(cluster.Condition("AgentInjected"),
              AllOf(StartsWith("False ApplyFailed"), HasSubstr("[name=\"A\"]"),
                    HasSubstr("set spec.mode to Clone")));
}

TEST_F(ReconcileTest, ASilentRegistryChangesNothing) {
  SimulatedCluster cluster;
  json deployment = testing::MakeDeployment();
  json session = testing::MakeSession();
  session["spec"]["target"]["container"] = "proxy";
  cluster.Create(kube::resources::kDeployments, deployment);
  cluster.Create(kDevSessions, session);
  cluster.images().silent = true;
  cluster.Converge();
  EXPECT_THAT(cluster.Condition("AgentInjected"), StartsWith("Unknown AskingRegistry"));
  EXPECT_THAT(cluster.EventReasons(), Not(Contains("AskingRegistry")));
  cluster.images().silent = false;
  cluster.images().known["proxy:1"] = {.entrypoint = {"/proxy"}};
  cluster.Converge();
  EXPECT_THAT(cluster.Condition("AgentInjected"), StartsWith("True Injected"));

  cluster.images().silent = true;
  cluster.ChangeApp({{"image", "proxy:2"}}, "proxy");
  cluster.Converge();
  EXPECT_THAT(cluster.Condition("AgentInjected"), StartsWith("True Injected"))
      << "what was reported stands until the registry answers";
}

TEST_F(ReconcileTest, SaysWhatIsWrongWithTheTarget) {
  SimulatedCluster cluster;
  json session = testing::MakeSession();
  session["spec"]["target"]["container"] = "web";
  cluster.Create(kDevSessions, session);
  cluster.Converge();
  EXPECT_THAT(cluster.Condition("Ready"), StartsWith("False TargetNotFound"));
  cluster.Create(kube::resources::kDeployments, testing::MakeDeployment());
  cluster.Converge();
  EXPECT_THAT(cluster.Condition("Ready"), StartsWith("False ContainerNotFound"));
  EXPECT_EQ(InjectedBy(cluster.Deployment()), "");
  cluster.DeleteSession();
  cluster.Converge();
  EXPECT_TRUE(cluster.Session().is_null());
}

TEST_F(ReconcileTest, SaysThatTheAgentsImageCannotBePulled) {
  cluster_.Create(kube::resources::kPods,
                  testing::MakePod("api-2", testing::Waiting("ErrImagePull", "no such host"),
                                   testing::Running()));
  cluster_.Converge();
  EXPECT_THAT(cluster_.Condition("AgentsReady"), StartsWith("False ImagePullFailed"));
  EXPECT_THAT(cluster_.Condition("AgentsReady"), HasSubstr("agent:1 cannot be pulled"));
  EXPECT_EQ(kube::StringAt(cluster_.Session(), "/status/phase"), "Failed");
  EXPECT_THAT(cluster_.EventReasons(), Contains("ImagePullFailed"));
}

}  // namespace
}  // namespace hawser::controller
