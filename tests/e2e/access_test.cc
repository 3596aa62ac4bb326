// Accounts with too few rights, and keys of another session: the command line says what is missing.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/e2e/account.h"
#include "tests/e2e/example.h"

namespace hawser::e2e {
namespace {

using nlohmann::json;
using ::testing::AllOf;
using ::testing::HasSubstr;

constexpr char kRole[] = R"(
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: dev}
rules:
  - {apiGroups: [hawser.dev], resources: [devsessions], verbs: [get, list, watch]}
  - {apiGroups: [""], resources: [pods], verbs: [get, list, watch]}
  - {apiGroups: [""], resources: [secrets], verbs: [get]}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: dev}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: dev}
subjects: [{kind: ServiceAccount, name: dev}]
)";

class AccessTest : public ClusterTest {
 protected:
  // A kubeconfig of the account `dev`, which may do all that push needs but port-forward and
  // status.
  std::string MakeDev() {
    const std::string token = MakeAccount(cluster(), "dev");
    cluster().Apply(kRole);
    return WriteKubeconfig(cluster(), {{"token", token}}, scratch_);
  }

  void Allow(const json& rule) {
    const json patch = json::array({{{"op", "add"}, {"path", "/rules/-"}, {"value", rule}}});
    cluster().Kubectl({"patch", "role", "dev", "--type=json", "-p", patch.dump()});
  }

  Outcome PushAs(const std::string& kubeconfig, const Example& example) {
    return cluster().Hawser({"push", "app", example.directory(), "--kubeconfig", kubeconfig,
                             "--timeout", "30s", "--no-direct"});
  }

  hawser::testing::TempDir scratch_;
};

TEST_F(AccessTest, MissingRightsAreNamedOneByOneUntilPushWorks) {
  const Example example(cluster(), "app");
  const std::string kubeconfig = MakeDev();
  const Outcome refused = PushAs(kubeconfig, example);
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_THAT(refused.err, AllOf(HasSubstr("pods/portforward"), HasSubstr("create")));
  Allow({{"apiGroups", {""}}, {"resources", {"pods/portforward"}}, {"verbs", {"create", "get"}}});
  Outcome allowed;
  EXPECT_TRUE(Eventually([&] {
    allowed = PushAs(kubeconfig, example);
    return allowed.ok();
  })) << allowed.err;
  EXPECT_THAT(allowed.out + allowed.err, HasSubstr("devsessions/status"));
}

TEST_F(AccessTest, AccountWithoutAnyRightIsToldWhatItMayNotRead) {
  const std::string kubeconfig = MakeDev();
  cluster().Kubectl({"delete", "rolebinding", "dev"});
  const Outcome refused = cluster().Hawser({"status", "app", "--kubeconfig", kubeconfig});
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_THAT(refused.err, AllOf(HasSubstr("devsessions"), HasSubstr("cannot get")));
}

TEST_F(AccessTest, DeveloperRoleIsEnoughForAWholeSession) {
  const std::string token = MakeAccount(cluster(), "dev");
  BindRole(cluster(), "dev", "hawser-developer");
  const std::string kubeconfig = WriteKubeconfig(cluster(), {{"token", token}}, scratch_);
  const auto as_dev = [&](Arguments arguments) {
    arguments.insert(arguments.end(), {"--kubeconfig", kubeconfig});
    const Outcome outcome = cluster().Hawser(arguments);
    EXPECT_TRUE(outcome.ok()) << ::testing::PrintToString(arguments) << outcome.err;
    EXPECT_EQ(outcome.err, "");
    return outcome.out;
  };
  cluster().Apply(ExampleFile("k8s.yaml", "app", TestImage("HAWSER_TEST_IMAGE")));
  const std::string session =
      scratch_.Write("devsession.yaml", ExampleFile("devsession.yaml", "app", {}));
  cluster().Kubectl({"apply", "-f", session, "--kubeconfig", kubeconfig});
  cluster().Await("app", "AgentsReady", "True");
  EXPECT_THAT(as_dev({"push", "app", SourcePath("examples/hello-python")}),
              HasSubstr("up to date"));
  EXPECT_THAT(as_dev({"status", "app"}), HasSubstr("every pod holds the workspace"));
  EXPECT_THAT(as_dev({"logs", "app"}), HasSubstr("listens on port"));
  as_dev({"restart", "app"});
  as_dev({"doctor"});
  cluster().Kubectl({"delete", "-f", session, "--kubeconfig", kubeconfig, "--timeout=60s"});
}

TEST_F(AccessTest, KeysOfAnotherSessionAreRefusedAndSaidSo) {
  const Example example(cluster(), "app");
  const Example other(cluster(), "other");
  ASSERT_TRUE(example.Push().ok());
  const json keys = cluster().Get("secret/hawser-other")["data"];
  const json patch = {{"data", keys}};
  cluster().Kubectl({"patch", "secret", "hawser-app", "--type=merge", "-p", patch.dump()});
  example.SaveVersion("forged");
  const Outcome push = cluster().Hawser({"push", "app", example.directory(), "--timeout", "20s"});
  EXPECT_EQ(push.exit_code, 1) << push.out;
  EXPECT_THAT(push.err, AllOf(HasSubstr("hawser-app"), HasSubstr("keys")));
  EXPECT_EQ(example.InContainer("/app/src/version.py").find("forged"), std::string::npos);
}

}  // namespace
}  // namespace hawser::e2e
