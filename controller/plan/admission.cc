// Policy by policy: time, target, images, then a place.
#include "controller/plan/admission.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <vector>

#include "controller/plan/contest.h"
#include "controller/plan/names.h"
#include "controller/plan/original.h"
#include "controller/plan/own.h"
#include "controller/plan/refuse.h"
#include "lib/base/text.h"
#include "lib/kube/object.h"
#include "lib/oci/reference.h"

namespace hawser::controller {

namespace {

using devsession::DevSession;
using devsession::Policy;
using nlohmann::json;

bool WantsCopy(const DevSession& session) {
  return session.spec.mode == "Clone";
}

/// True when the session's copy is one of the target that it names now.
bool HasCopyOfTarget(const Observed& observed) {
  const devsession::Target& target = observed.session.spec.target;
  const std::string source = target.kind + "/" + target.name;
  return std::any_of(observed.own.begin(), observed.own.end(), [&](const Workload& own) {
    return Owns(observed.session, own) &&
           kube::AnnotationOf(*own.object, kCloneOfAnnotation) == source;
  });
}

std::string Named(const Policy& policy, const char* field) {
  return "DevPolicy " + policy.name + " (" + field + ")";
}

std::optional<Refusal> RefuseTtl(const Policy& policy, const Observed& observed) {
  const std::optional<Duration>& ttl = observed.session.spec.ttl;
  if (!policy.max_ttl || !ttl || *ttl <= *policy.max_ttl) return std::nullopt;
  const std::string most = DurationToText(*policy.max_ttl);
  return Refusal{reason::kTtlTooLong, Named(policy, "maxTTL") + " lets a session last " + most +
                                          " at most: set spec.ttl to that or less"};
}

std::optional<Refusal> RefuseLabels(const Policy& policy, const Observed& observed) {
  if (!observed.target || kube::Matches(policy.allowed_target_labels, *observed.target->object)) {
    return std::nullopt;
  }
  return Refusal{
      reason::kTargetNotAllowed,
      Named(policy, "allowedTargetLabels") + " does not allow " + Place(observed.session) +
          ", whose labels it does not match: choose another target, or have it labelled"};
}

/// The images that sessions bring to run: those of a copy, and of a build.
std::vector<std::string> ImagesOf(const Observed& observed) {
  std::vector<std::string> images;
  if (!observed.session.spec.build_image.empty()) {
    images.push_back(observed.session.spec.build_image);
  }
  if (!WantsCopy(observed.session) || !observed.target) return images;
  for (const char* list : {"initContainers", "containers"}) {
    const json* containers =
        kube::Find(*observed.target->object, std::string("/spec/template/spec/") + list);
    if (containers == nullptr) continue;
    for (const json& container : *containers) {
      const std::string name = kube::StringAt(container, "/name");
      if (name == kAgentContainer || name == kInstallContainer) continue;
      images.push_back(kube::StringAt(container, "/image"));
    }
  }
  return images;
}

bool Allows(const Policy& policy, const std::string& image) {
  if (policy.allowed_registries.empty()) return true;
  const Result<oci::Reference> reference = oci::ParseReference(image);
  return reference.ok() &&
         devsession::AllowsImage(policy, reference->registry, reference->repository);
}

std::optional<Refusal> RefuseImages(const Policy& policy, const Observed& observed) {
  for (const std::string& image : ImagesOf(observed)) {
    if (Allows(policy, image)) continue;
    return Refusal{reason::kRegistryNotAllowed, Named(policy, "allowedRegistries") +
                                                    " does not allow image " + Printable(image) +
                                                    ": use one from " +
                                                    Join(policy.allowed_registries, ", ")};
  }
  return std::nullopt;
}

Refusal NoPlace(const Policy& policy, const char* field, uint32_t most, const std::string& whose) {
  return {reason::kQuotaExceeded, Named(policy, field) + " allows " + std::to_string(most) +
                                      " sessions" + whose +
                                      ", and older ones take them: this one waits until one ends; "
                                      "end one, or have the limit raised"};
}

std::optional<Refusal> RefusePlace(const Policy& policy, const Observed& observed) {
  if (policy.max_sessions && observed.ahead.in_all >= *policy.max_sessions) {
    return NoPlace(policy, "maxSessions", *policy.max_sessions, " in the namespace");
  }
  const std::optional<uint32_t>& own = policy.max_sessions_per_owner;
  if (own && observed.ahead.of_owner >= *own) {
    return NoPlace(policy, "maxSessionsPerOwner", *own, " of owner " + observed.session.spec.owner);
  }
  return std::nullopt;
}

/// What a policy says, in the order in which it is asked.
struct Check {
  std::optional<Refusal> (*refuse)(const Policy& policy, const Observed& observed);
  bool holds_for_who_is_in;  ///< as the session's status says
};

constexpr std::array<Check, 4> kChecks = {
    {{RefuseTtl, false}, {RefuseLabels, true}, {RefuseImages, true}, {RefusePlace, false}}};

}  // namespace

bool HasAgent(const Observed& observed) {
  if (WantsCopy(observed.session)) return HasCopyOfTarget(observed);
  return observed.target && InjectedBy(*observed.target->object) == observed.session.name;
}

bool IsIn(const Observed& observed) {
  return HasAgent(observed) || ClaimsTarget(observed.session);
}

std::optional<Refusal> RefuseByPolicy(const Observed& observed) {
  if (observed.policies.empty() || HasAgent(observed)) return std::nullopt;
  const bool in = IsIn(observed);
  for (const Check& check : kChecks) {
    if (in && !check.holds_for_who_is_in) continue;
    for (const Policy& policy : observed.policies) {
      if (std::optional<Refusal> refusal = check.refuse(policy, observed)) return refusal;
    }
  }
  return std::nullopt;
}

bool WasRefused(const DevSession& session) {
  const devsession::Condition* admitted =
      devsession::FindCondition(session.status, condition::kAdmitted);
  return admitted != nullptr && admitted->status == "False" &&
         admitted->observed_generation == session.generation;
}

bool IsRefused(const json& session) {
  const json* conditions = kube::Find(session, "/status/conditions");
  if (conditions == nullptr || !conditions->is_array()) return false;
  return std::any_of(conditions->begin(), conditions->end(), [](const json& each) {
    return kube::StringAt(each, "/type") == condition::kAdmitted &&
           kube::StringAt(each, "/status") == "False";
  });
}

Seat SeatClassOf(const json& session) {
  if (kube::HasFinalizer(session, devsession::kFinalizer)) return Seat::kIn;
  const json* conditions = kube::Find(session, "/status/conditions");
  Seat seat = Seat::kWaiting;
  if (conditions == nullptr || !conditions->is_array()) return seat;
  for (const json& each : *conditions) {
    const std::string type = kube::StringAt(each, "/type");
    const std::string status = kube::StringAt(each, "/status");
    if (type == condition::kAgentInjected && status == "True") return Seat::kIn;
    if (type != condition::kAdmitted || status != "False") continue;
    if (kube::StringAt(each, "/reason") != reason::kQuotaExceeded) seat = Seat::kRefused;
  }
  return seat;
}

std::string SeatOf(const json& session) {
  return std::to_string(static_cast<int>(SeatClassOf(session))) +
         kube::StringAt(session, "/metadata/creationTimestamp") + "/" + kube::NameOf(session);
}

}  // namespace hawser::controller
