// What cannot work is refused by the API server or named in a condition, with what to do about it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lib/kube/object.h"
#include "tests/e2e/example.h"

namespace hawser::e2e {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using ::testing::AllOf;
using ::testing::HasSubstr;

constexpr char kSession[] = R"(
apiVersion: hawser.dev/v1alpha1
kind: DevSession
metadata: {name: app}
spec:
  owner: dev1
  target: TARGET
  sync: [{from: src, to: /app/src}]
)";

std::string SessionOn(const std::string& target) {
  std::string text = kSession;
  return text.replace(text.find("TARGET"), 6, target);
}

class RefusalTest : public ClusterTest {
 protected:
  void Deploy(const std::string& image) { cluster().Apply(ExampleFile("k8s.yaml", "app", image)); }

  // A push that is expected to fail; what it said.
  std::string FailedPush(const std::string& timeout) {
    const Outcome push =
        cluster().Hawser({"push", "app", scratch_.path().string(), "--timeout", timeout});
    EXPECT_EQ(push.exit_code, 1) << push.out;
    return push.err;
  }

  hawser::testing::TempDir scratch_;
};

TEST_F(RefusalTest, InvalidSampleIsRefusedWithItsFieldNamed) {
  constexpr std::string_view kMark = "# Refused at: ";
  int samples = 0;
  for (const auto& entry : fs::directory_iterator(SourcePath("crds/samples/invalid"))) {
    const std::string name = entry.path().filename();
    SCOPED_TRACE(name);
    const std::string text = ReadSource("crds/samples/invalid/" + name);
    std::string field = text.substr(0, text.find('\n'));
    ASSERT_TRUE(field.starts_with(kMark));
    field.erase(0, kMark.size());
    // The API server of 1.20 names the list and not the place in it.
    const std::string leaf = field.substr(field.rfind('.') + 1);
    const Outcome outcome = cluster().TryKubectl({"create", "--validate=false", "-f", "-"}, text);
    EXPECT_EQ(outcome.exit_code, 1);
    EXPECT_THAT(outcome.err, AllOf(HasSubstr("is invalid"), HasSubstr(leaf)));
    ++samples;
  }
  EXPECT_GE(samples, 10);
}

TEST_F(RefusalTest, MissingTargetIsNamedAndFoundOnceItIsThere) {
  cluster().Apply(SessionOn("{name: app}"));
  const Condition missing = cluster().Await("app", "TargetFound", "False", "TargetNotFound");
  EXPECT_THAT(missing.message, HasSubstr("Deployment app does not exist"));
  EXPECT_THAT(FailedPush("20s"), HasSubstr("Deployment app does not exist"));
  Deploy(TestImage("HAWSER_TEST_IMAGE"));
  cluster().Await("app", "AgentInjected", "True");
}

TEST_F(RefusalTest, UnknownContainerIsAnsweredWithThoseThereAre) {
  Deploy(TestImage("HAWSER_TEST_IMAGE"));
  cluster().Apply(SessionOn("{name: app, container: api}"));
  const Condition refused = cluster().Await("app", "AgentInjected", "False", "ContainerNotFound");
  EXPECT_THAT(refused.message, AllOf(HasSubstr("it has: app"), HasSubstr("spec.target.container")));
  EXPECT_THAT(FailedPush("20s"), HasSubstr("it has: app"));
}

TEST_F(RefusalTest, ImageWithoutEntrypointLeavesTheWorkloadUntouched) {
  const std::string image = TestImage("HAWSER_TEST_BARE_IMAGE");
  Deploy(image);
  const json before = cluster().Get("deployment/app")["spec"];
  cluster().Apply(SessionOn("{name: app}"));
  const Condition refused = cluster().Await("app", "AgentInjected", "False", "EntrypointUnknown");
  EXPECT_THAT(refused.message, AllOf(HasSubstr(image), HasSubstr("set spec.target.command")));
  EXPECT_EQ(cluster().Get("deployment/app")["spec"], before);
  EXPECT_THAT(FailedPush("20s"), HasSubstr("set spec.target.command"));
}

TEST_F(RefusalTest, EntrypointIsReadFromTheImageWhenThePodNamesNone) {
  Deploy(TestImage("HAWSER_TEST_IMAGE"));
  cluster().Apply(SessionOn("{name: app}"));
  cluster().Await("app", "AgentInjected", "True");
  const json command =
      cluster().Get("deployment/app")["spec"]["template"]["spec"]["containers"][0]["command"];
  ASSERT_GE(command.size(), 2U);
  EXPECT_EQ(command[command.size() - 2], "python3");
  EXPECT_EQ(command[command.size() - 1], "/app/src/server.py");
}

TEST_F(RefusalTest, ImageThatCannotBePulledIsNamed) {
  std::string image = TestImage("HAWSER_TEST_IMAGE");
  image = image.substr(0, image.rfind(':')) + ":no-such-tag";
  Deploy(image);
  cluster().Apply(SessionOn("{name: app, command: [python3, /app/src/server.py]}"));
  const Condition refused = cluster().Await("app", "AgentsReady", "False", "ImagePullFailed");
  EXPECT_THAT(refused.message, HasSubstr(image));
  EXPECT_THAT(FailedPush("5s"), HasSubstr("app container is waiting"));
}

TEST_F(RefusalTest, UnknownSessionIsAnsweredWithWhereToLook) {
  EXPECT_THAT(FailedPush("5s"),
              AllOf(HasSubstr("no DevSession \"app\""), HasSubstr("hawser status")));
}

}  // namespace
}  // namespace hawser::e2e
