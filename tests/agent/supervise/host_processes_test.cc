// Real process groups: started, signalled, reaped.
#include "agent/supervise/host_processes.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <unistd.h>

#include <csignal>
#include <functional>
#include <map>

#include "agent/supervise/app.h"
#include "agent/supervise/step_sequence.h"
#include "tests/support/temp_dir.h"

namespace hawser::agent {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr Duration kPatience = seconds(60);

class HostProcessesTest : public ::testing::Test {
 protected:
  HostProcessesTest() { EXPECT_TRUE(BecomeSubreaper().ok()); }

  static std::vector<std::string> Shell(const std::string& script) {
    return {"/bin/sh", "-c", script};
  }
  /// Reaps children until `pid` is among them; its code.
  int Reap(pid_t pid) {
    Await([&] {
      while (const auto child = ReapChild()) reaped_[child->pid] = child->code;
      return reaped_.contains(pid);
    });
    return reaped_.contains(pid) ? reaped_[pid] : -1;
  }
  static void Await(const std::function<bool()>& condition) {
    for (const Deadline deadline = In(kPatience); !condition();) {
      ASSERT_LT(In({}), deadline);
      std::this_thread::sleep_for(milliseconds(1));
    }
  }
  /// Everything the newest step writes.
  std::string StepOutput() {
    std::string output;
    while (processes_.step_output() >= 0) {
      pollfd ready{.fd = processes_.step_output(), .events = POLLIN, .revents = 0};
      if (::poll(&ready, 1, 60000) != 1) break;
      output += processes_.ReadStepOutput();
    }
    return output;
  }
  int CodeOf(const std::string& script) {
    const Result<pid_t> pid = processes_.StartStep(Shell(script));
    EXPECT_TRUE(pid.ok()) << pid.status();
    return pid.ok() ? Reap(*pid) : -1;
  }

  UniqueFd null_{::open("/dev/null", O_WRONLY | O_CLOEXEC)};
  HostProcesses processes_{{.out = null_.get(), .err = null_.get()}};
  std::map<pid_t, int> reaped_;
};

TEST_F(HostProcessesTest, TellsExitCodesAsAShellDoes) {
  EXPECT_EQ(CodeOf("exit 0"), 0);
  EXPECT_EQ(CodeOf("exit 42"), 42);
  EXPECT_EQ(CodeOf("kill -TERM $$"), 128 + SIGTERM);
  EXPECT_EQ(ExitCodeOf(processes_.StartApp({"/no/such/program"}).status()), 127);
  EXPECT_EQ(ExitCodeOf(processes_.StartApp({"/etc/passwd"}).status()), 126);
  EXPECT_EQ(processes_.StartApp({}).status().code(), Code::kInvalidArgument);
}

TEST_F(HostProcessesTest, CollectsAStepsWholeOutput) {
  const pid_t pid = processes_.StartStep(Shell("echo out; echo err >&2; seq 40000")).value();
  const std::string output = StepOutput();
  EXPECT_EQ(output.substr(0, 10), "out\nerr\n1\n");
  EXPECT_EQ(output.substr(output.size() - 6), "40000\n");
  EXPECT_EQ(Reap(pid), 0);
}

TEST_F(HostProcessesTest, GivesTheProcessNeitherDescriptorsNorSignalsOfOurs) {
  const testing::TempDir directory;
  const UniqueFd ours(::open(directory.path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  sigset_t blocked;
  sigset_t before;
  sigfillset(&blocked);
  ::pthread_sigmask(SIG_SETMASK, &blocked, &before);
  std::signal(SIGPIPE, SIG_IGN);
  const Result<pid_t> pid =
      processes_.StartStep(Shell("ls -l /proc/self/fd; grep -E 'SigBlk|SigIgn' /proc/self/status"));
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  ASSERT_TRUE(pid.ok());
  const std::string output = StepOutput();
  EXPECT_EQ(output.find(directory.path().string()), std::string::npos) << output;
  EXPECT_NE(output.find("SigBlk:\t0000000000000000"), std::string::npos) << output;
  // The two above 31 are the C library's own and out of reach.
  EXPECT_THAT(output, ::testing::ContainsRegex("SigIgn:\t[0-9a-f]{8}[08]0000000"));
  EXPECT_EQ(Reap(*pid), 0);
}

TEST_F(HostProcessesTest, ReapsOrphans) {
  const pid_t leader =
      processes_.StartStep(Shell("sh -c 'echo $$; exec sleep 0.01' & exit 3")).value();
  const std::string output = StepOutput();
  EXPECT_EQ(Reap(leader), 3);
  EXPECT_EQ(Reap(std::stoi(output)), 0);
  EXPECT_FALSE(processes_.GroupAlive(leader));
}

TEST_F(HostProcessesTest, KillsAnAppThatOutstaysItsGrace) {
  Pipe pipe = MakePipe().value();
  HostProcesses processes({.out = pipe.writer.get(), .err = null_.get()});
  App app(Shell("trap '' TERM; echo ready; while :; do sleep 1000; done"), processes, 1);
  ASSERT_TRUE(app.Start(In({})).ok());
  const pid_t pid = app.pid();
  char byte = 0;
  ASSERT_EQ(::read(pipe.reader.get(), &byte, 1), 1) << "the trap is set";
  const TimePoint now = In({});
  app.Stop(SIGTERM, seconds(5), now);
  EXPECT_TRUE(processes.GroupAlive(pid));
  app.OnTimer(now + seconds(5));
  Await([&] {
    while (const auto child = ReapChild()) app.OnChildExited(*child);
    return !app.alive();
  });
  EXPECT_EQ(app.last_exit(), 128 + SIGKILL);
  EXPECT_FALSE(processes.GroupAlive(pid));
}

TEST_F(HostProcessesTest, KillsTheWholeGroupOfAStepThatTakesTooLong) {
  StepSequence steps(processes_);
  const TimePoint now = In({});
  steps.Begin({{0, {.argv = Shell("sleep 1000 & echo started; sleep 1000"), .timeout_ms = 50}}},
              now);
  ASSERT_TRUE(steps.running());
  pollfd ready{.fd = processes_.step_output(), .events = POLLIN, .revents = 0};
  ASSERT_EQ(::poll(&ready, 1, 60000), 1);
  steps.OnTimer(now + milliseconds(50));
  Await([&] {
    while (const auto child = ReapChild()) steps.OnChildExited(*child, In({}));
    return !steps.running();
  });
  EXPECT_TRUE(steps.results()[0].timed_out);
  EXPECT_EQ(steps.results()[0].exit_code, 128 + SIGKILL);
  EXPECT_EQ(StepOutput(), "started\n") << "its output ends because nobody holds it any longer";
}

}  // namespace
}  // namespace hawser::agent
