// Stopping on a signal, and on failure.
#include "controller/stop_signals.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <condition_variable>
#include <mutex>

namespace hawser::controller {
namespace {

class StopSignalsTest : public ::testing::Test {
 protected:
  StopSignalsTest() : signals_(BlockStopSignals()) {}
  ~StopSignalsTest() override { pthread_sigmask(SIG_UNBLOCK, &signals_, nullptr); }

  const sigset_t signals_;
};

TEST_F(StopSignalsTest, AsksTheWorkToStopAndWaitsForIt) {
  bool stopped = false;
  const auto work = [&](std::stop_token stop) {
    kill(getpid(), SIGTERM);
    std::mutex mutex;
    std::condition_variable_any never;
    std::unique_lock lock(mutex);
    never.wait(lock, stop, [] { return false; });
    stopped = true;
    return CancelledError("stopped");
  };
  EXPECT_EQ(RunUntilSignal(work, signals_), OkStatus());
  EXPECT_TRUE(stopped);
}

TEST_F(StopSignalsTest, EndsWithTheWorksFailure) {
  const auto work = [](std::stop_token) { return UnavailableError("no server"); };
  EXPECT_EQ(RunUntilSignal(work, signals_), UnavailableError("no server"));
}

}  // namespace
}  // namespace hawser::controller
