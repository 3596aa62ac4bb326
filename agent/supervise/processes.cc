// Process groups over posix_spawn, kill and waitpid.
#include "agent/supervise/processes.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>

namespace hawser::agent {
namespace {

/// Attributes and file actions of one posix_spawn.
class SpawnPlan {
 public:
  explicit SpawnPlan(const SpawnOutputs& outputs) {
    posix_spawnattr_init(&attributes_);
    posix_spawn_file_actions_init(&actions_);
    sigset_t none;
    sigset_t all;
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawnattr_setsigmask(&attributes_, &none);
    posix_spawnattr_setsigdefault(&attributes_, &all);
    posix_spawnattr_setflags(&attributes_,
                             POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    posix_spawn_file_actions_adddup2(&actions_, outputs.out, STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions_, outputs.err, STDERR_FILENO);
  }
  ~SpawnPlan() {
    posix_spawn_file_actions_destroy(&actions_);
    posix_spawnattr_destroy(&attributes_);
  }
  SpawnPlan(const SpawnPlan&) = delete;
  SpawnPlan& operator=(const SpawnPlan&) = delete;

  const posix_spawnattr_t* attributes() const { return &attributes_; }
  const posix_spawn_file_actions_t* actions() const { return &actions_; }

 private:
  posix_spawnattr_t attributes_{};
  posix_spawn_file_actions_t actions_{};
};

}  // namespace

Result<pid_t> Spawn(const std::vector<std::string>& argv, const SpawnOutputs& outputs) {
  if (argv.empty() || argv[0].empty()) return InvalidArgumentError("there is no program to start");
  std::vector<char*> arguments;
  for (const std::string& argument : argv) arguments.push_back(const_cast<char*>(argument.c_str()));
  arguments.push_back(nullptr);
  const SpawnPlan plan(outputs);
  pid_t pid = 0;
  const int error = ::posix_spawnp(&pid, arguments[0], plan.actions(), plan.attributes(),
                                   arguments.data(), environ);
  if (error != 0) return ErrnoStatus(error, "can't start " + argv[0]);
  return pid;
}

int ExitCodeOf(int wait_status) {
  return WIFSIGNALED(wait_status) ? 128 + WTERMSIG(wait_status) : WEXITSTATUS(wait_status);
}

int ExitCodeOf(const Status& start_failure) {
  return start_failure.code() == Code::kNotFound ? 127 : 126;
}

std::optional<ReapedChild> ReapChild() {
  int status = 0;
  pid_t pid = 0;
  do {
    pid = ::waitpid(-1, &status, WNOHANG);
  } while (pid < 0 && errno == EINTR);
  if (pid <= 0) return std::nullopt;
  return ReapedChild{.pid = pid, .code = ExitCodeOf(status)};
}

Status BecomeSubreaper() {
  if (::getpid() == 1) return OkStatus();
  if (::prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0)
    return ErrnoStatus(errno, "can't become a subreaper");
  return OkStatus();
}

Result<Pipe> MakePipe() {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return ErrnoStatus(errno, "can't make a pipe");
  return Pipe{.reader = UniqueFd(ends[0]), .writer = UniqueFd(ends[1])};
}

}  // namespace hawser::agent
