// The life of the app's process, with time passed in.
#include "agent/supervise/app.h"

#include <gtest/gtest.h>

#include <csignal>

#include "tests/agent/supervise/fake_container.h"

namespace hawser::agent {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using Signals = std::vector<std::pair<pid_t, int>>;

constexpr Duration kGrace = seconds(5);

class AppTest : public ::testing::Test {
 protected:
  void Start() {
    ASSERT_TRUE(app_.Start(now_).ok());
    pid_ = processes_.newest();
  }
  void GroupEnds() { processes_.groups.erase(pid_); }
  void LeaderEnds(int code) { app_.OnChildExited({.pid = pid_, .code = code}); }
  void After(Duration duration) {
    now_ += duration;
    app_.OnTimer(now_);
  }

  testing::FakeProcesses processes_;
  App app_{{"app"}, processes_, 1};
  TimePoint now_{std::chrono::hours(1)};
  pid_t pid_ = 0;
};

TEST_F(AppTest, RunsFromStartToStop) {
  EXPECT_EQ(app_.phase(), App::Phase::kNotStarted);
  Start();
  EXPECT_EQ(app_.pid(), pid_);
  EXPECT_FALSE(app_.due().has_value());
  app_.Stop(SIGINT, kGrace, now_);
  EXPECT_EQ(processes_.signals, (Signals{{pid_, SIGINT}}));
  EXPECT_EQ(app_.due(), now_ + kGrace);
  GroupEnds();
  LeaderEnds(0);
  EXPECT_EQ(app_.phase(), App::Phase::kExited);
  EXPECT_EQ(app_.pid(), 0);
  EXPECT_FALSE(app_.due().has_value());
  EXPECT_EQ(processes_.signals.size(), 1U) << "nobody was killed";
}

TEST_F(AppTest, WaitsForTheWholeGroup) {
  Start();
  app_.Stop(SIGTERM, kGrace, now_);
  LeaderEnds(0);
  EXPECT_EQ(app_.phase(), App::Phase::kStopping) << "a worker still holds the port";
  GroupEnds();
  app_.OnChildExited({.pid = 999, .code = 0});
  EXPECT_EQ(app_.phase(), App::Phase::kExited) << "the worker was an orphan of ours by then";
}

TEST_F(AppTest, KillsWhatOutstaysItsGrace) {
  Start();
  app_.Stop(SIGTERM, kGrace, now_);
  After(kGrace - milliseconds(1));
  EXPECT_EQ(processes_.signals.size(), 1U);
  After(milliseconds(1));
  EXPECT_EQ(processes_.signals, (Signals{{pid_, SIGTERM}, {pid_, SIGKILL}}));
  GroupEnds();
  LeaderEnds(137);
  EXPECT_EQ(app_.phase(), App::Phase::kExited);
  EXPECT_EQ(app_.last_exit(), 137);
}

TEST_F(AppTest, GivesUpOnAGroupThatCanNotBeKilled) {
  Start();
  app_.Stop(SIGTERM, kGrace, now_);
  After(kGrace);
  ASSERT_TRUE(app_.due().has_value());
  After(seconds(2));
  EXPECT_EQ(app_.phase(), App::Phase::kExited);
  EXPECT_FALSE(app_.due().has_value());
}

TEST_F(AppTest, KillsWhatAFailedAppLeftBehind) {
  Start();
  LeaderEnds(3);
  EXPECT_EQ(app_.phase(), App::Phase::kExited);
  EXPECT_EQ(app_.last_exit(), 3);
  EXPECT_EQ(processes_.signals, (Signals{{pid_, SIGKILL}}));
}

TEST_F(AppTest, TakesNoOtherChildForItsOwn) {
  Start();
  app_.OnChildExited({.pid = pid_ + 1, .code = 9});
  EXPECT_EQ(app_.phase(), App::Phase::kRunning);
  app_.Stop(SIGTERM, kGrace, now_);
  app_.Stop(SIGKILL, kGrace, now_);
  EXPECT_EQ(processes_.signals.size(), 1U) << "it is stopping already";
}

TEST_F(AppTest, ForwardsSignalsOnlyToALivingApp) {
  app_.Forward(SIGHUP);
  EXPECT_TRUE(processes_.signals.empty());
  Start();
  app_.Forward(SIGHUP);
  EXPECT_EQ(processes_.signals, (Signals{{pid_, SIGHUP}}));
  LeaderEnds(0);
  const size_t signals = processes_.signals.size();
  app_.Forward(SIGHUP);
  EXPECT_EQ(processes_.signals.size(), signals);
}

TEST_F(AppTest, CountsAProgramThatCanNotBeStartedAsExited) {
  processes_.start_failure = NotFoundError("no such program");
  EXPECT_EQ(app_.Start(now_).code(), Code::kNotFound);
  EXPECT_EQ(app_.last_exit(), 127);
  EXPECT_EQ(app_.phase(), App::Phase::kExited);
  processes_.start_failure = PermissionDeniedError("not executable");
  EXPECT_FALSE(app_.Start(now_).ok());
  EXPECT_EQ(app_.last_exit(), 126);
  EXPECT_EQ(app_.starts(), 2U);
}

TEST_F(AppTest, WaitsLongerAfterEachFailureUntilTheAppRanForAMinute) {
  Duration last{};
  for (int failure = 0; failure < 10; ++failure) {
    Start();
    LeaderEnds(1);
    last = app_.RetryDelay(now_);
    EXPECT_LE(last, seconds(33));
  }
  EXPECT_GE(last, seconds(27));
  Start();
  now_ += seconds(60);
  LeaderEnds(1);
  EXPECT_LE(app_.RetryDelay(now_), milliseconds(1100));
  app_.RetryDelay(now_);
  app_.ForgetFailures();
  Start();
  EXPECT_LE(app_.RetryDelay(now_), milliseconds(1100));
}

}  // namespace
}  // namespace hawser::agent
