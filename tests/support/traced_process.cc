// Work in a process that is stopped before each of its system calls.
#include "tests/support/traced_process.h"

#include <gtest/gtest.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>

namespace hawser::testing {
namespace {

constexpr int kSystemCall = SIGTRAP | 0x80;  // with PTRACE_O_TRACESYSGOOD

[[noreturn]] void Run(const std::function<void()>& work) {
  ::ptrace(PTRACE_TRACEME, 0, nullptr, nullptr);
  ::raise(SIGSTOP);
  work();
  ::_exit(::testing::Test::HasFailure() ? EXIT_FAILURE : EXIT_SUCCESS);
}

/// Lets the child run until it stops again, passing on the signal it stopped for. False when it
/// ended; `status` is as of waitpid(2).
bool Continue(pid_t child, int& status) {
  const int stopped_for = WSTOPSIG(status);
  const bool a_signal = stopped_for != kSystemCall && stopped_for != SIGSTOP;
  ::ptrace(PTRACE_SYSCALL, child, nullptr, a_signal ? stopped_for : 0);
  return ::waitpid(child, &status, 0) == child && WIFSTOPPED(status);
}

}  // namespace

bool RunTraced(const std::function<void()>& work,
               const std::function<bool(uint64_t call)>& goes_on) {
  const pid_t child = ::fork();
  if (child == 0) Run(work);
  int status = 0;
  const bool traced =
      child > 0 && ::waitpid(child, &status, 0) == child && WIFSTOPPED(status) &&
      ::ptrace(PTRACE_SETOPTIONS, child, nullptr, PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL) == 0;
  if (!traced) {
    ADD_FAILURE() << "a process may not trace its children here";
    return false;
  }
  bool enters = true;  // each call stops twice
  for (uint64_t call = 0; Continue(child, status);) {
    if (WSTOPSIG(status) != kSystemCall) continue;
    if (enters && !goes_on(call++)) {
      ::kill(child, SIGKILL);
      ::waitpid(child, &status, 0);
      return false;
    }
    enters = !enters;
  }
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == EXIT_SUCCESS)
      << "the traced process ended with status " << status;
  return true;
}

}  // namespace hawser::testing
