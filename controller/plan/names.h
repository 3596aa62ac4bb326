// The names the controller writes: what it adds to pods (docs/pod.md), condition types and reasons.
#pragma once

#include <array>
#include <cstdint>
#include <limits>

namespace hawser::controller {

/// On a workload: what its injection replaced, as JSON.
inline constexpr char kOriginalAnnotation[] = "hawser.dev/original";
/// On what a session has of its own: the digest of what was applied, so that fields the workload
/// lost are seen too.
inline constexpr char kAppliedAnnotation[] = "hawser.dev/applied";
/// On a clone: the digest of what its version does not matter for, so that an upgrade of the
/// controller alone does not replace its pods.
inline constexpr char kSourceAnnotation[] = "hawser.dev/source";
/// What an injection looks like (docs/pod.md), as a number that is raised with each change of it.
inline constexpr int64_t kInjectionLayout = 2;
/// On a clone: the workload it copies, "Deployment/api".
inline constexpr char kCloneOfAnnotation[] = "hawser.dev/clone-of";
/// On a pod: the restart that its agent is asked for; docs/pod.md.
inline constexpr char kRestartRequestAnnotation[] = "hawser.dev/restart-request";
/// On a pod template: the restart by rollout that it was changed for last.
inline constexpr char kRolloutAnnotation[] = "hawser.dev/rollout";
inline constexpr char kInstallContainer[] = "hawser-install";
inline constexpr char kAgentContainer[] = "hawser-agent";
inline constexpr char kSharedVolume[] = "hawser";
inline constexpr char kKeysVolume[] = "hawser-keys";
inline constexpr char kPodInfoVolume[] = "hawser-pod";
inline constexpr char kSharedDir[] = "/.hawser";
inline constexpr char kKeysDir[] = "/.hawser-keys";
inline constexpr char kPodInfoDir[] = "/.hawser-pod";
/// The file in it that shows kRestartRequestAnnotation.
inline constexpr char kRestartFile[] = "restart";
inline constexpr char kAgentInImage[] = "/hawser-agent";
inline constexpr char kAgentInPod[] = "/.hawser/bin/hawser-agent";

/// The probes by which the kubelet kills a container.
inline constexpr std::array<const char*, 2> kKillingProbes = {"livenessProbe", "startupProbe"};
/// A probe's failureThreshold while the agent is injected: the highest the API takes.
inline constexpr int64_t kNeverFails = std::numeric_limits<int32_t>::max();

/// Condition types. `Synced` is devsession::kSyncedCondition.
namespace condition {
inline constexpr char kReady[] = "Ready";
inline constexpr char kTargetFound[] = "TargetFound";
inline constexpr char kAgentInjected[] = "AgentInjected";
inline constexpr char kAgentsReady[] = "AgentsReady";
inline constexpr char kPortsServed[] = "PortsServed";
inline constexpr char kExposed[] = "Exposed";
inline constexpr char kFullySupported[] = "FullySupported";
inline constexpr char kLasting[] = "Lasting";
inline constexpr char kAdmitted[] = "Admitted";
/// Of a DevPolicy.
inline constexpr char kEnforced[] = "Enforced";
}  // namespace condition

/// Condition reasons; controller/DESIGN.md says what each means and what to do.
namespace reason {
inline constexpr char kReady[] = "Ready";
inline constexpr char kInvalidSpec[] = "InvalidSpec";
inline constexpr char kDeleting[] = "Deleting";

inline constexpr char kTargetFound[] = "TargetFound";
inline constexpr char kTargetNotFound[] = "TargetNotFound";
inline constexpr char kTargetNotSupported[] = "TargetNotSupported";

inline constexpr char kInjected[] = "Injected";
inline constexpr char kCloned[] = "Cloned";
inline constexpr char kContainerNotFound[] = "ContainerNotFound";
inline constexpr char kContainerAmbiguous[] = "ContainerAmbiguous";
inline constexpr char kEntrypointUnknown[] = "EntrypointUnknown";
inline constexpr char kAskingRegistry[] = "AskingRegistry";
inline constexpr char kOwnedByController[] = "OwnedByController";
inline constexpr char kContested[] = "Contested";
inline constexpr char kHeldByOtherSession[] = "HeldByOtherSession";
inline constexpr char kNameTaken[] = "NameTaken";
inline constexpr char kSecretNotOwned[] = "SecretNotOwned";
inline constexpr char kMoving[] = "Moving";
inline constexpr char kApplyFailed[] = "ApplyFailed";

inline constexpr char kAgentsReady[] = "AgentsReady";
inline constexpr char kNotInjected[] = "NotInjected";
inline constexpr char kNoPods[] = "NoPods";
inline constexpr char kPodsPending[] = "PodsPending";
inline constexpr char kImagePullFailed[] = "ImagePullFailed";
inline constexpr char kAgentCrashing[] = "AgentCrashing";
inline constexpr char kContainerNotCreated[] = "ContainerNotCreated";

inline constexpr char kServed[] = "Served";
inline constexpr char kNoPorts[] = "NoPorts";

inline constexpr char kExposed[] = "Exposed";
inline constexpr char kNotServed[] = "NotServed";
inline constexpr char kInvalidHost[] = "InvalidHost";
inline constexpr char kHostTaken[] = "HostTaken";
inline constexpr char kPortNotFound[] = "PortNotFound";

inline constexpr char kLasting[] = "Lasting";
inline constexpr char kExpiresSoon[] = "ExpiresSoon";
inline constexpr char kExpired[] = "Expired";

inline constexpr char kActive[] = "Active";
inline constexpr char kIdleSoon[] = "IdleSoon";
inline constexpr char kIdle[] = "Idle";
inline constexpr char kScaledUp[] = "ScaledUp";
inline constexpr char kCannotSleep[] = "CannotSleep";
inline constexpr char kAsleep[] = "Asleep";

inline constexpr char kAdmitted[] = "Admitted";
inline constexpr char kNotAdmitted[] = "NotAdmitted";
inline constexpr char kQuotaExceeded[] = "QuotaExceeded";
inline constexpr char kTargetNotAllowed[] = "TargetNotAllowed";
inline constexpr char kRegistryNotAllowed[] = "RegistryNotAllowed";
inline constexpr char kTtlTooLong[] = "TTLTooLong";
inline constexpr char kEnforced[] = "Enforced";

inline constexpr char kNotReported[] = "NotReported";
inline constexpr char kPodJoined[] = "PodJoined";
inline constexpr char kPodsAgree[] = "PodsAgree";
inline constexpr char kAllFieldsActedOn[] = "AllFieldsActedOn";
inline constexpr char kNotYetActedOn[] = "NotYetActedOn";

// Of status.restarts.
inline constexpr char kNotRequested[] = "NotRequested";
inline constexpr char kRestartRequested[] = "Requested";
inline constexpr char kHandedOver[] = "HandedOver";
inline constexpr char kContainerRestarted[] = "Completed";
inline constexpr char kRolledOut[] = "RolledOut";
inline constexpr char kPolicyNever[] = "PolicyNever";
inline constexpr char kAgentTooOld[] = "AgentTooOld";
}  // namespace reason

/// Phases: the printer column, derived from the conditions.
namespace phase {
inline constexpr char kPending[] = "Pending";
inline constexpr char kInjecting[] = "Injecting";
inline constexpr char kReady[] = "Ready";
inline constexpr char kSleeping[] = "Sleeping";
inline constexpr char kFailed[] = "Failed";
inline constexpr char kRestoring[] = "Restoring";
inline constexpr const char* kAll[] = {kPending,  kInjecting, kReady,
                                       kSleeping, kFailed,    kRestoring};
}  // namespace phase

}  // namespace hawser::controller
