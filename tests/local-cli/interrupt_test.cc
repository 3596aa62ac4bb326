// What asks a command to stop.
#include "local-cli/interrupt.h"

#include <gtest/gtest.h>
#include <signal.h>

#include <atomic>
#include <thread>

namespace hawser::cli {
namespace {

TEST(InterruptTest, IsAskedAsBySignalOnAThreadOfItsOwn) {
  sigset_t before;
  ASSERT_EQ(::pthread_sigmask(SIG_BLOCK, nullptr, &before), 0);
  {
    Interrupt interrupt;
    std::atomic<std::thread::id> told;
    const std::stop_callback callback(interrupt.token(),
                                      [&] { told = std::this_thread::get_id(); });
    interrupt.Ask();
    EXPECT_FALSE(WaitFor(std::chrono::seconds(20), interrupt.token()));
    for (const Deadline deadline = In(std::chrono::seconds(20)); told == std::thread::id();) {
      ASSERT_LT(In({}), deadline);
      std::this_thread::yield();
    }
    EXPECT_NE(told.load(), std::this_thread::get_id());
    interrupt.Ask();
  }
  ASSERT_EQ(::pthread_sigmask(SIG_SETMASK, &before, nullptr), 0);
}

}  // namespace
}  // namespace hawser::cli
