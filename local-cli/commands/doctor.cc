// hawser doctor: is everything there that a session needs, and if not, what to do.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "lib/devsession/devsession.h"
#include "local-cli/cluster/installation.h"
#include "local-cli/cluster/sessions.h"
#include "local-cli/commands/command.h"
#include "local-cli/commands/machine_checks.h"
#include "local-cli/render/words.h"

namespace hawser::cli {

namespace {

/// Makes a check of an answer: what was found, or why not and what to do.
Check FromResult(std::string name, const Result<std::string>& found, std::string remedy) {
  if (found.ok()) return {.name = std::move(name), .ok = true, .found = *found};
  return {.name = std::move(name), .found = found.status().message(), .remedy = std::move(remedy)};
}

Check CheckController(kube::Api& api) {
  const Result<ControllerState> state = FindController(api);
  if (!state.ok() && state.status().code() == Code::kPermissionDenied) {
    return {.name = "controller",
            .ok = true,
            .found = "not visible to this user: " + state.status().message()};
  }
  if (!state.ok()) {
    return {.name = "controller",
            .found = state.status().message(),
            .remedy = "install Hawser into the cluster: scripts/install --registry REGISTRY"};
  }
  Check check{.name = "controller",
              .ok = state->ready > 0,
              .found = state->image + ", " + std::to_string(state->ready) + " of " +
                       std::to_string(state->wanted) + " ready"};
  if (!check.ok) {
    check.remedy =
        "see: kubectl -n hawser-system describe pod -l app.kubernetes.io/name=hawser-controller";
  }
  return check;
}

/// Reading the definition takes rights that developers seldom have: listing sessions proves it as
/// well.
Check CheckDefinition(kube::Api& api, const std::string& ns) {
  Result<std::string> versions = ServedVersions(api);
  if (versions.status().code() == Code::kPermissionDenied) {
    if (api.List(kDevSessions, {.ns = ns}).ok()) versions = std::string(devsession::kVersion);
  }
  Check check = FromResult("DevSession resource", versions,
                           "install Hawser into the cluster: scripts/install --registry REGISTRY");
  if (check.ok && check.found.find(devsession::kVersion) == std::string::npos) {
    check.ok = false;
    check.found = "served: " + check.found;
    check.remedy =
        std::string("this hawser needs ") + devsession::kVersion + "; install the matching version";
  }
  return check;
}

/// What a user needs to push, and why.
const std::vector<std::pair<Permission, std::string>>& Needs() {
  static const std::vector<std::pair<Permission, std::string>> needs{
      {{"get", devsession::kGroup, devsession::kPlural, ""}, "to read the session"},
      {{"list", devsession::kGroup, devsession::kPlural, ""}, "to list sessions"},
      {{"watch", devsession::kGroup, devsession::kPlural, ""}, "to follow the session"},
      {{"get", "", "secrets", ""}, "to read the session's keys"},
      {{"list", "", "pods", ""}, "to find the session's pods"},
      {{"watch", "", "pods", ""}, "to follow the session's pods"},
      {{"create", "", "pods", "portforward"}, "to reach the agents"},
      {{"get", "", "pods", "portforward"}, "to reach the agents over WebSocket"},
      {{"patch", devsession::kGroup, devsession::kPlural, "status"}, "to report what was synced"}};
  return needs;
}

Check CheckPermission(kube::Api& api, const std::string& ns, const Permission& permission,
                      const std::string& purpose) {
  const std::string what = permission.verb + " " + permission.resource +
                           (permission.subresource.empty() ? "" : "/" + permission.subresource);
  Check check{.name = "permission to " + what};
  const Result<bool> allowed = IsAllowed(api, ns, permission);
  check.ok = allowed.ok() && *allowed;
  if (check.ok) {
    check.found = "yes, in namespace " + ns;
    return check;
  }
  check.found = allowed.ok() ? "no, in namespace " + ns : allowed.status().message();
  check.remedy = "needed " + purpose +
                 "; an administrator can bind you the role for it: " + "kubectl -n " + ns +
                 " create rolebinding NAME --clusterrole=hawser-developer --user=YOU";
  return check;
}

std::vector<Check> CheckCluster(const Result<Cluster>& cluster) {
  if (!cluster.ok()) {
    return {FromResult("cluster", cluster.status(),
                       "name one with --kubeconfig or KUBECONFIG, and --context")};
  }
  kube::Api& api = *cluster->api;
  Result<std::string> version = ServerVersion(api);
  if (version.ok()) *version += " at " + cluster->server;
  std::vector<Check> checks{
      FromResult("cluster", version,
                 "check that " + cluster->server + " is up and that your credentials are valid")};
  if (!version.ok()) return checks;
  checks.push_back(CheckDefinition(api, cluster->ns));
  checks.push_back(CheckController(api));
  for (const auto& [permission, purpose] : Needs()) {
    checks.push_back(CheckPermission(api, cluster->ns, permission, purpose));
  }
  return checks;
}

}  // namespace

Status RunDoctor(const DoctorOptions& options, Environment& environment) {
  DoctorReport report{CheckCluster(environment.connect())};
  const std::vector<Check> machine = CheckMachine(options.directory, "/proc/sys/fs/inotify");
  report.checks.insert(report.checks.end(), machine.begin(), machine.end());
  environment.renderer.Show(report);
  const auto failed = std::count_if(report.checks.begin(), report.checks.end(),
                                    [](const Check& check) { return !check.ok; });
  if (failed == 0) return OkStatus();
  return FailedPreconditionError(Count(static_cast<uint64_t>(failed), "check") +
                                 " failed; each says what to do");
}

}  // namespace hawser::cli
