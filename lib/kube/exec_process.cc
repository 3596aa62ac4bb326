// Runs a credential plugin as a child process.
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
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
  explicit Child(pid_t pid) : pid_(pid) {}
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  ~Child() {
    if (pid_ <= 0) return;
    ::kill(pid_, SIGKILL);
    Wait();
  }

  int Wait() {
    int state = 0;
    while (::waitpid(pid_, &state, 0) < 0 && errno == EINTR) {
    }
    pid_ = -1;
    return state;
  }

 private:
  pid_t pid_;
};

Result<std::string> ReadAll(int fd, Deadline deadline) {
  std::string output;
  char buffer[4096];
  for (;;) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - In({})).count();
    pollfd ready{fd, POLLIN, 0};
    const int polled = ::poll(&ready, 1, left > 0 ? static_cast<int>(left) : 0);
    if (polled == 0) return DeadlineExceededError("it did not finish in time");
    const ssize_t count = polled < 0 ? -1 : ::read(fd, buffer, sizeof buffer);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return ErrnoStatus(errno, "reading its output");
    if (count == 0) return output;
    output.append(buffer, static_cast<size_t>(count));
    if (output.size() > kMaxOutput) return InvalidArgumentError("it printed more than 1 MiB");
  }
}

Status SpawnFailure(const ExecPlugin& plugin, int error) {
  if (error != ENOENT) return ErrnoStatus(error, "running it");
  std::string message = "it is not installed";
  if (!plugin.install_hint.empty()) message += "; " + Printable(plugin.install_hint);
  return NotFoundError(std::move(message));
}

// Starts the plugin with its standard output in `output` and its input ours or empty.
Result<pid_t> Spawn(const ExecPlugin& plugin, bool interactive, int output) {
  std::vector<std::string> arguments = {plugin.command};
  arguments.insert(arguments.end(), plugin.args.begin(), plugin.args.end());
  std::vector<std::string> environment = Environment(plugin, interactive);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
  if (!interactive) {
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  }
  pid_t pid = 0;
  const int error = ::posix_spawnp(&pid, plugin.command.c_str(), &actions, nullptr,
                                   Pointers(arguments).data(), Pointers(environment).data());
  posix_spawn_file_actions_destroy(&actions);
  if (error != 0) return SpawnFailure(plugin, error);
  return pid;
}

Result<std::string> Run(const ExecPlugin& plugin) {
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
  const Duration limit = interactive ? std::chrono::minutes(5) : std::chrono::minutes(1);
  HAWSER_ASSIGN_OR_RETURN(std::string output, ReadAll(reader.get(), In(limit)));
  const int state = child.Wait();
  if (WIFEXITED(state) && WEXITSTATUS(state) == 0) return output;
  return UnauthenticatedError(WIFEXITED(state)
                                  ? "it failed with exit code " + std::to_string(WEXITSTATUS(state))
                                  : "it was killed by signal " + std::to_string(WTERMSIG(state)));
}

}  // namespace

Result<std::string> RunExecPlugin(const ExecPlugin& plugin) {
  Result<std::string> output = Run(plugin);
  if (!output.ok()) return output.status().Annotate("credential plugin " + plugin.command);
  return output;
}

}  // namespace hawser::kube
