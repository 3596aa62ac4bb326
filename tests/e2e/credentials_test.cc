// The ways a kubeconfig or a pod proves who it is, each against the API server and through the
// tunnel.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lib/base/base64.h"
#include "lib/kube/object.h"
#include "tests/e2e/account.h"
#include "tests/e2e/example.h"

namespace hawser::e2e {
namespace {

using nlohmann::json;
using ::testing::AllOf;
using ::testing::HasSubstr;

constexpr char kPluginVersion[] = "client.authentication.k8s.io/v1beta1";

// What a pod does that has nothing but its own account: no kubeconfig, no home.
constexpr char kPodScript[] = R"(set -e
mkdir -p /tmp/workspace/src
cd /tmp/workspace
printf 'VERSION = "in-cluster"\nGREETING = "Hello"\n' >src/version.py
hawser push app
hawser status app
)";

json CliPod(const std::string& account) {
  return {{"apiVersion", "v1"},
          {"kind", "Pod"},
          {"metadata", {{"name", "cli"}}},
          {"spec",
           {{"serviceAccountName", account},
            {"restartPolicy", "Never"},
            {"containers",
             {{{"name", "cli"},
               {"image", TestImage("HAWSER_TEST_CLI_IMAGE")},
               {"command", {"sh", "-c", kPodScript}}}}}}}};
}

class CredentialsTest : public ClusterTest {
 protected:
  // A user whose credentials are what `script` prints.
  json PluginUser(const std::string& script) {
    const std::string path = scratch_.Write("plugin", script);
    return {{"exec",
             {{"apiVersion", kPluginVersion},
              {"command", "sh"},
              {"args", {path}},
              {"interactiveMode", "Never"}}}};
  }

  static json Credential(const json& status) {
    return {{"apiVersion", kPluginVersion}, {"kind", "ExecCredential"}, {"status", status}};
  }

  Outcome PushAs(const json& user, const Example& example) {
    return cluster().Hawser({"push", "app", example.directory(), "--kubeconfig",
                             WriteKubeconfig(cluster(), user, scratch_)});
  }

  hawser::testing::TempDir scratch_;
};

TEST_F(CredentialsTest, PluginIsAskedAgainOnceItsTokenIsRefused) {
  const Example example(cluster(), "app");
  const std::string token = MakeAccount(cluster(), "dev");
  BindRole(cluster(), "dev", "hawser-developer");
  const std::string fresh = scratch_.Write("fresh", Credential({{"token", token}}).dump());
  const std::string stale = scratch_.Write("stale", Credential({{"token", "stale"}}).dump());
  const std::string runs = scratch_.Write("runs", "");
  const Outcome push = PushAs(PluginUser("echo run >>" + runs + "\n[ \"$(wc -l <" + runs +
                                         ")\" = 1 ] && exec cat " + stale + "\nexec cat " + fresh),
                              example);
  EXPECT_TRUE(push.ok()) << push.err;
  EXPECT_EQ(scratch_.Read("runs"), "run\nrun\n");
}

TEST_F(CredentialsTest, PluginsCertificateServesApiAndTunnel) {
  const json own = cluster().Kubeconfig()["users"][0]["user"];
  if (!own.contains("client-certificate-data")) GTEST_SKIP() << "KUBECONFIG has no certificate";
  const Example example(cluster(), "app");
  const json credential = Credential(
      {{"clientCertificateData",
        DecodeBase64(own["client-certificate-data"].get<std::string>()).value_or("")},
       {"clientKeyData", DecodeBase64(own["client-key-data"].get<std::string>()).value_or("")}});
  const std::string path = scratch_.Write("credential", credential.dump());
  const Outcome push = PushAs(PluginUser("exec cat " + path), example);
  EXPECT_TRUE(push.ok()) << push.err;
}

TEST_F(CredentialsTest, PluginThatFailsIsNamedWithItsOwnWords) {
  const std::string kubeconfig = WriteKubeconfig(
      cluster(), PluginUser("echo 'session expired: log in again' >&2; exit 3"), scratch_);
  const Outcome status = cluster().Hawser({"status", "--kubeconfig", kubeconfig});
  EXPECT_EQ(status.exit_code, 1);
  EXPECT_THAT(status.err, AllOf(HasSubstr("session expired: log in again"), HasSubstr("sh")));
}

TEST_F(CredentialsTest, TokenThatIsRefusedSaysSo) {
  const std::string kubeconfig = WriteKubeconfig(cluster(), {{"token", "expired"}}, scratch_);
  const Outcome status = cluster().Hawser({"status", "--kubeconfig", kubeconfig});
  EXPECT_EQ(status.exit_code, 1);
  EXPECT_THAT(status.err, HasSubstr("credentials"));
}

TEST_F(CredentialsTest, PodsOwnAccountIsEnoughToPushFromInsideTheCluster) {
  const Example example(cluster(), "app");
  MakeAccount(cluster(), "dev");
  BindRole(cluster(), "dev", "hawser-developer");
  cluster().Apply(CliPod("dev").dump());
  std::string phase;
  EXPECT_TRUE(Eventually([&] {
    phase = kube::StringAt(cluster().Get("pod/cli"), "/status/phase");
    return phase == "Succeeded" || phase == "Failed";
  }));
  const std::string log = cluster().TryKubectl({"logs", "cli"}).out;
  EXPECT_EQ(phase, "Succeeded") << log;
  EXPECT_THAT(log, HasSubstr("every pod holds the workspace"));
  EXPECT_TRUE(example.Serves("in-cluster"));
}

}  // namespace
}  // namespace hawser::e2e
