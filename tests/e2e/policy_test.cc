// A namespace's DevPolicy on the cluster: who waits, and who is let in when.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lib/kube/object.h"
#include "tests/e2e/example.h"

namespace hawser::e2e {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

constexpr char kTeamPolicy[] = R"(
apiVersion: hawser.dev/v1alpha1
kind: DevPolicy
metadata: {name: team}
spec:
  maxSessionsPerOwner: 1
  maxTTL: 8h
  allowedTargetLabels: {matchLabels: {dev: "yes"}}
)";
// Nothing of it runs.
constexpr char kLabelledWorkload[] = R"(
apiVersion: apps/v1
kind: Deployment
metadata: {name: api, labels: {dev: "yes"}}
spec:
  replicas: 0
  selector: {matchLabels: {app: api}}
  template:
    metadata: {labels: {app: api}}
    spec:
      containers: [{name: app, image: example.com/app, command: [server]}]
)";

class PolicyTest : public ClusterTest {
 protected:
  void SetUp() override {
    ClusterTest::SetUp();
    if (IsSkipped()) return;
    cluster().Apply(kTeamPolicy);
    cluster().Apply(kLabelledWorkload);
  }

  void Open(const std::string& name, const std::string& fields) const {
    cluster().Apply("apiVersion: hawser.dev/v1alpha1\nkind: DevSession\nmetadata: {name: " + name +
                    "}\nspec: {owner: ann, target: {name: api}, clone: {replicas: 0}, " + fields +
                    "}\n");
  }
};

TEST_F(PolicyTest, SecondSessionOfAnOwnerIsAdmittedWhenTheFirstEnds) {
  Open("first", "mode: Clone");
  cluster().Await("first", "AgentInjected", "True");
  cluster().Await("first", "Admitted", "True");
  Open("second", "mode: Clone");
  const Condition refused = cluster().Await("second", "Admitted", "False", "QuotaExceeded");
  EXPECT_THAT(refused.message, HasSubstr("DevPolicy team (maxSessionsPerOwner)"));
  EXPECT_FALSE(cluster().Exists("deployment/hawser-second"));
  EXPECT_FALSE(cluster().Exists("secret/hawser-second"));
  EXPECT_TRUE(Eventually([&] {
    const json policy = cluster().Get("devpolicy/team");
    return kube::IntegerAt(policy, "/status/sessions") == 2 &&
           kube::IntegerAt(policy, "/status/refused") == 1;
  }));
  cluster().Kubectl({"delete", "devsession", "first", "--timeout=60s"});
  cluster().Await("second", "AgentInjected", "True", "Cloned");
  EXPECT_TRUE(cluster().Exists("deployment/hawser-second"));
}

TEST_F(PolicyTest, RefusesTargetsAndTimesAndTouchesNothing) {
  Open("long", "ttl: 9h");
  EXPECT_THAT(cluster().Await("long", "Admitted", "False", "TTLTooLong").message,
              HasSubstr("8h at most"));
  cluster().Kubectl({"label", "deployment", "api", "dev-"});
  const json before = cluster().Get("deployment/api");
  cluster().Kubectl(
      {"patch", "devsession", "long", "--type=merge", "-p", R"({"spec":{"ttl":"1h"}})"});
  cluster().Await("long", "Admitted", "False", "TargetNotAllowed");
  EXPECT_EQ(cluster().Get("deployment/api")["spec"], before["spec"]);
  cluster().Kubectl({"label", "deployment", "api", "dev=yes"});
  cluster().Await("long", "AgentInjected", "True");
}

TEST_F(PolicyTest, ServerRefusesPoliciesThatSayNothingSensible) {
  for (const char* spec : {"{maxSessions: -1}", "{maxTTL: soon}", "{defaultIdle: {}}",
                           "{allowedRegistries: ['https://registry.example']}"}) {
    const Outcome refused = cluster().TryKubectl(
        {"apply", "-f", "-"},
        std::string("apiVersion: hawser.dev/v1alpha1\nkind: DevPolicy\nmetadata: {name: "
                    "wrong}\nspec: ") +
            spec + "\n");
    EXPECT_FALSE(refused.ok()) << spec;
  }
}

}  // namespace
}  // namespace hawser::e2e
