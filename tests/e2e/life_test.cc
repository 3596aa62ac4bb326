// Sessions on the cluster that end by themselves.
#include <gtest/gtest.h>

#include "lib/base/text.h"
#include "lib/kube/object.h"
#include "tests/e2e/example.h"

namespace hawser::e2e {
namespace {

using nlohmann::json;

// Nothing of it runs: no node will have its pods.
constexpr char kShortLived[] = R"(
apiVersion: apps/v1
kind: Deployment
metadata: {name: api, annotations: {example.com/note: keep}}
spec:
  replicas: 3
  selector: {matchLabels: {app: api}}
  template:
    metadata: {labels: {app: api}}
    spec:
      nodeSelector: {example.com/no-such-node: "true"}
      containers: [{name: app, image: example.com/app, command: [server], args: [--all]}]
)";
constexpr char kShortSession[] = R"(
apiVersion: hawser.dev/v1alpha1
kind: DevSession
metadata: {name: api}
spec:
  owner: dev1
  target: {name: api}
  ttl: 20s
)";

// What of a Deployment is its owner's: all but what the API server and its controllers write.
json WithoutRevision(const json& deployment) {
  json part = {{"spec", deployment["spec"]},
               {"annotations", deployment["metadata"]["annotations"]}};
  part["annotations"].erase("deployment.kubernetes.io/revision");
  return part;
}

class LifeTest : public ClusterTest {
 protected:
  /// The reasons of the events about a session, each as often as it was counted.
  std::string EventReasons(const std::string& session) const {
    return cluster().Kubectl({"get", "events", "--field-selector", "involvedObject.name=" + session,
                              "-o", "jsonpath={.items[*].reason}"});
  }
};

TEST_F(LifeTest, SessionEndsWithItsTtlAndLeavesTheWorkloadAsItWas) {
  cluster().Apply(kShortLived);
  const json before = cluster().Get("deployment/api");
  cluster().Apply(kShortSession);
  cluster().Await("api", "AgentInjected", "True");
  cluster().Await("api", "Lasting", "False", "ExpiresSoon");
  const json session = cluster().Get("devsession/api");
  const WallTime made = ParseTime(kube::StringAt(session, "/metadata/creationTimestamp")).value();
  EXPECT_EQ(kube::StringAt(session, "/status/expiresAt"),
            FormatTime(made + std::chrono::seconds(20)));
  EXPECT_TRUE(Eventually([&] { return !cluster().Exists("devsession/api"); }));
  EXPECT_EQ(json::diff(WithoutRevision(before), WithoutRevision(cluster().Get("deployment/api"))),
            json::array());
  EXPECT_NE(EventReasons("api").find("ExpiresSoon"), std::string::npos);
  EXPECT_TRUE(Eventually([&] { return EventReasons("api").find("Expired") != std::string::npos; }));
}

}  // namespace
}  // namespace hawser::e2e
