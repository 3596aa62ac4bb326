// Reads pod status as the kubelet and the scheduler report it.
#include "controller/plan/pods.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "controller/plan/names.h"
#include "controller/plan/one_of.h"
#include "controller/plan/original.h"
#include "lib/base/text.h"
#include "lib/kube/object.h"

namespace hawser::controller {

namespace {

using nlohmann::json;

constexpr std::array<const char*, 5> kPullReasons = {"ErrImagePull", "ImagePullBackOff",
                                                     "InvalidImageName", "ErrImageNeverPull",
                                                     "RegistryUnavailable"};
constexpr std::array<const char*, 4> kCreateReasons = {"CreateContainerConfigError",
                                                       "CreateContainerError", "RunContainerError",
                                                       "CreatePodSandboxError"};

/// As many as a session's status may list.
constexpr size_t kMaxPodStatuses = 1024;

/// A pod's trouble; a lower rank tells more.
struct Trouble {
  int rank = 0;
  Refusal refusal;
};

std::vector<json> ContainerStatuses(const json& pod) {
  std::vector<json> statuses;
  for (const char* list : {"/status/initContainerStatuses", "/status/containerStatuses"}) {
    const json* found = kube::Find(pod, list);
    if (found == nullptr || !found->is_array()) continue;
    statuses.insert(statuses.end(), found->begin(), found->end());
  }
  return statuses;
}

const json* PodCondition(const json& pod, const char* type) {
  const json* conditions = kube::Find(pod, "/status/conditions");
  if (conditions == nullptr) return nullptr;
  for (const json& condition : *conditions) {
    if (kube::StringAt(condition, "/type") == type) return &condition;
  }
  return nullptr;
}

bool IsTrue(const json* condition) {
  return condition != nullptr && kube::StringAt(*condition, "/status") == "True";
}

bool AgentRuns(const json& pod) {
  for (const json& status : ContainerStatuses(pod)) {
    if (kube::StringAt(status, "/name") != kAgentContainer) continue;
    return kube::Find(status, "/state/running") != nullptr;
  }
  return false;
}

bool IsOurs(const std::string& container) {
  return container == kAgentContainer || container == kInstallContainer;
}

std::string PullRemedy(const std::string& container) {
  if (!IsOurs(container)) return "correct it in the workload, or its imagePullSecrets";
  return "set the controller's --agent-image to one that the nodes can pull";
}

/// What keeps one container from running; rank 0 when nothing that is known does.
Trouble ContainerTrouble(const json& pod, const json& status) {
  const std::string waiting = kube::StringAt(status, "/state/waiting/reason");
  const std::string container = kube::StringAt(status, "/name");
  std::string message = "container " + container + " of pod " + kube::NameOf(pod) + ": " + waiting;
  const std::string detail = Printable(kube::StringAt(status, "/state/waiting/message"));
  if (!detail.empty()) message += ": " + detail;
  if (OneOf(kPullReasons, waiting)) {
    const std::string image = kube::StringAt(status, "/image");
    return {1,
            {reason::kImagePullFailed,
             "image " + image + " cannot be pulled, " + PullRemedy(container) + ": " + message}};
  }
  if (OneOf(kCreateReasons, waiting)) return {2, {reason::kContainerNotCreated, message}};
  if (waiting == "CrashLoopBackOff" && IsOurs(container)) {
    return {3, {reason::kAgentCrashing, message + "; see its log"}};
  }
  return {};
}

Trouble PendingTrouble(const json& pod) {
  std::string message = "pod " + kube::NameOf(pod) + " is starting";
  const json* scheduled = PodCondition(pod, "PodScheduled");
  if (scheduled != nullptr && kube::StringAt(*scheduled, "/status") == "False") {
    message = "pod " + kube::NameOf(pod) +
              " cannot be scheduled: " + Printable(kube::StringAt(*scheduled, "/message"));
  }
  return {4, {reason::kPodsPending, message}};
}

Trouble PodTrouble(const json& pod) {
  Trouble worst;
  for (const json& status : ContainerStatuses(pod)) {
    Trouble trouble = ContainerTrouble(pod, status);
    if (trouble.rank != 0 && (worst.rank == 0 || trouble.rank < worst.rank)) {
      worst = std::move(trouble);
    }
  }
  if (worst.rank != 0 || AgentRuns(pod)) return worst;
  return PendingTrouble(pod);
}

/// True while the workload's own controller has not acted on its newest spec.
bool IsUnseen(const json& workload) {
  return kube::IntegerAt(workload, "/status/observedGeneration") <
         kube::IntegerAt(workload, "/metadata/generation");
}

/// Why a workload has no pod with the agent, as far as its spec tells: nobody makes one, or it is
/// on its way, unless something is in the way that the workload does not tell of.
Refusal WhyNoPods(const json* workload) {
  if (workload == nullptr) return {reason::kNoPods, "nothing makes pods with the agent yet"};
  const std::string place = kube::StringAt(*workload, "/kind") + " " + kube::NameOf(*workload);
  if (kube::IntegerAt(*workload, "/spec/replicas", 1) == 0) {
    return {reason::kNoPods, place + " is scaled to zero"};
  }
  const json* paused = kube::Find(*workload, "/spec/paused");
  if (paused != nullptr && *paused == true) {
    return {reason::kNoPods, place + " is paused: run kubectl rollout resume"};
  }
  if (kube::StringAt(*workload, "/spec/updateStrategy/type") == "OnDelete") {
    return {reason::kNoPods,
            place + " replaces pods only when they are deleted (updateStrategy OnDelete)"};
  }
  if (IsUnseen(*workload)) return PodsBeingReplaced();
  return {reason::kPodsPending,
          place +
              " has no pod with the agent yet; if none comes, a quota or an admission policy "
              "may be in the way"};
}

/// Set while pods of the workload do not exist yet, or not yet with the agent.
Refusal MissingPods(size_t there, const json* workload) {
  const auto pods = static_cast<int64_t>(there);
  if (workload == nullptr || pods >= WantedPods(*workload)) return {};
  return {reason::kPodsPending, std::to_string(pods) + " of " +
                                    std::to_string(WantedPods(*workload)) +
                                    " pods with the agent are there yet"};
}

}  // namespace

const json* OwnWorkload(const Observed& observed) {
  if (observed.session.spec.mode != "Clone") {
    return observed.target ? observed.target->object.get() : nullptr;
  }
  for (const Workload& own : observed.own) {
    if (own.resource == kube::resources::kServices) continue;
    if (own.resource != kube::resources::kIngresses) return own.object.get();
  }
  return nullptr;
}

std::string AppContainerName(const Observed& observed) {
  const json* workload = OwnWorkload(observed);
  if (workload == nullptr) return observed.session.spec.target.container;
  const std::optional<Original> stored = StoredOriginal(*workload);
  return stored ? stored->container : observed.session.spec.target.container;
}

uint32_t RestartsOf(const json& pod, const std::string& container) {
  for (const json& status : ContainerStatuses(pod)) {
    if (kube::StringAt(status, "/name") != container) continue;
    return static_cast<uint32_t>(std::max<int64_t>(0, kube::IntegerAt(status, "/restartCount")));
  }
  return 0;
}

int64_t WantedPods(const json& workload) {
  if (kube::StringAt(workload, "/kind") == "DaemonSet") {
    return kube::IntegerAt(workload, "/status/desiredNumberScheduled");
  }
  return kube::IntegerAt(workload, "/spec/replicas", 1);
}

std::vector<kube::ObjectPtr> LivePods(const std::vector<kube::ObjectPtr>& pods) {
  std::vector<kube::ObjectPtr> live;
  for (const kube::ObjectPtr& pod : pods) {
    const std::string phase = kube::StringAt(*pod, "/status/phase");
    if (kube::IsDeleting(*pod) || phase == "Succeeded" || phase == "Failed") continue;
    live.push_back(pod);
  }
  std::sort(live.begin(), live.end(), [](const kube::ObjectPtr& a, const kube::ObjectPtr& b) {
    return kube::NameOf(*a) < kube::NameOf(*b);
  });
  return live;
}

bool IsReady(const json& pod) {
  return IsTrue(PodCondition(pod, "Ready"));
}

std::vector<devsession::PodStatus> PodStatuses(const std::vector<kube::ObjectPtr>& pods,
                                               const std::string& app_container) {
  std::vector<devsession::PodStatus> statuses;
  for (const kube::ObjectPtr& pod : pods) {
    if (statuses.size() == kMaxPodStatuses) break;
    statuses.push_back({.name = kube::NameOf(*pod),
                        .ready = IsReady(*pod),
                        .restarts = RestartsOf(*pod, app_container)});
  }
  return statuses;
}

Refusal PodsBeingReplaced() {
  return {reason::kPodsPending, "the pods are being replaced"};
}

Refusal AgentsTrouble(const std::vector<kube::ObjectPtr>& pods, const json* workload) {
  if (pods.empty()) return WhyNoPods(workload);
  Trouble worst;
  for (const kube::ObjectPtr& pod : pods) {
    Trouble trouble = PodTrouble(*pod);
    if (trouble.rank != 0 && (worst.rank == 0 || trouble.rank < worst.rank)) {
      worst = std::move(trouble);
    }
  }
  return worst.rank != 0 ? worst.refusal : MissingPods(pods.size(), workload);
}

}  // namespace hawser::controller
