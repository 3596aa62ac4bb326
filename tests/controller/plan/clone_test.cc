// What a copy has of its workload, and what it has of its own.
#include "controller/plan/clone.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "controller/plan/names.h"
#include "tests/controller/plan/world.h"

namespace hawser::controller {
namespace {

using nlohmann::json;
using testing::ContainerOf;
using testing::MakeDeployment;
using testing::MakeSession;
using testing::MakeWorkload;

json CloneSession() {
  json session = MakeSession();
  session["spec"]["mode"] = "Clone";
  return session;
}

Observed Seen(const kube::Resource& resource, const json& workload,
              const json& session = CloneSession()) {
  Observed observed = testing::Observe(session, workload);
  observed.target->resource = resource;
  return observed;
}

TEST(CloneTest, SharesNoLabelAndNoSelectorWithTheWorkload) {
  json source = MakeDeployment();
  source["spec"]["template"]["metadata"]["labels"]["tier"] = "backend";
  source["spec"]["template"]["metadata"]["labels"]["sidecar.istio.io/inject"] = "true";
  const json clone = CloneOf(Seen(kube::resources::kDeployments, source));
  EXPECT_EQ(clone["metadata"]["name"], "hawser-dev");
  EXPECT_EQ(clone["metadata"]["ownerReferences"][0]["uid"], "s-dev");
  EXPECT_EQ(clone["spec"]["selector"], (json{{"matchLabels", {{"hawser.dev/clone", "dev"}}}}));
  EXPECT_EQ(clone["spec"]["template"]["metadata"]["labels"],
            (json{{"hawser.dev/clone", "dev"},
                  {"hawser.dev/session", "dev"},
                  {"app.kubernetes.io/managed-by", "hawser"},
                  {"sidecar.istio.io/inject", "true"}}));
  EXPECT_EQ(clone["spec"]["replicas"], 1);
}

TEST(CloneTest, KeepsTheContainersAsTheyWereBeforeAnyInjection) {
  const json source = MakeDeployment();
  const Observed plain = testing::Observe(MakeSession("other"), source);
  const json injected =
      testing::AfterInjection(source, MakePlan(plain, testing::Options(), testing::Now()));
  EXPECT_EQ(CloneOf(Seen(kube::resources::kDeployments, injected)),
            CloneOf(Seen(kube::resources::kDeployments, source)));
}

TEST(CloneTest, ClaimsBecomeVolumesOfItsOwn) {
  const json set =
      CloneOf(Seen(kube::resources::kStatefulSets, MakeWorkload(kube::resources::kStatefulSets)));
  const json own = json::array({{{"name", "data"}, {"emptyDir", json::object()}}});
  EXPECT_EQ(set["kind"], "StatefulSet");
  EXPECT_EQ(set["spec"]["serviceName"], "hawser-dev");
  EXPECT_FALSE(set["spec"].contains("volumeClaimTemplates"));
  EXPECT_EQ(set["spec"]["template"]["spec"]["volumes"], own);

  json deployment = MakeDeployment();
  deployment["spec"]["template"]["spec"]["volumes"] =
      json::array({{{"name", "data"}, {"persistentVolumeClaim", {{"claimName", "shared"}}}}});
  EXPECT_EQ(CloneOf(Seen(kube::resources::kDeployments,
                         deployment))["spec"]["template"]["spec"]["volumes"],
            own);
}

TEST(CloneTest, DaemonSetIsCopiedAsADeploymentOffTheNodesNetwork) {
  json clone =
      CloneOf(Seen(kube::resources::kDaemonSets, MakeWorkload(kube::resources::kDaemonSets)));
  EXPECT_EQ(clone["kind"], "Deployment");
  EXPECT_FALSE(clone["spec"].contains("updateStrategy"));
  EXPECT_FALSE(clone["spec"]["template"]["spec"].contains("hostNetwork"));
  EXPECT_EQ(ContainerOf(clone, "api")["ports"],
            json::array({{{"containerPort", 80}, {"protocol", "TCP"}}}));
}

TEST(CloneTest, NamesNothingTwiceThatIsAppliedByName) {
  json source = MakeDeployment();
  json& pod = source["spec"]["template"]["spec"];
  const json last = {{"name", "LEVEL"}, {"value", "2"}};
  ContainerOf(source, "api")["env"] =
      json::array({{{"name", "LEVEL"}, {"value", "1"}}, {{"name", "A"}, {"value", ""}}, last});
  ContainerOf(source, "api")["ports"] =
      json::array({{{"containerPort", 80}, {"name", "http"}},
                   {{"containerPort", 80}, {"name", "web"}, {"protocol", "TCP"}},
                   {{"containerPort", 80}, {"name", "quic"}, {"protocol", "UDP"}}});
  pod["imagePullSecrets"] = json::array({{{"name", "key"}}, {{"name", "key"}}});
  pod["hostAliases"] = json::array(
      {{{"ip", "10.0.0.1"}, {"hostnames", {"a"}}}, {{"ip", "10.0.0.1"}, {"hostnames", {"b"}}}});
  json clone = CloneOf(Seen(kube::resources::kDeployments, source));
  EXPECT_EQ(ContainerOf(clone, "api")["env"], json::array({{{"name", "A"}, {"value", ""}}, last}));
  ASSERT_EQ(ContainerOf(clone, "api")["ports"].size(), 2U);
  EXPECT_EQ(ContainerOf(clone, "api")["ports"][0]["name"], "web");
  EXPECT_EQ(ContainerOf(clone, "api")["ports"][1]["name"], "quic");
  EXPECT_EQ(clone["spec"]["template"]["spec"]["imagePullSecrets"].size(), 1U);
  EXPECT_EQ(clone["spec"]["template"]["spec"]["hostAliases"].size(), 1U);
}

TEST(CloneTest, OverridesAreForTheNamedContainerOnly) {
  json clone = CloneOf(Seen(kube::resources::kDeployments, MakeDeployment()));
  Override({.env = {{"MODE", "dev"}, {"NEW", ""}}, .resources = {{{}, {{"memory", "1Gi"}}}}}, "api",
           clone);
  EXPECT_EQ(ContainerOf(clone, "api")["env"],
            json::array({{{"name", "MODE"}, {"value", "dev"}}, {{"name", "NEW"}, {"value", ""}}}));
  EXPECT_EQ(ContainerOf(clone, "api")["resources"]["limits"], (json{{"memory", "1Gi"}}));
  EXPECT_FALSE(ContainerOf(clone, "proxy").contains("env"));
  EXPECT_FALSE(ContainerOf(clone, "proxy").contains("resources"));
}

}  // namespace
}  // namespace hawser::controller
