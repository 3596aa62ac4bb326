// Refusals: what is in the way, and what to do about it.
#include "controller/plan/refuse.h"

#include <array>
#include <nlohmann/json.hpp>

#include "controller/plan/names.h"
#include "controller/plan/one_of.h"
#include "controller/plan/original.h"
#include "controller/plan/rivals.h"
#include "lib/base/text.h"
#include "lib/kube/object.h"

namespace hawser::controller {

namespace {

using devsession::DevSession;
using nlohmann::json;

bool IsWorkloadKind(const std::string& kind) {
  return kind == "Deployment" || kind == "StatefulSet" || kind == "DaemonSet";
}

/// What to do instead of working on something that `owner` keeps as it wants it.
std::string Instead(const kube::OwnerReference& owner) {
  const std::string name = Printable(owner.name);
  if (owner.kind == devsession::kKind) {
    return "it is the copy that session " + name + " made; name the workload itself";
  }
  if (IsWorkloadKind(owner.kind)) return "set spec.target to " + owner.kind + " " + name;
  return "change that one, or set spec.mode to Clone to work on a copy";
}

/// A controller's own children are put back by it: injecting would be a fight.
std::optional<Refusal> RefuseOwned(const Observed& observed) {
  const std::optional<kube::OwnerReference> owner = kube::ControllerOf(*observed.target->object);
  if (!owner) return std::nullopt;
  const bool copied = observed.session.spec.mode == "Clone";
  if (copied && owner->kind != devsession::kKind) return std::nullopt;
  return Refusal{reason::kOwnedByController,
                 Place(observed.session) + " is kept as it is by " + Printable(owner->kind) + " " +
                     Printable(owner->name) + " (" + Printable(owner->api_version) +
                     "): " + Instead(*owner)};
}

/// What is said of an injection that was made, or that waited for another to end: who reads of the
/// next stage is to hear what came before it.
constexpr std::array<const char*, 4> kStands = {reason::kInjected, reason::kCloned,
                                                reason::kContested, reason::kHeldByOtherSession};

Verdict WhileAsking(const DevSession& session, const std::string& image) {
  const devsession::Condition* reported =
      devsession::FindCondition(session.status, condition::kAgentInjected);
  const bool stands = reported != nullptr && OneOf(kStands, reported->reason) &&
                      reported->observed_generation == session.generation;
  if (stands) {
    return {.status = reported->status, .reason = reported->reason, .message = reported->message};
  }
  return {.reason = reason::kAskingRegistry,
          .message = "the registry of image " + image +
                     " is asked what it starts: the pod spec has no command"};
}

}  // namespace

std::string Place(const DevSession& session) {
  return session.spec.target.kind + " " + session.spec.target.name;
}

std::optional<Refusal> RefuseKind(const DevSession& session) {
  if (IsWorkloadKind(session.spec.target.kind)) return std::nullopt;
  return Refusal{reason::kTargetNotSupported,
                 "a " + session.spec.target.kind +
                     " is done when its pods end, and the agent would keep them running; run its "
                     "command in a Deployment and set spec.target to that"};
}

std::optional<Refusal> RefuseTarget(const Observed& observed) {
  if (std::optional<Refusal> owned = RefuseOwned(observed)) return owned;
  if (observed.session.spec.mode == "Clone") return std::nullopt;
  const std::optional<DevSession> holder = Holder(observed);
  if (!holder) return std::nullopt;
  return Refusal{reason::kHeldByOtherSession,
                 Place(observed.session) + " is held by session " + holder->name + " of " +
                     holder->spec.owner +
                     "; delete that one, wait, or set spec.mode to Clone to work on a copy"};
}

std::optional<Refusal> RefuseAddition(const Observed& observed, const json& workload) {
  const bool ours = !InjectedBy(workload).empty() || StoredOriginal(workload).has_value();
  const std::string taken = ours ? std::string() : TakenName(workload);
  if (!taken.empty()) {
    return Refusal{reason::kNameTaken, Place(observed.session) +
                                           " has a container or volume named " + taken +
                                           " of its own, which Hawser needs; rename it"};
  }
  if (observed.keys.kind == KeysState::Kind::kForeign) {
    return Refusal{reason::kSecretNotOwned,
                   "Secret " + devsession::SecretName(observed.session.name) +
                       " exists and does not belong to this session; delete or rename it"};
  }
  return std::nullopt;
}

Verdict UnknownEntrypoint(const Observed& observed, const std::string& image) {
  if (observed.image_asked) return WhileAsking(observed.session, image);
  std::string why = "the image " + image + " names no entrypoint";
  if (observed.image_error) why = observed.image_error->message();
  return Verdict::False(
      {reason::kEntrypointUnknown, "what to start is unknown: the pod spec has no command and " +
                                       why + "; set spec.target.command"});
}

}  // namespace hawser::controller
