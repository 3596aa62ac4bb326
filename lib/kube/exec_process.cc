// Runs a credential plugin as a child process.
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <nlohmann/json.hpp>

#include "lib/base/text.h"
#include "lib/base/unique_fd.h"
#include "lib/kube/exec_plugin.h"

extern char** environ;  // NOLINT(readability-redundant-declaration): POSIX leaves it to the user

namespace hawser::kube {
namespace {

constexpr size_t kMaxOutput = 1U << 20;

std::string ExecInfo(const ExecPlugin& plugin, bool interactive) {
  nlohmann::json info = {{"apiVersion", plugin.api_version},
                         {"kind", "ExecCredential"},
                         {"spec", {{"interactive", interactive}}}};
  if (!plugin.cluster_info.empty()) {
    info["spec"]["cluster"] = nlohmann::json::parse(plugin.cluster_info, nullptr, false);
  }
  return info.dump();
}

std::vector<std::string> Environment(const ExecPlugin& plugin, bool interactive) {
  std::map<std::string, std::string> added = plugin.env;
  added["KUBERNETES_EXEC_INFO"] = ExecInfo(plugin, interactive);
  std::vector<std::string> all;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text(*entry);
    if (!added.contains(std::string(text.substr(0, text.find('='))))) all.emplace_back(text);
  }
  for (const auto& [name, value] : added) all.push_back(name + "=" + value);
  return all;
}

std::vector<char*> Pointers(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (std::string& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

// A spawned child; killed and reaped when it goes out of scope before Wait.
class Child {
 public:
  explicit Child(pid_t pid)
      : pid_(pid), end_(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0))) {}
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  ~Child() {
    if (pid_ <= 0) return;
    ::kill(pid_, SIGKILL);
    Wait();
  }

  // Readable once the child ended; invalid when the system has no such thing.
  const UniqueFd& end() const { return end_; }

  int Wait() {
    int state = 0;
    while (::waitpid(pid_, &state, 0) < 0 && errno == EINTR) {
    }
    pid_ = -1;
    return state;
  }

 private:
  pid_t pid_;
  const UniqueFd end_;
};

// Appends what is there to be read; false at the end.
Result<bool> ReadSome(int fd, std::string& output) {
  char buffer[4096];
  const ssize_t count = ::read(fd, buffer, sizeof buffer);
  if (count < 0 && errno != EINTR) return ErrnoStatus(errno, "reading its output");
  if (count > 0) output.append(buffer, static_cast<size_t>(count));
  if (output.size() > kMaxOutput) return InvalidArgumentError("it printed more than 1 MiB");
  return count != 0;
}

// What the child printed until it ended. Closing its output does not end it, and what it left
// running may keep the output open for ever.
Result<std::string> ReadUntilEnd(int fd, const Child& child, Deadline deadline) {
  if (!child.end().valid()) return UnimplementedError("this system has no pidfd_open(2)");
  std::string output;
  bool open = true;
  for (;;) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - In({})).count();
    pollfd ready[] = {{open ? fd : -1, POLLIN, 0}, {child.end().get(), POLLIN, 0}};
    const int polled = ::poll(ready, 2, left > 0 ? static_cast<int>(left) : 0);
    if (polled == 0) return DeadlineExceededError("it did not finish in time");
    if (polled < 0 && errno != EINTR) return ErrnoStatus(errno, "waiting for it");
    if (polled < 0) continue;
    if (ready[0].revents != 0) {
      HAWSER_ASSIGN_OR_RETURN(open, ReadSome(fd, output));
    } else {
      return output;
    }
  }
}

Status SpawnFailure(const ExecPlugin& plugin, int error) {
  if (error != ENOENT) return ErrnoStatus(error, "running it");
  std::string message = "it is not installed";
  if (!plugin.install_hint.empty()) message += "; " + Printable(plugin.install_hint);
  return NotFoundError(std::move(message));
}

// How the child starts: its standard output is `output`, its standard input ours or empty, and the
// signals that we block or ignore have their usual effect.
class SpawnSetup {
 public:
  SpawnSetup(int output, bool interactive) {
    posix_spawn_file_actions_init(&actions_);
    posix_spawn_file_actions_adddup2(&actions_, output, STDOUT_FILENO);
    if (!interactive) {
      posix_spawn_file_actions_addopen(&actions_, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    }
    posix_spawnattr_init(&attributes_);
    posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    sigset_t signals;
    sigemptyset(&signals);
    posix_spawnattr_setsigmask(&attributes_, &signals);
    sigaddset(&signals, SIGPIPE);
    posix_spawnattr_setsigdefault(&attributes_, &signals);
  }
  SpawnSetup(const SpawnSetup&) = delete;
  SpawnSetup& operator=(const SpawnSetup&) = delete;
  ~SpawnSetup() {
    posix_spawn_file_actions_destroy(&actions_);
    posix_spawnattr_destroy(&attributes_);
  }

  const posix_spawn_file_actions_t* actions() const { return &actions_; }
  const posix_spawnattr_t* attributes() const { return &attributes_; }

 private:
  posix_spawn_file_actions_t actions_;
  posix_spawnattr_t attributes_;
};

Result<pid_t> Spawn(const ExecPlugin& plugin, bool interactive, int output) {
  std::vector<std::string> arguments = {plugin.command};
  arguments.insert(arguments.end(), plugin.args.begin(), plugin.args.end());
  std::vector<std::string> environment = Environment(plugin, interactive);
  const SpawnSetup setup(output, interactive);
  pid_t pid = 0;
  const int error =
      ::posix_spawnp(&pid, plugin.command.c_str(), setup.actions(), setup.attributes(),
                     Pointers(arguments).data(), Pointers(environment).data());
  if (error != 0) return SpawnFailure(plugin, error);
  return pid;
}

Result<std::string> Run(const ExecPlugin& plugin, const ExecLimits& limits) {
  const bool terminal = ::isatty(STDIN_FILENO) == 1;
  if (plugin.interactive_mode == "Always" && !terminal) {
    return FailedPreconditionError(
        "it needs a terminal (interactiveMode: Always) and there is none");
  }
  const bool interactive = terminal && plugin.interactive_mode != "Never";
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return ErrnoStatus(errno, "pipe");
  const UniqueFd reader(ends[0]);
  UniqueFd writer(ends[1]);
  HAWSER_ASSIGN_OR_RETURN(const pid_t pid, Spawn(plugin, interactive, writer.get()));
  Child child(pid);
  writer.Reset();
  const Deadline deadline = In(interactive ? limits.interactive : limits.alone);
  HAWSER_ASSIGN_OR_RETURN(std::string output, ReadUntilEnd(reader.get(), child, deadline));
  const int state = child.Wait();
  if (WIFEXITED(state) && WEXITSTATUS(state) == 0) return output;
  return UnauthenticatedError(WIFEXITED(state)
                                  ? "it failed with exit code " + std::to_string(WEXITSTATUS(state))
                                  : "it was killed by signal " + std::to_string(WTERMSIG(state)));
}

}  // namespace

Result<std::string> RunExecPlugin(const ExecPlugin& plugin, const ExecLimits& limits) {
  Result<std::string> output = Run(plugin, limits);
  if (!output.ok()) return output.status().Annotate("credential plugin " + plugin.command);
  return output;
}

}  // namespace hawser::kube
