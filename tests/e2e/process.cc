// Starts programs with their output in files, which no full pipe can block.
#include "tests/e2e/process.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstring>
#include <thread>

namespace hawser::e2e {
namespace {

constexpr auto kExitPoll = std::chrono::milliseconds(5);
constexpr auto kEndPatience = std::chrono::seconds(10);

/// Starts `argv` with the files in, out and err of `scratch`; 0 and a test failure when it cannot.
pid_t Start(const Arguments& argv, const hawser::testing::TempDir& scratch) {
  posix_spawn_file_actions_t files;
  ::posix_spawn_file_actions_init(&files);
  const auto open = [&](int fd, const char* name, int flags) {
    ::posix_spawn_file_actions_addopen(&files, fd, (scratch / name).c_str(), flags, 0600);
  };
  open(0, "in", O_RDONLY);
  open(1, "out", O_WRONLY | O_CREAT | O_TRUNC);
  open(2, "err", O_WRONLY | O_CREAT | O_TRUNC);
  std::vector<char*> words;
  for (const std::string& word : argv) words.push_back(const_cast<char*>(word.c_str()));
  words.push_back(nullptr);
  pid_t pid = 0;
  const int error = ::posix_spawnp(&pid, words[0], &files, nullptr, words.data(), environ);
  ::posix_spawn_file_actions_destroy(&files);
  if (error == 0) return pid;
  ADD_FAILURE() << "starting " << argv[0] << ": " << std::strerror(error);
  return 0;
}

/// Waits for a child and returns its exit code; -1 when it died of a signal, or was killed after
/// `limit`.
int WaitFor(pid_t pid, Duration limit) {
  const Deadline deadline = In(limit);
  int status = 0;
  while (::waitpid(pid, &status, WNOHANG) == 0) {
    if (std::chrono::steady_clock::now() > deadline) ::kill(pid, SIGKILL);
    std::this_thread::sleep_for(kExitPoll);
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

}  // namespace

Outcome RunProgram(const Arguments& argv, const std::string& input, Duration limit) {
  const hawser::testing::TempDir scratch;
  scratch.Write("in", input);
  const pid_t pid = Start(argv, scratch);
  if (pid == 0) return {};
  const int exit_code = WaitFor(pid, limit);
  return {.exit_code = exit_code, .out = scratch.Read("out"), .err = scratch.Read("err")};
}

Background::Background(const Arguments& argv) {
  scratch_.Write("in", "");
  pid_ = Start(argv, scratch_);
}

Background::~Background() {
  Interrupt();
}

int Background::Wait(Duration limit) {
  if (pid_ <= 0) return -1;
  const int exit_code = WaitFor(pid_, limit);
  pid_ = 0;
  return exit_code;
}

int Background::Interrupt() {
  if (pid_ > 0) ::kill(pid_, SIGINT);
  return Wait(kEndPatience);
}

}  // namespace hawser::e2e
