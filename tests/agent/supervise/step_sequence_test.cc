// Steps run one after the other, with time passed in.
#include "agent/supervise/step_sequence.h"

#include <gtest/gtest.h>

#include <csignal>

#include "tests/agent/supervise/fake_container.h"

namespace hawser::agent {
namespace {

using std::chrono::milliseconds;

class StepSequenceTest : public ::testing::Test {
 protected:
  void Begin() {
    steps_.Begin({{0, {.argv = {"install"}, .timeout_ms = 1000}},
                  {2, {.argv = {"build"}, .timeout_ms = 2000}}},
                 now_);
  }
  void Exit(int code) { steps_.OnChildExited({.pid = processes_.newest(), .code = code}, now_); }

  testing::FakeProcesses processes_;
  StepSequence steps_{processes_};
  TimePoint now_{std::chrono::hours(1)};
};

TEST_F(StepSequenceTest, RunsOneAfterTheOther) {
  Begin();
  EXPECT_TRUE(steps_.running());
  EXPECT_EQ(steps_.current(), 0U);
  EXPECT_EQ(steps_.due(), now_ + milliseconds(1000));
  now_ += milliseconds(30);
  steps_.OnChildExited({.pid = 99999, .code = 5}, now_);
  EXPECT_EQ(steps_.current(), 0U) << "another child";
  Exit(0);
  EXPECT_EQ(steps_.current(), 2U);
  EXPECT_EQ(steps_.due(), now_ + milliseconds(2000));
  Exit(0);
  EXPECT_FALSE(steps_.running());
  EXPECT_TRUE(steps_.succeeded());
  EXPECT_FALSE(steps_.due().has_value());
  EXPECT_EQ(processes_.steps, (std::vector<std::string>{"install", "build"}));
  ASSERT_EQ(steps_.results().size(), 2U);
  EXPECT_EQ(steps_.results()[0].duration_us, 30000U);
}

TEST_F(StepSequenceTest, LeavesOutTheRestAfterAFailure) {
  Begin();
  Exit(4);
  EXPECT_FALSE(steps_.running());
  EXPECT_FALSE(steps_.succeeded());
  ASSERT_EQ(steps_.results().size(), 1U);
  EXPECT_EQ(steps_.results()[0].exit_code, 4);
  Begin();
  EXPECT_TRUE(steps_.succeeded()) << "a new sequence begins with a clean slate";
}

TEST_F(StepSequenceTest, KillsTheGroupOfAStepThatTakesTooLong) {
  Begin();
  now_ += milliseconds(999);
  steps_.OnTimer(now_);
  EXPECT_TRUE(processes_.signals.empty());
  now_ += milliseconds(1);
  steps_.OnTimer(now_);
  steps_.OnTimer(now_);
  ASSERT_EQ(processes_.signals.size(), 1U);
  EXPECT_EQ(processes_.signals[0], std::make_pair(processes_.newest(), SIGKILL));
  EXPECT_FALSE(steps_.due().has_value());
  Exit(0);
  EXPECT_FALSE(steps_.succeeded()) << "whatever its exit code";
  EXPECT_TRUE(steps_.results()[0].timed_out);
}

TEST_F(StepSequenceTest, ReportsAStepThatCanNotBeStarted) {
  processes_.start_failure = NotFoundError("no pip");
  Begin();
  EXPECT_FALSE(steps_.running());
  EXPECT_FALSE(steps_.succeeded());
  ASSERT_EQ(steps_.results().size(), 1U);
  EXPECT_EQ(steps_.results()[0].exit_code, -1);
  EXPECT_NE(steps_.results()[0].message.find("no pip"), std::string::npos);
}

TEST_F(StepSequenceTest, SucceedsWithNoSteps) {
  steps_.Begin({}, now_);
  EXPECT_FALSE(steps_.running());
  EXPECT_TRUE(steps_.succeeded());
}

TEST_F(StepSequenceTest, AbandonsWhatRunsAndWhatIsToCome) {
  Begin();
  const pid_t pid = processes_.newest();
  steps_.Abandon();
  EXPECT_EQ(processes_.signals[0], std::make_pair(pid, SIGKILL));
  EXPECT_FALSE(steps_.running());
  Exit(137);
  EXPECT_TRUE(steps_.results().empty());
  EXPECT_EQ(processes_.steps.size(), 1U);
}

}  // namespace
}  // namespace hawser::agent
