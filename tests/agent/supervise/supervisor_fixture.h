// A supervisor on processes and files in memory, and what happens to it.
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <csignal>
#include <string>
#include <utility>
#include <vector>

#include "agent/supervise/supervisor.h"
#include "tests/agent/supervise/fake_container.h"

namespace hawser::agent {

class SupervisorTest : public ::testing::Test {
 protected:
  explicit SupervisorTest(bool wait = false)
      : supervisor_({.entrypoint = {"app"}, .wait_for_sync = wait}, processes_, files_) {
    files_.report.configure = {
        .generation = 1,
        .roots = {{.path = "/app"}},
        .steps = {{.argv = {"install"}, .timeout_ms = 1000}, {.argv = {"build"}}},
        .restart = {.signal = SIGINT, .grace_ms = 5000}};
  }

  Effects Step(const SupervisorEvent& event) { return supervisor_.Step(event, now_); }
  Effects Exit(pid_t pid, int code) {
    processes_.groups.erase(pid);
    return Step(ChildrenExited{{{.pid = pid, .code = code}}});
  }
  Effects After(Duration duration) {
    now_ += duration;
    return Step(TimerDue{});
  }
  /// What the agent says of the session's steps, as it saved it before.
  Effects ChangeSteps(std::vector<wire::Step> steps) {
    files_.report.configure.steps = std::move(steps);
    return Step(AgentSaid{files_.report.configure});
  }
  Effects Apply(uint64_t number, std::vector<uint32_t> steps, bool restart) {
    files_.report.live = true;
    return Step(AgentSaid{
        wire::ApplyRequest{.number = number, .steps = std::move(steps), .restart = restart}});
  }
  /// A session with one confirmed batch and a running app.
  void StartLive() {
    files_.report.live = true;
    Step(Begin{});
    ASSERT_EQ(processes_.app_starts, 1);
    app_ = processes_.newest();
  }

  /// The first message of this kind, or null.
  template <typename T>
  static const T* Find(const Effects& effects) {
    for (const wire::Message& message : effects.messages) {
      if (const T* found = std::get_if<T>(&message)) return found;
    }
    return nullptr;
  }

  testing::FakeProcesses processes_;
  testing::FakeFiles files_;
  Supervisor supervisor_;
  TimePoint now_ = TimePoint(std::chrono::hours(1));
  pid_t app_ = 0;
};

}  // namespace hawser::agent
