// Composes the injected pod template; docs/pod.md is the contract.
#include "controller/plan/inject.h"

#include <nlohmann/json.hpp>

#include "controller/plan/names.h"
#include "lib/kube/object.h"

namespace hawser::controller {

namespace {

using nlohmann::json;

/// The user of our containers where the pod does not ask for one.
constexpr int64_t kDefaultUser = 65532;

/// The user that the app's container (or else its pod) is told to run as; never root.
int64_t AgentUser(const json& workload, const std::string& container_name) {
  const json& spec = *kube::Find(workload, "/spec/template/spec");
  int64_t user = kube::IntegerAt(spec, "/securityContext/runAsUser");
  for (const json& container : spec.value("containers", json::array())) {
    if (container.value("name", std::string()) != container_name) continue;
    user = kube::IntegerAt(container, "/securityContext/runAsUser", user);
  }
  return user > 0 ? user : kDefaultUser;
}

/// What Pod Security "restricted" asks for, and no more rights than that.
json SecurityContext(int64_t user) {
  return {{"runAsUser", user},
          {"runAsNonRoot", true},
          {"allowPrivilegeEscalation", false},
          {"readOnlyRootFilesystem", true},
          {"capabilities", {{"drop", json::array({"ALL"})}}},
          {"seccompProfile", {{"type", "RuntimeDefault"}}}};
}

/// Enough for a delta against a large file; the processor limit leaves a save's latency alone.
json Resources(const char* memory_limit) {
  return {{"requests", {{"cpu", "10m"}, {"memory", "32Mi"}}},
          {"limits", {{"cpu", "1"}, {"memory", memory_limit}}}};
}

json Mount(const char* volume, const char* path) {
  return {{"name", volume}, {"mountPath", path}};
}

json InstallContainer(const Injection& injection, int64_t user) {
  return {{"name", kInstallContainer},
          {"image", injection.agent_image},
          {"imagePullPolicy", "IfNotPresent"},
          {"command", {kAgentInImage, "install", std::string(kSharedDir) + "/bin"}},
          {"resources", Resources("64Mi")},
          {"securityContext", SecurityContext(user)},
          {"volumeMounts", json::array({Mount(kSharedVolume, kSharedDir)})}};
}

/// A variable of what the downward API says of the pod.
json PodVariable(const char* name, const char* field) {
  return {{"name", name}, {"valueFrom", {{"fieldRef", {{"fieldPath", field}}}}}};
}

/// The address of a pod in its node's network is the node's: nothing of ours listens there.
bool OwnsAddress(const json& workload) {
  const json* host = kube::Find(workload, "/spec/template/spec/hostNetwork");
  return host == nullptr || *host != true;
}

json AgentContainer(const Injection& injection, int64_t user) {
  const devsession::DevSession& session = injection.session;
  const std::string port = ":" + std::to_string(devsession::kAgentPort);
  json command = {kAgentInImage, "serve",           "--session", session.ns + "/" + session.name,
                  "--dir",       kSharedDir,        "--keys",    kKeysDir,
                  "--listen",    "127.0.0.1" + port};
  json env = json::array({PodVariable("POD_NAME", "metadata.name")});
  // There, loopback is the node's too.
  if (OwnsAddress(*injection.target.object)) command.emplace_back("--reverse");
  if (injection.direct_path && OwnsAddress(*injection.target.object)) {
    command.insert(command.end(), {"--direct", "$(POD_IP)" + port});
    env.push_back(PodVariable("POD_IP", "status.podIP"));
  }
  json keys = Mount(kKeysVolume, kKeysDir);
  keys["readOnly"] = true;
  json info = Mount(kPodInfoVolume, kPodInfoDir);
  info["readOnly"] = true;
  return {{"name", kAgentContainer},
          {"image", injection.agent_image},
          {"imagePullPolicy", "IfNotPresent"},
          {"command", command},
          {"env", env},
          {"resources", Resources("512Mi")},
          {"securityContext", SecurityContext(user)},
          {"volumeMounts", {Mount(kSharedVolume, kSharedDir), keys, info}}};
}

json AppContainer(const Injection& injection) {
  const bool wait = injection.session.spec.start == "WaitForSync";
  CommandLine command = {
      kAgentInPod, "supervise", "--dir", kSharedDir, "--start", wait ? "wait" : "immediate", "--"};
  command.insert(command.end(), injection.entrypoint.begin(), injection.entrypoint.end());
  json container = {{"name", injection.original.container},
                    {"command", command},
                    {"args", json::array()},
                    {"volumeMounts", json::array({Mount(kSharedVolume, kSharedDir)})}};
  for (const auto& [probe, threshold] : injection.original.failure_thresholds) {
    container[probe]["failureThreshold"] = kNeverFails;
  }
  return container;
}

json SharedVolume() {
  return {{"name", kSharedVolume}, {"emptyDir", json::object()}};
}

/// The agent's part of the session's Secret: the client's key never enters a pod.
json KeysVolume(const std::string& session) {
  json items = json::array();
  for (const char* key :
       {devsession::kSecretCa, devsession::kSecretAgentCert, devsession::kSecretAgentKey}) {
    items.push_back({{"key", key}, {"path", key}});
  }
  return {{"name", kKeysVolume},
          {"secret", {{"secretName", devsession::SecretName(session)}, {"items", items}}}};
}

/// Shows the agent what is asked of it by annotation: the API reaches a pod that nobody connects
/// to.
json PodInfoVolume() {
  const std::string field =
      std::string("metadata.annotations['") + kRestartRequestAnnotation + "']";
  const json item = {{"path", kRestartFile},
                     {"fieldRef", {{"apiVersion", "v1"}, {"fieldPath", field}}}};
  return {{"name", kPodInfoVolume}, {"downwardAPI", {{"items", json::array({item})}}}};
}

}  // namespace

json InjectedWorkload(const Injection& injection) {
  const json& live = *injection.target.object;
  const int64_t user = AgentUser(live, injection.original.container);
  json object = kube::MakeObject(injection.target.resource, kube::KeyOf(live));
  const std::string version = kube::ResourceVersionOf(live);
  if (!version.empty()) object["metadata"]["resourceVersion"] = version;
  Original original = injection.original;
  original.session = injection.session.name;
  object["metadata"]["annotations"][kOriginalAnnotation] = OriginalToText(original);
  json& pod = object["spec"]["template"];
  pod["metadata"]["labels"][devsession::kSessionLabel] = injection.session.name;
  if (!injection.rollout.empty()) {
    pod["metadata"]["annotations"][kRolloutAnnotation] = injection.rollout;
  }
  pod["spec"]["initContainers"] = json::array({InstallContainer(injection, user)});
  pod["spec"]["containers"] =
      json::array({AppContainer(injection), AgentContainer(injection, user)});
  pod["spec"]["volumes"] =
      json::array({SharedVolume(), KeysVolume(injection.session.name), PodInfoVolume()});
  return object;
}

}  // namespace hawser::controller
