// Counts undoings: the first are answered at once, more of them with growing patience.
#include "controller/plan/contest.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "controller/plan/container.h"
#include "controller/plan/names.h"
#include "controller/plan/original.h"
#include "lib/base/text.h"
#include "lib/kube/object.h"

namespace hawser::controller {

namespace {

using devsession::Undone;
using nlohmann::json;

/// An owner's new command, or a deployment that happens to come by, is no contest.
constexpr uint32_t kAnsweredAtOnce = 2;
constexpr std::chrono::minutes kFirstWait{5};
constexpr std::chrono::minutes kLongestWait{60};
/// So long without an undoing ends a contest; longer than the tools that poll leave between two.
constexpr std::chrono::minutes kShortestMemory{30};

std::chrono::minutes WaitAfter(uint32_t count) {
  if (count < kAnsweredAtOnce) return std::chrono::minutes(0);
  const uint32_t doublings = std::min(count - kAnsweredAtOnce, 4U);
  return std::min(kFirstWait * (1 << doublings), kLongestWait);
}

}  // namespace

bool ClaimsTarget(const devsession::DevSession& session) {
  const devsession::Condition* injected =
      devsession::FindCondition(session.status, condition::kAgentInjected);
  return session.spec.mode == "InPlace" && injected != nullptr &&
         injected->observed_generation == session.generation &&
         (injected->reason == reason::kInjected || injected->reason == reason::kContested);
}

bool IsUndone(const Observed& observed) {
  if (!ClaimsTarget(observed.session)) return false;
  const json& workload = *observed.target->object;
  if (SessionLabelOf(workload) != observed.session.name) return true;
  const ContainerChoice choice = ChooseContainer(workload, observed.session.spec.target);
  return choice.container != nullptr && !IsSupervised(*choice.container);
}

std::optional<Undone> UndoneSoFar(const devsession::DevSession& session, WallTime now) {
  const std::optional<Undone>& undone = session.status.undone;
  if (!undone || !ClaimsTarget(session)) return std::nullopt;
  const Result<WallTime> last = ParseTime(undone->last_time);
  const auto memory = std::max(kShortestMemory, 2 * WaitAfter(undone->count));
  if (!last.ok() || now - *last > memory) return std::nullopt;
  return undone;
}

WallTime NextInjection(const Undone& undone) {
  return ParseTime(undone.last_time).value_or(WallTime{}) + WaitAfter(undone.count);
}

std::string LastManager(const json& workload) {
  const json* managers = kube::Find(workload, "/metadata/managedFields");
  if (managers == nullptr || !managers->is_array()) return {};
  std::string last;
  std::string latest;
  for (const json& entry : *managers) {
    const std::string manager = kube::StringAt(entry, "/manager");
    const std::string time = kube::StringAt(entry, "/time");
    const bool status_only = kube::Find(entry, "/fieldsV1/f:spec") == nullptr;
    if (manager == devsession::kControllerManager || status_only || time < latest) continue;
    last = manager;
    latest = time;
  }
  return last;
}

}  // namespace hawser::controller
