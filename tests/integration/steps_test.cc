// Steps under a real supervisor: failed ones come again, slow ones end, and the status tells.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "tests/integration/agent_pod.h"

namespace hawser::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// An app that runs already, with one step.
class StepsTest : public ::testing::Test {
 protected:
  void Start(const wire::Step& step) {
    pod_.StartAgent();
    pod_.StartSupervisor("exec sleep 1000");
    client_ = std::make_unique<TestClient>(pod_, wire::Role::kPush);
    wire::Configure configure = TestConfigure();
    configure.steps = {step};
    client_->Configure(configure);
    client_->Push("/app/a", "1");
    ASSERT_TRUE(Eventually([&] { return Status().app == wire::AppState::kRunning; }))
        << pod_.SupervisorLog();
  }
  wire::StatusReply Status() {
    TestClient observer(pod_, wire::Role::kObserve);
    EXPECT_TRUE(observer.channel->Send(wire::StatusRequest{}, In(std::chrono::seconds(10))).ok());
    return observer.Await<wire::StatusReply>();
  }

  AgentPod pod_;
  std::unique_ptr<TestClient> client_;
};

TEST_F(StepsTest, AFailedStepAndTheRestartItHeldBackComeWithTheNextBatch) {
  Start({.argv = {"sh", "-c", "echo ran; test -e $ROOT/ready"}});
  const int32_t pid = Status().pid;
  wire::BatchResult result = client_->Push("/app/a", "2", true, {0});
  ASSERT_EQ(result.steps.size(), 1U);
  EXPECT_EQ(result.steps[0].exit_code, 1);
  EXPECT_FALSE(result.restarted);
  EXPECT_EQ(Status().pid, pid) << "the running app stays";
  ASSERT_EQ(Status().problems.size(), 1U);
  EXPECT_THAT(Status().problems[0].message, HasSubstr("test -e"));

  pod_.container().Write("ready", "");
  client_->step_output.clear();
  result = client_->Push("/app/b", "unrelated", false);
  ASSERT_EQ(result.steps.size(), 1U);
  EXPECT_EQ(result.steps[0].exit_code, 0);
  EXPECT_EQ(client_->step_output, "ran\n");
  EXPECT_TRUE(result.restarted);
  EXPECT_THAT(Status().problems, IsEmpty());
  EXPECT_THAT(client_->Push("/app/b", "again", false).steps, IsEmpty());
}

TEST_F(StepsTest, AStepThatTakesTooLongEndsWithAllThatItStarted) {
  Start({.argv = {"sh", "-c", "sleep 1000 & echo $! > $ROOT/child; wait"}, .timeout_ms = 300});
  const wire::BatchResult result = client_->Push("/app/a", "2", true, {0});
  ASSERT_EQ(result.steps.size(), 1U);
  EXPECT_TRUE(result.steps[0].timed_out);
  EXPECT_FALSE(result.restarted);
  EXPECT_THAT(Status().problems[0].message, HasSubstr("took too long"));
  const std::string child = pod_.container().Read("child");
  const std::string process = "/proc/" + child.substr(0, child.find('\n'));
  EXPECT_TRUE(Eventually([&] { return !std::filesystem::exists(process); })) << process;
}

}  // namespace
}  // namespace hawser::testing
