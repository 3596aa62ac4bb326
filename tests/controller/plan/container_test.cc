// Which container is meant.
#include "controller/plan/container.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "controller/plan/names.h"
#include "tests/support/kube/session_objects.h"

namespace hawser::controller {
namespace {

using nlohmann::json;

json WithContainers(const std::vector<const char*>& names) {
  json workload = testing::MakeDeployment();
  json& containers = workload["spec"]["template"]["spec"]["containers"];
  containers = json::array();
  for (const char* name : names) containers.push_back({{"name", name}});
  return workload;
}

std::string Chosen(const json& workload, const std::string& asked = {}) {
  const ContainerChoice choice = ChooseContainer(workload, {.name = "api", .container = asked});
  return choice.container == nullptr ? choice.refusal.reason
                                     : (*choice.container)["name"].get<std::string>();
}

TEST(ContainerTest, OnlyOneNeedsNoName) {
  EXPECT_EQ(Chosen(WithContainers({"web"})), "web");
  EXPECT_EQ(Chosen(WithContainers({"web", kAgentContainer})), "web");
}

TEST(ContainerTest, SidecarsOfMeshesAreNeverMeantUnasked) {
  const json meshed = WithContainers({"istio-proxy", "web", "daprd"});
  EXPECT_EQ(Chosen(meshed), "web");
  EXPECT_EQ(Chosen(meshed, "istio-proxy"), "istio-proxy");
  EXPECT_EQ(Chosen(WithContainers({"linkerd-proxy"})), "linkerd-proxy");
  EXPECT_EQ(Chosen(WithContainers({"istio-proxy", "daprd"})), reason::kContainerAmbiguous);
}

TEST(ContainerTest, TakesTheOneThatKubectlTakesByDefault) {
  json workload = WithContainers({"worker", "web"});
  EXPECT_EQ(Chosen(workload), reason::kContainerAmbiguous);
  json& annotations = workload["spec"]["template"]["metadata"]["annotations"];
  annotations["kubectl.kubernetes.io/default-container"] = "web";
  EXPECT_EQ(Chosen(workload), "web");
  annotations["kubectl.kubernetes.io/default-container"] = "gone";
  EXPECT_EQ(Chosen(workload), reason::kContainerAmbiguous);
}

}  // namespace
}  // namespace hawser::controller
