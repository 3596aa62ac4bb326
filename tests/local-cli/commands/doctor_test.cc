// Every check of the doctor, and that each failing one says what to do.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "local-cli/cluster/sessions.h"
#include "local-cli/commands/machine_checks.h"
#include "tests/local-cli/commands/fake_cluster.h"
#include "tests/support/temp_dir.h"

namespace hawser::cli {
namespace {

using nlohmann::json;

class DoctorTest : public ::testing::Test {
 protected:
  Status Run() { return RunDoctor({.directory = dir_.path().string()}, cluster_.Json()); }

  json Checks() const { return cluster_.document()["checks"]; }

  /// The check of that name in the output; null when there is none.
  json Check(const std::string& name) const {
    const json checks = Checks();
    for (const json& check : checks) {
      if (check["name"] == name) return check;
    }
    return {};
  }

  void Install(int64_t ready) {
    const kube::ObjectKey key{.ns = "hawser-system", .name = "hawser-controller"};
    const json deployment = json::parse(R"({
        "apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "hawser-controller"},
        "spec": {"replicas": 2, "template": {"spec": {"containers": [{"name": "c",
                                                                      "image": "hawser:1"}]}}}})");
    ASSERT_TRUE(cluster_.api().Create(kube::resources::kDeployments, key.ns, deployment).ok());
    ASSERT_TRUE(cluster_.api()
                    .Patch(kube::resources::kDeployments, key, kube::PatchType::kMerge,
                           {{"status", {{"readyReplicas", ready}}}}, "status")
                    .ok());
  }

  void Define(const std::string& version) {
    const json definition{{"apiVersion", "apiextensions.k8s.io/v1"},
                          {"kind", "CustomResourceDefinition"},
                          {"metadata", {{"name", "devsessions.hawser.dev"}}},
                          {"spec", {{"versions", {{{"name", version}, {"served", true}}}}}}};
    ASSERT_TRUE(
        cluster_.api().Create(kube::resources::kCustomResourceDefinitions, "", definition).ok());
  }

  const testing::TempDir dir_;
  FakeCluster cluster_;
};

TEST_F(DoctorTest, FindsNothingWrongWithAWholeInstallation) {
  Install(2);
  Define("v1alpha1");
  (void)Run();
  const json checks = Checks();
  for (const json& check : checks) {
    // The limits are this machine's.
    if (check["name"].get<std::string>().starts_with("inotify")) continue;
    EXPECT_EQ(check["ok"], true) << check;
    EXPECT_EQ(check["remedy"], "") << check;
  }
  EXPECT_EQ(Check("controller")["found"], "hawser:1, 2 of 2 ready");
}

TEST_F(DoctorTest, SaysWhatToDoAboutEveryFailure) {
  cluster_.api().Deny([](const json&) { return true; });
  EXPECT_EQ(Run().code(), Code::kFailedPrecondition);
  size_t failed = 0;
  const json checks = Checks();
  for (const json& check : checks) {
    if (check["ok"] == true) continue;
    ++failed;
    EXPECT_NE(check["found"], "") << check;
    EXPECT_NE(check["remedy"], "") << check;
  }
  EXPECT_GE(failed, 11U) << "controller, definition and every permission";
}

TEST_F(DoctorTest, NamesThePermissionThatIsMissingAndWhatItIsFor) {
  cluster_.api().Deny([](const json& asked) { return asked.value("subresource", "") == "status"; });
  (void)Run();
  EXPECT_EQ(Check("permission to get secrets")["ok"], true);
  const json check = Check("permission to patch devsessions/status");
  EXPECT_EQ(check["ok"], false);
  const std::string remedy = check["remedy"];
  EXPECT_NE(remedy.find("to report what was synced"), std::string::npos) << remedy;
  EXPECT_NE(remedy.find("--clusterrole=hawser-developer"), std::string::npos) << remedy;
}

TEST_F(DoctorTest, TellsAControllerThatIsNotReady) {
  Install(0);
  (void)Run();
  EXPECT_EQ(Check("controller")["ok"], false);
  EXPECT_NE(Check("controller")["remedy"].get<std::string>().find("describe pod"),
            std::string::npos);
}

TEST_F(DoctorTest, TellsAnotherVersionOfTheResource) {
  Define("v2");
  (void)Run();
  const json check = Check("DevSession resource");
  EXPECT_EQ(check["found"], "served: v2");
  EXPECT_NE(check["remedy"].get<std::string>().find("v1alpha1"), std::string::npos) << check;
}

TEST_F(DoctorTest, TakesAListOfSessionsForProofWhereTheDefinitionIsHidden) {
  cluster_.api().SetFault([](const testing::KubeCall& call) {
    return call.resource == kube::resources::kCustomResourceDefinitions ||
                   call.resource == kube::resources::kDeployments
               ? PermissionDeniedError("not yours")
               : OkStatus();
  });
  (void)Run();
  EXPECT_EQ(Check("DevSession resource")["ok"], true);
  EXPECT_EQ(Check("controller")["ok"], true);
}

TEST_F(DoctorTest, StopsAtAClusterThatDoesNotAnswer) {
  cluster_.api().SetFault([](const testing::KubeCall&) { return UnavailableError("no route"); });
  EXPECT_FALSE(Run().ok());
  EXPECT_EQ(Check("cluster")["found"], "no route");
  EXPECT_NE(Check("cluster")["remedy"].get<std::string>().find("https://cluster.example"),
            std::string::npos);
  EXPECT_TRUE(Check("controller").is_null());
  EXPECT_FALSE(Check("workspace").is_null()) << "the machine is checked nevertheless";
}

TEST_F(DoctorTest, SaysHowToNameAClusterWhereThereIsNone) {
  cluster_.BreakConfig(NotFoundError("no kubeconfig"));
  EXPECT_FALSE(Run().ok());
  EXPECT_NE(Check("cluster")["remedy"].get<std::string>().find("KUBECONFIG"), std::string::npos);
}

TEST(MachineChecksTest, SaysHowToRaiseALimitAndWhatIsNotReadable) {
  const testing::TempDir proc;
  proc.Write("max_user_watches", "8192\n");
  const std::vector<Check> checks = CheckMachine(proc / "missing", proc.path().string());
  ASSERT_EQ(checks.size(), 3U);
  EXPECT_EQ(checks[0].found, "8192");
  EXPECT_NE(checks[0].remedy.find("sysctl fs.inotify.max_user_watches=65536"), std::string::npos);
  EXPECT_EQ(checks[1].found, "not readable");
  EXPECT_NE(checks[1].remedy, "");
  EXPECT_NE(checks[2].found.find("not a readable directory"), std::string::npos);
  EXPECT_NE(checks[2].remedy, "");
}

TEST(MachineChecksTest, IsContentWithHighLimitsAndADirectory) {
  const testing::TempDir proc;
  proc.Write("max_user_watches", "1048576\n");
  proc.Write("max_user_instances", "1024\n");
  for (const Check& check : CheckMachine(proc.path().string(), proc.path().string())) {
    EXPECT_TRUE(check.ok) << check.name;
    EXPECT_EQ(check.remedy, "");
  }
}

}  // namespace
}  // namespace hawser::cli
