// The command lines of the tools, each as its manual has it.
#include "bench/sync/tools.h"

#include "bench/deployment.h"

namespace hawser::bench {
namespace {

/// Modes and times travel; rsync sends deltas, as it does by itself over a network. It would
/// compare times by the second, and so miss a second save in one that leaves the size as it was.
constexpr char kRsyncFlags[] = "-rlpt@-1";

std::string Exec(const Container& container) {
  return "kubectl exec -i -n " + std::string(kNamespace) + " " + container.pod + " -c " +
         kAppContainer + " --";
}

std::vector<std::string> KubectlCp(const Container& container, const std::string& folder) {
  return {"kubectl",     "cp",   "-c",
          kAppContainer, folder, std::string(kNamespace) + "/" + container.pod + ":/bench"};
}

std::vector<std::string> ExecTar(const Container& container, const std::string& folder) {
  return {"sh", "-c",
          "tar -C " + folder + " -cf - . | " + Exec(container) +
              " tar -C /bench/kubectl-exec-tar -xf -"};
}

/// rsync starts its remote shell with a host name: the program env takes that word's place.
std::vector<std::string> RsyncExec(const Container& container, const std::string& folder) {
  return {"rsync",         kRsyncFlags,  "--blocking-io",         "-e",
          Exec(container), folder + "/", "env:/bench/rsync-exec/"};
}

std::vector<std::string> RsyncDaemon(const Route& route, const std::string& folder) {
  return {"rsync", kRsyncFlags, folder + "/",
          "rsync://" + route.rsync_host + ":" + std::to_string(route.rsync_port) +
              "/bench/rsync-daemon/"};
}

}  // namespace

std::vector<Tool> MakeTools(const Container& container, const std::filesystem::path& sources,
                            const Route& route) {
  std::vector<Tool> tools = {
      {kHawser, 60001, {}},
      {"kubectl-cp", 60002, KubectlCp(container, sources / "kubectl-cp")},
      {"kubectl-exec-tar", 60003, ExecTar(container, sources / "kubectl-exec-tar")},
      {"rsync-exec", 60004, RsyncExec(container, sources / "rsync-exec")},
      {"rsync-daemon", 60005, RsyncDaemon(route, sources / "rsync-daemon")}};
  if (route.kubeconfig.empty()) return tools;
  for (Tool& tool : tools) {
    if (!tool.push.empty())
      tool.push.insert(tool.push.begin(), {"env", "KUBECONFIG=" + route.kubeconfig});
  }
  return tools;
}

}  // namespace hawser::bench
