// Preview addresses on the real API server: the Ingress, status.url, who may have a host, removal.
// The test cluster has no ingress controller, so nothing is asked through an address.
#include <gtest/gtest.h>

#include "lib/kube/object.h"
#include "tests/e2e/cluster.h"

namespace hawser::e2e {
namespace {

using nlohmann::json;

// No pods: objects are what matters here.
constexpr char kWorkloads[] = R"(
apiVersion: apps/v1
kind: Deployment
metadata: {name: app}
spec:
  replicas: 0
  selector: {matchLabels: {app: app}}
  template:
    metadata: {labels: {app: app}}
    spec: {containers: [{name: app, image: example.com/app, command: [/bin/server]}]}
)";

std::string SessionOf(const std::string& name, const std::string& mode, const std::string& expose) {
  return "apiVersion: hawser.dev/v1alpha1\nkind: DevSession\nmetadata: {name: " + name +
         "}\nspec:\n  owner: dev1\n  mode: " + mode +
         "\n  clone: {replicas: 0}\n  target: {name: app}\n  ports: [{name: admin, container: "
         "9090}, "
         "{name: http, container: 8080}]\n  expose: " +
         expose + "\n";
}

class ExposeTest : public ClusterTest {
 protected:
  std::string Url(const std::string& session) const {
    return kube::StringAt(cluster().Get("devsession/" + session), "/status/url");
  }
  void Patch(const std::string& session, const std::string& spec) const {
    cluster().Kubectl(
        {"patch", "devsession", session, "--type=merge", "-p", R"({"spec":)" + spec + "}"});
  }
};

TEST_F(ExposeTest, GivesASessionAnAddressForAsLongAsItAsks) {
  cluster().Apply(kWorkloads);
  cluster().Apply(
      SessionOf("app.v2", "InPlace", R"({host: "{session}-{owner}.{namespace}.example.com"})"));
  cluster().Await("app.v2", "Exposed", "True", "Exposed");
  const std::string host = "app-v2-dev1." + cluster().ns() + ".example.com";
  EXPECT_EQ(Url("app.v2"), "http://" + host);
  const std::string name =
      kube::StringAt(cluster().Get("devsession/app.v2"), "/status/ports/0/service");
  json ingress = cluster().Get("ingress/" + name);
  EXPECT_EQ(kube::StringAt(ingress, "/spec/rules/0/host"), host);
  EXPECT_EQ(kube::IntegerAt(ingress, "/spec/rules/0/http/paths/0/backend/service/port/number"),
            8080);
  EXPECT_NE(cluster().Hawser({"status", "app.v2"}).out.find("http://" + host), std::string::npos);

  Patch("app.v2", R"({"expose":{"ingressClass":"nginx","tlsSecret":"keys","port":"admin"}})");
  EXPECT_TRUE(Eventually([&] { return Url("app.v2") == "https://" + host; }));
  ingress = cluster().Get("ingress/" + name);
  EXPECT_EQ(kube::StringAt(ingress, "/spec/ingressClassName"), "nginx");
  EXPECT_EQ(kube::StringAt(ingress, "/spec/tls/0/secretName"), "keys");
  EXPECT_EQ(kube::IntegerAt(ingress, "/spec/rules/0/http/paths/0/backend/service/port/number"),
            9090);
  const std::string version = kube::ResourceVersionOf(ingress);

  Patch("app.v2", R"({"mode":"Clone"})");
  cluster().Await("app.v2", "AgentInjected", "True", "Cloned");
  EXPECT_EQ(kube::ResourceVersionOf(cluster().Get("ingress/" + name)), version);

  Patch("app.v2", R"({"expose":null})");
  EXPECT_TRUE(Eventually([&] { return !cluster().Exists("ingress/" + name); }));
  EXPECT_TRUE(Eventually([&] { return Url("app.v2").empty(); }));
  EXPECT_EQ(cluster().ConditionOf("app.v2", "Exposed").status, "");
  EXPECT_EQ(cluster().ConditionOf("app.v2", "FullySupported").status, "True");

  Patch("app.v2", R"({"expose":{"host":"{namespace}.example.com"}})");
  EXPECT_TRUE(Eventually([&] { return cluster().Exists("ingress/" + name); }));
  cluster().Kubectl({"delete", "devsession", "app.v2", "--timeout=60s"});
  EXPECT_TRUE(Eventually([&] { return !cluster().Exists("ingress/" + name); }));
}

TEST_F(ExposeTest, GivesAHostToOneAndSaysWhoHasIt) {
  cluster().Apply(kWorkloads);
  const std::string host = cluster().ns() + ".example.com";
  const std::string expose = R"({host: "{namespace}.example.com"})";
  cluster().Kubectl({"create", "ingress", "shop", "--rule=" + host + "/*=shop:80"});
  cluster().Apply(SessionOf("first", "InPlace", expose));
  Condition refused = cluster().Await("first", "Exposed", "False", "HostTaken");
  EXPECT_NE(refused.message.find(host + " is taken by Ingress " + cluster().ns() + "/shop;"),
            std::string::npos)
      << refused.message;
  cluster().Kubectl({"delete", "ingress", "shop"});
  cluster().Await("first", "Exposed", "True", "Exposed");

  cluster().Apply(SessionOf("second", "Clone", expose));
  refused = cluster().Await("second", "Exposed", "False", "HostTaken");
  EXPECT_NE(refused.message.find("session " + cluster().ns() + "/first"), std::string::npos)
      << refused.message;
  EXPECT_FALSE(cluster().Exists("ingress/hawser-second"));
  cluster().Kubectl({"delete", "devsession", "first", "--timeout=60s"});
  cluster().Await("second", "Exposed", "True", "Exposed");
  EXPECT_EQ(Url("second"), "http://" + host);
}

TEST_F(ExposeTest, RefusesWhatItCannotServe) {
  cluster().Apply(kWorkloads);
  cluster().Kubectl({"create", "ingress", "hawser-app", "--rule=theirs.example.com/*=shop:80"});
  const json before = cluster().Get("ingress/hawser-app");
  cluster().Apply(SessionOf("app", "InPlace", R"({host: "{namespace}.example.com"})"));
  cluster().Await("app", "Exposed", "False", "NameTaken");
  cluster().Await("app", "AgentInjected", "True");
  Patch("app", R"({"expose":{"host":"a..example.com"}})");
  EXPECT_NE(
      cluster().Await("app", "Exposed", "False", "InvalidHost").message.find("spec.expose.host"),
      std::string::npos);
  Patch("app", R"({"expose":{"host":"a.example.com","port":"web"}})");
  cluster().Kubectl({"delete", "ingress", "hawser-app"});
  cluster().Await("app", "Exposed", "False", "PortNotFound");
  EXPECT_FALSE(cluster().Exists("ingress/hawser-app"));
  EXPECT_EQ(kube::StringAt(before, "/spec/rules/0/host"), "theirs.example.com");

  const Outcome outside = cluster().TryKubectl({"patch", "devsession", "app", "--type=merge", "-p",
                                                R"({"spec":{"expose":{"host":"*.example.com"}}})"});
  EXPECT_FALSE(outside.ok());
  EXPECT_NE(outside.err.find("spec.expose.host"), std::string::npos) << outside.err;
}

}  // namespace
}  // namespace hawser::e2e
