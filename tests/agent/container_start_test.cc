// Hub and supervisor together: what a client hears of a container that starts.
#include <gtest/gtest.h>

#include "agent/supervise/supervisor.h"
#include "tests/agent/serve/hub_fixture.h"
#include "tests/agent/supervise/fake_container.h"

namespace hawser::agent {
namespace {

using testing::FakeFiles;
using testing::FakeProcesses;

/// The container's first process, its own files and the app it starts.
struct Container {
  FakeProcesses processes;
  FakeFiles files;
  Supervisor supervisor{{.entrypoint = {"app"}}, processes, files};
};

class ContainerStartTest : public HubTest {
 protected:
  ContainerStartTest() {
    OpenPusher();
    Push(kClient, 1, "one");
  }

  /// A fresh container that holds what is confirmed, with the steps that are due.
  void StartContainer(std::vector<wire::Problem> problems = {}) {
    StopContainer();
    container_.emplace();
    const sync::AgentState& state = confirmed_->state();
    container_->files.report = {.live = true,
                                .tree = confirmed_->digest(),
                                .configure = state.configure,
                                .steps_due = state.steps_due,
                                .problems = std::move(problems)};
    Feed(Begin{});
    Connect();
  }
  void StopContainer() {
    hub_->Step(PeerClosed{kSupervisor});
    container_.reset();
  }
  void EndStep(int code) {
    const pid_t step = container_->processes.newest();
    container_->processes.groups.erase(step);
    Feed(ChildrenExited{{{.pid = step, .code = code}}});
  }
  void Connect() { Feed(AgentConnected{}); }

  wire::StatusReply Status() {
    return Sent<wire::StatusReply>(hub_->Step(ProbeMessage{kOther, wire::StatusRequest{}}), kOther)
        .at(0);
  }
  /// As a push that waits would see it.
  bool RunsWhatIsConfirmed() {
    const wire::StatusReply status = Status();
    return status.app == wire::AppState::kRunning && status.applied_tree == status.tree;
  }

  std::optional<Container> container_;

 private:
  void Feed(const SupervisorEvent& event) {
    for (wire::Message& message : container_->supervisor.Step(event, clock_.Now()).messages) {
      const auto* hello = std::get_if<wire::SupervisorHello>(&message);
      for (const HubOutput& output : hello != nullptr
                                         ? hub_->Step(SupervisorOpened{kSupervisor, *hello})
                                         : SupervisorSays(std::move(message))) {
        const auto* send = std::get_if<Send>(&output);
        const bool answers = send != nullptr && send->peer == kSupervisor;
        ASSERT_FALSE(answers && std::holds_alternative<wire::ApplyRequest>(send->message));
      }
      // At no moment between two messages does a push end too early.
      EXPECT_FALSE(failing_ && Status().problems.empty() && RunsWhatIsConfirmed());
    }
  }

 protected:
  bool failing_ = false;  ///< something goes wrong with this container
};

TEST_F(ContainerStartTest, AStepThatFailsIsAProblemThatTheNextContainerMayCure) {
  failing_ = true;
  StartContainer();
  EndStep(1);
  EXPECT_TRUE(RunsWhatIsConfirmed());
  ASSERT_EQ(Status().problems.size(), 1U);
  EXPECT_NE(Status().problems[0].message.find("step failed"), std::string::npos);
  failing_ = false;
  StartContainer();
  EXPECT_FALSE(RunsWhatIsConfirmed()) << "its step runs yet";
  EndStep(0);
  EXPECT_TRUE(RunsWhatIsConfirmed());
  EXPECT_TRUE(Status().problems.empty());
}

TEST_F(ContainerStartTest, AStepThatFailedBeforeTheAgentCameIsAProblem) {
  failing_ = true;
  StartContainer();
  EndStep(1);
  Reopen();
  EXPECT_TRUE(Status().problems.empty());
  Connect();
  EXPECT_EQ(Status().problems.size(), 1U);
}

TEST_F(ContainerStartTest, APathThatCannotBeWrittenIsAProblem) {
  failing_ = true;
  StartContainer({{.path = "/app/f", .message = "read-only"}});
  EndStep(0);
  EXPECT_TRUE(RunsWhatIsConfirmed());
  EXPECT_EQ(Status().problems.size(), 1U);
}

}  // namespace
}  // namespace hawser::agent
