// Reads the kernel's limits and tries the workspace.
#include "local-cli/commands/machine_checks.h"

#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace hawser::cli {

namespace {

/// Enough for a large monorepo beside an editor that watches it too.
constexpr int64_t kWatches = 65536;
constexpr int64_t kInstances = 128;

Check CheckLimit(const std::string& proc, const std::string& name, int64_t expected) {
  Check check{.name = "inotify " + name};
  std::ifstream file(proc + "/" + name);
  int64_t limit = 0;
  if (!(file >> limit)) {
    check.found = "not readable";
    check.remedy = "expected " + proc + "/" + name + "; a Linux kernel with inotify is needed";
    return check;
  }
  check.ok = limit >= expected;
  check.found = std::to_string(limit);
  if (!check.ok) {
    check.remedy = "run: sudo sysctl fs.inotify." + name + "=" + std::to_string(expected) +
                   " (and write it to /etc/sysctl.d/60-inotify.conf to keep it)";
  }
  return check;
}

Check CheckWorkspace(const std::string& directory) {
  Check check{.name = "workspace"};
  std::error_code error;
  const std::filesystem::path path = std::filesystem::weakly_canonical(directory, error);
  check.found = path.string();
  check.ok = std::filesystem::is_directory(path, error) && ::access(path.c_str(), R_OK | X_OK) == 0;
  if (!check.ok) {
    check.found += " is not a readable directory";
    check.remedy = "name the directory to push, or give yourself read permission on it";
  }
  return check;
}

}  // namespace

std::vector<Check> CheckMachine(const std::string& directory, const std::string& proc) {
  return {CheckLimit(proc, "max_user_watches", kWatches),
          CheckLimit(proc, "max_user_instances", kInstances), CheckWorkspace(directory)};
}

}  // namespace hawser::cli
