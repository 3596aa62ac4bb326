// Parts that everybody in the cluster depends on fail. These tests run alone: CMake gives their
// suite's name a meaning.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "lib/kube/object.h"
#include "tests/e2e/account.h"
#include "tests/e2e/example.h"
#include "tests/e2e/installation.h"

namespace hawser::e2e {
namespace {

using nlohmann::json;
using ::testing::AllOf;
using ::testing::HasSubstr;

void TestCluster(const Arguments& arguments) {
  Arguments command{SourcePath("tests/cluster/testcluster")};
  command.insert(command.end(), arguments.begin(), arguments.end());
  const Outcome outcome = RunProgram(command);
  EXPECT_TRUE(outcome.ok()) << outcome.err;
}

// No API server while it lives.
class ApiServerAway {
 public:
  ApiServerAway() { TestCluster({"stop", "apiserver"}); }
  ~ApiServerAway() { TestCluster({"start", "apiserver"}); }
  ApiServerAway(const ApiServerAway&) = delete;
  ApiServerAway& operator=(const ApiServerAway&) = delete;
};

class OutageTest : public LocalClusterTest {
 protected:
  // A push that follows the workspace with no more than a developer's rights, which a starting API
  // server knows later than the administrator's.
  Arguments WatchAsDeveloper(const Example& example) {
    const std::string token = MakeAccount(cluster(), "dev");
    BindRole(cluster(), "dev", "hawser-developer");
    Arguments command = example.Watch();
    command.insert(
        command.end(),
        {"--kubeconfig", WriteKubeconfig(cluster(), {{"token", token}}, scratch_), "--no-direct"});
    return command;
  }

  hawser::testing::TempDir scratch_;
};

TEST_F(OutageTest, PushAndControllerGoOnOnceTheApiServerIsBack) {
  const Example example(cluster(), "app");
  Background push(WatchAsDeveloper(example));
  const AppPod pod = example.ReadyPod();
  const auto says = [&](const std::string& words) {
    return Eventually([&] { return (push.Out() + push.Err()).find(words) != std::string::npos; })
           << push.Out() << push.Err();
  };
  ASSERT_TRUE(says("up to date"));
  {
    const ApiServerAway away;
    EXPECT_TRUE(says(pod.name + ": not connected, trying again"));
    EXPECT_TRUE(says("the API server can't be watched, trying again"));
    example.SaveVersion("meanwhile");
  }
  EXPECT_TRUE(says(pod.name + ": connected again"));
  EXPECT_TRUE(example.Serves("meanwhile")) << push.Out() << push.Err();
  EXPECT_EQ(example.Pod().name, pod.name);
  EXPECT_EQ(example.Pod().app_restarts, pod.app_restarts);
  cluster().Kubectl({"delete", "devsession", "app", "--timeout=60s"});
  const json spec = cluster().Get("deployment/app")["spec"]["template"]["spec"];
  EXPECT_EQ(spec["containers"].size(), 1U);
  EXPECT_FALSE(spec.contains("volumes"));
  EXPECT_EQ(push.Wait(std::chrono::seconds(20)), 1);
  EXPECT_THAT(push.Err(), HasSubstr("session app was deleted"));
}

TEST_F(OutageTest, AgentImageThatCannotBePulledIsNamedUntilItIsMended) {
  std::string image = TestImage("HAWSER_TEST_IMAGE");
  image = image.substr(0, image.rfind('/')) + "/hawser-agent:no-such-tag";
  cluster().Apply(ExampleFile("k8s.yaml", "app", TestImage("HAWSER_TEST_IMAGE")));
  {
    const OtherAgentImage other(image);
    cluster().Apply(ExampleFile("devsession.yaml", "app", {}));
    const Condition refused = cluster().Await("app", "AgentsReady", "False", "ImagePullFailed");
    EXPECT_THAT(refused.message, AllOf(HasSubstr(image), HasSubstr("--agent-image")));
  }
  cluster().Await("app", "AgentsReady", "True");
}

}  // namespace
}  // namespace hawser::e2e
