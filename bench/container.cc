// Finds a container's process 1 by the container's id in the control groups of this host's
// processes.
#include "bench/container.h"

#include <fcntl.h>
#include <unistd.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "bench/command.h"
#include "bench/scratch.h"
#include "lib/base/unique_fd.h"

namespace hawser::bench {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

/// The process counts itself as 1 in its own PID namespace.
bool IsFirstProcess(const std::string& status) {
  const size_t start = status.find("\nNSpid:");
  if (start == std::string::npos) return false;
  const std::string line = status.substr(start + 1, status.find('\n', start + 1) - start - 1);
  return line.ends_with("\t1");
}

Result<pid_t> FindProcess(const std::string& container_id) {
  for (const auto& entry : fs::directory_iterator("/proc")) {
    const std::string name = entry.path().filename();
    if (name.find_first_not_of("0123456789") != std::string::npos) continue;
    if (FileText(entry.path() / "cgroup").find(container_id) == std::string::npos) continue;
    if (IsFirstProcess(FileText(entry.path() / "status")))
      return static_cast<pid_t>(std::stol(name));
  }
  return NotFoundError("container " + container_id +
                       " does not run on this host; the bench must run on the pod's node");
}

/// The container's status in the pod, when it is ready.
const json* ReadyStatus(const json& pod, const std::string& container) {
  if (pod["metadata"].contains("deletionTimestamp") || !pod["status"].contains("containerStatuses"))
    return nullptr;
  for (const json& status : pod["status"]["containerStatuses"]) {
    if (status["name"] == container && status.value("ready", false)) return &status;
  }
  return nullptr;
}

}  // namespace

Result<Container> FindContainer(const std::string& ns, const std::string& label,
                                const std::string& container) {
  HAWSER_ASSIGN_OR_RETURN(const std::string text,
                          Output({"kubectl", "-n", ns, "get", "pods", "-l", label, "-o", "json"}));
  const json pods = json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!pods.is_object()) return InternalError("kubectl did not print JSON");
  for (const json& pod : pods["items"]) {
    const json* status = ReadyStatus(pod, container);
    if (status == nullptr) continue;
    const std::string id = (*status)["containerID"];
    HAWSER_ASSIGN_OR_RETURN(const pid_t pid, FindProcess(id.substr(id.find("//") + 2)));
    return Container{pod["metadata"]["name"], pod["status"].value("podIP", ""), pid};
  }
  return NotFoundError("no ready pod with label " + label + " in namespace " + ns);
}

bool FileHolds(const std::string& path, const std::string& content) {
  const UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd.valid()) return false;
  std::string held(content.size() + 1, '\0');
  const ssize_t count = ::read(fd.get(), held.data(), held.size());
  if (count < 0) return false;
  held.resize(static_cast<size_t>(count));
  return held == content;
}

}  // namespace hawser::bench
