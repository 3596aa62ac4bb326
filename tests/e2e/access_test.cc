// Accounts with too few rights, and keys of another session: the command line says what is missing.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lib/base/base64.h"
#include "tests/e2e/example.h"

namespace hawser::e2e {
namespace {

using nlohmann::json;
using ::testing::AllOf;
using ::testing::HasSubstr;

constexpr char kAccount[] = R"(
apiVersion: v1
kind: ServiceAccount
metadata: {name: dev}
---
apiVersion: v1
kind: Secret
metadata: {name: dev-token, annotations: {kubernetes.io/service-account.name: dev}}
type: kubernetes.io/service-account-token
---
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
  std::string MakeAccount() {
    cluster().Apply(kAccount);
    std::string token;
    EXPECT_TRUE(Eventually([&] {
      const json secret = cluster().Get("secret/dev-token");
      if (!secret.is_object() || !secret.contains("data")) return false;
      token = DecodeBase64(secret["data"].value("token", std::string())).value_or("");
      return !token.empty();
    }));
    json config = cluster().Kubeconfig();
    config["users"][0]["user"] = {{"token", token}};
    return scratch_.Write("kubeconfig", config.dump());
  }

  void Allow(const json& rule) {
    const json patch = json::array({{{"op", "add"}, {"path", "/rules/-"}, {"value", rule}}});
    cluster().Kubectl({"patch", "role", "dev", "--type=json", "-p", patch.dump()});
  }

  Outcome PushAs(const std::string& kubeconfig, const Example& example) {
    return cluster().Hawser(
        {"push", "app", example.directory(), "--kubeconfig", kubeconfig, "--timeout", "30s"});
  }

  hawser::testing::TempDir scratch_;
};

TEST_F(AccessTest, MissingRightsAreNamedOneByOneUntilPushWorks) {
  const Example example(cluster(), "app");
  const std::string kubeconfig = MakeAccount();
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
  const std::string kubeconfig = MakeAccount();
  cluster().Kubectl({"delete", "rolebinding", "dev"});
  const Outcome refused = cluster().Hawser({"status", "app", "--kubeconfig", kubeconfig});
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_THAT(refused.err, AllOf(HasSubstr("devsessions"), HasSubstr("cannot get")));
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
