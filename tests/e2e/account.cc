// Tokens come from Secrets, which Kubernetes 1.20 and today's both fill.
#include "tests/e2e/account.h"

#include "lib/base/base64.h"
#include "lib/kube/object.h"

namespace hawser::e2e {

using nlohmann::json;

std::string MakeAccount(const Cluster& cluster, const std::string& name) {
  cluster.Kubectl({"create", "serviceaccount", name});
  const json secret = {{"apiVersion", "v1"},
                       {"kind", "Secret"},
                       {"metadata",
                        {{"name", name + "-token"},
                         {"annotations", {{"kubernetes.io/service-account.name", name}}}}},
                       {"type", "kubernetes.io/service-account-token"}};
  cluster.Apply(secret.dump());
  std::string token;
  EXPECT_TRUE(Eventually([&] {
    const json filled = cluster.Get("secret/" + name + "-token");
    token = DecodeBase64(kube::StringAt(filled, "/data/token")).value_or("");
    return !token.empty();
  })) << "no token for "
      << name;
  return token;
}

void BindRole(const Cluster& cluster, const std::string& account, const std::string& cluster_role) {
  cluster.Kubectl({"create", "rolebinding", account + "-" + cluster_role,
                   "--clusterrole=" + cluster_role,
                   "--serviceaccount=" + cluster.ns() + ":" + account});
}

std::string WriteKubeconfig(const Cluster& cluster, const json& credentials,
                            const hawser::testing::TempDir& folder) {
  json config = cluster.Kubeconfig();
  config["users"][0]["user"] = credentials;
  return folder.Write("kubeconfig", config.dump());
}

}  // namespace hawser::e2e
