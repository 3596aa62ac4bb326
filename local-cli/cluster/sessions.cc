// Reads DevSessions, pods and Secrets into the values that commands work with.
#include "local-cli/cluster/sessions.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <tuple>

#include "lib/base/base64.h"
#include "lib/kube/object.h"

namespace hawser::cli {

namespace {

constexpr char kAgentContainer[] = "hawser-agent";

/// Why a container that is not running is not: "ImagePullBackOff: ...".
std::string WaitingReason(const nlohmann::json& container) {
  for (const char* state : {"/state/waiting", "/state/terminated"}) {
    const std::string reason = kube::StringAt(container, std::string(state) + "/reason");
    if (reason.empty()) continue;
    const std::string message = kube::StringAt(container, std::string(state) + "/message");
    return message.empty() ? reason : reason + ": " + message;
  }
  return {};
}

void ReadContainers(const nlohmann::json& pod, const char* pointer, PodView& view) {
  const nlohmann::json* containers = kube::Find(pod, pointer);
  if (containers == nullptr) return;
  for (const nlohmann::json& container : *containers) {
    const std::string name = kube::StringAt(container, "/name");
    if (name == kAgentContainer && kube::Find(container, "/state/running") != nullptr) {
      view.agent_running = true;
    }
    if (const std::string reason = WaitingReason(container);
        view.waiting.empty() && !reason.empty() && reason != "Completed") {
      view.waiting = "container " + name + " is waiting: " + reason;
    }
  }
}

/// The pod's address, when its agent was told to listen there.
std::string DirectAddress(const nlohmann::json& pod) {
  const nlohmann::json* containers = kube::Find(pod, "/spec/containers");
  if (containers == nullptr) return {};
  for (const nlohmann::json& container : *containers) {
    const nlohmann::json* command = kube::Find(container, "/command");
    if (kube::StringAt(container, "/name") != kAgentContainer || command == nullptr) continue;
    const bool listens = std::find(command->begin(), command->end(), "--direct") != command->end();
    return listens ? kube::StringAt(pod, "/status/podIP") : "";
  }
  return {};
}

std::string ConditionStatus(const nlohmann::json& pod, const std::string& type,
                            std::string* message) {
  const nlohmann::json* conditions = kube::Find(pod, "/status/conditions");
  if (conditions == nullptr) return {};
  for (const nlohmann::json& condition : *conditions) {
    if (kube::StringAt(condition, "/type") != type) continue;
    if (message != nullptr) *message = kube::StringAt(condition, "/message");
    return kube::StringAt(condition, "/status");
  }
  return {};
}

}  // namespace

PodView ParsePod(const nlohmann::json& pod) {
  const std::string phase = kube::StringAt(pod, "/status/phase");
  PodView view{.name = kube::NameOf(pod), .uid = kube::UidOf(pod)};
  view.ending = kube::IsDeleting(pod) || phase == "Succeeded" || phase == "Failed";
  view.ready = ConditionStatus(pod, "Ready", nullptr) == "True";
  ReadContainers(pod, "/status/initContainerStatuses", view);
  ReadContainers(pod, "/status/containerStatuses", view);
  view.direct_address = DirectAddress(pod);
  std::string message;
  if (ConditionStatus(pod, "PodScheduled", &message) == "False") {
    view.waiting = "not scheduled: " + message;
  }
  return view;
}

Result<devsession::DevSession> FindSession(kube::Api& api, const kube::ObjectKey& key) {
  Result<nlohmann::json> object = api.Get(kDevSessions, key);
  if (object.status().code() == Code::kNotFound) {
    return NotFoundError(
        "no DevSession \"" + key.name + "\" in namespace \"" + key.ns + "\"; 'hawser status -n " +
        key.ns + "' lists what is there, 'hawser doctor' tells whether Hawser is installed");
  }
  if (!object.ok()) return object.status();
  return devsession::ParseDevSession(*object);
}

Result<std::vector<devsession::DevSession>> ListSessions(kube::Api& api, const std::string& ns) {
  const Result<kube::ObjectList> list = api.List(kDevSessions, {.ns = ns});
  if (list.status().code() == Code::kNotFound) {
    return NotFoundError(
        "the cluster does not know DevSessions; 'hawser doctor' tells what to install");
  }
  if (!list.ok()) return list.status();
  std::vector<devsession::DevSession> sessions;
  for (const nlohmann::json& object : list->items) {
    const Result<devsession::DevSession> session = devsession::ParseDevSession(object);
    sessions.push_back(session.ok() ? *session : devsession::ParseMetadata(object));
  }
  std::sort(sessions.begin(), sessions.end(), [](const auto& a, const auto& b) {
    return std::tie(a.ns, a.name) < std::tie(b.ns, b.name);
  });
  return sessions;
}

kube::ListOptions PodsOf(const kube::ObjectKey& session) {
  return {.ns = session.ns,
          .label_selector = std::string(devsession::kSessionLabel) + "=" + session.name};
}

Result<std::vector<PodView>> ListPods(kube::Api& api, const kube::ObjectKey& session) {
  const Result<kube::ObjectList> list = api.List(kube::resources::kPods, PodsOf(session));
  if (!list.ok()) return list.status().Annotate("pods of session " + session.ToString());
  std::vector<PodView> pods;
  for (const nlohmann::json& object : list->items) {
    if (PodView pod = ParsePod(object); !pod.ending) pods.push_back(std::move(pod));
  }
  std::sort(pods.begin(), pods.end(),
            [](const PodView& a, const PodView& b) { return a.name < b.name; });
  return pods;
}

Result<net::TlsIdentity> ReadClientKeys(kube::Api& api, const kube::ObjectKey& session) {
  const std::string name = devsession::SecretName(session.name);
  const Result<nlohmann::json> secret =
      api.Get(kube::resources::kSecrets, {.ns = session.ns, .name = name});
  if (!secret.ok()) return secret.status().Annotate("the session's keys (secret " + name + ")");
  net::TlsIdentity keys;
  for (const auto& [key, part] : {std::pair{devsession::kSecretCa, &keys.ca},
                                  std::pair{devsession::kSecretClientCert, &keys.certificate},
                                  std::pair{devsession::kSecretClientKey, &keys.key}}) {
    const std::optional<std::string> decoded =
        DecodeBase64(kube::StringAt(*secret, std::string("/data/") + key));
    if (!decoded || decoded->empty()) {
      return DataLossError("secret " + name + ": expected base64 in data[" + key +
                           "]; delete the secret and the controller makes new keys");
    }
    *part = *decoded;
  }
  return keys;
}

bool IsAsleep(const devsession::DevSession& session) {
  const devsession::Condition* awake =
      devsession::FindCondition(session.status, devsession::kAwakeCondition);
  return awake != nullptr && awake->status == "False";
}

std::string ExplainNotReady(const devsession::DevSession& session) {
  if (session.deleting) return "the session is being deleted";
  if (session.status.conditions.empty()) {
    return "no controller has looked at the session yet; 'hawser doctor' tells whether one runs";
  }
  for (const char* type : {"TargetFound", "ImageBuilt", "AgentInjected", "AgentsReady", "Ready"}) {
    const devsession::Condition* condition = devsession::FindCondition(session.status, type);
    if (condition == nullptr || condition->status != "False") continue;
    return condition->type + " is False (" + condition->reason + "): " + condition->message;
  }
  return {};
}

}  // namespace hawser::cli
