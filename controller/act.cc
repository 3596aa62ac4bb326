// The requests behind each effect of a plan.
#include "controller/act.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "controller/keys.h"
#include "controller/plan/names.h"
#include "controller/plan/own.h"
#include "controller/plan/restore.h"
#include "controller/plan/vain_apply.h"
#include "controller/resources.h"
#include "lib/kube/object.h"

namespace hawser::controller {

namespace {

using devsession::DevSession;
using nlohmann::json;

Status OkIfNotFound(const Status& status) {
  return status.code() == Code::kNotFound ? OkStatus() : status;
}

/// Writes the session's finalizers, unless it changed since it was read.
Status PatchFinalizers(kube::Api& api, const DevSession& session, const json& finalizers) {
  const json patch = {{{"op", "replace"},
                       {"path", "/metadata/resourceVersion"},
                       {"value", session.resource_version}},
                      {{"op", "add"}, {"path", "/metadata/finalizers"}, {"value", finalizers}}};
  const kube::ObjectKey key{session.ns, session.name};
  return api.Patch(kDevSessions, key, kube::PatchType::kJson, patch, "").status();
}

Status AddFinalizer(kube::Api& api, const DevSession& session) {
  json finalizers = session.finalizers;
  finalizers.push_back(devsession::kFinalizer);
  return PatchFinalizers(api, session, finalizers).Annotate("adding the finalizer");
}

Status RemoveFinalizer(kube::Api& api, const DevSession& session) {
  json finalizers = json::array();
  for (const std::string& finalizer : session.finalizers) {
    if (finalizer != devsession::kFinalizer) finalizers.push_back(finalizer);
  }
  return OkIfNotFound(PatchFinalizers(api, session, finalizers)).Annotate("removing the finalizer");
}

/// Puts a workload back and gives up the ownership of its fields. The latter is a courtesy to other
/// users of server-side apply: its failure is none of the restore.
Status Restore(kube::Api& api, const Workload& workload) {
  const kube::ObjectKey key = kube::KeyOf(*workload.object);
  const Result<json> restored =
      api.Patch(workload.resource, key, kube::PatchType::kJson, RestorePatch(*workload.object), "");
  if (!restored.ok()) {
    return OkIfNotFound(restored.status())
        .Annotate("restoring " + workload.resource.kind + " " + key.name);
  }
  const json release = ReleasePatch(*workload.object, *restored);
  if (!release.is_null()) {
    (void)api.Patch(workload.resource, key, kube::PatchType::kJson, release, "");
  }
  return OkStatus();
}

/// Sets how many pods a workload has, and leaves that number its owner's.
Status Scale(kube::Api& api, const Scaling& scaling) {
  const Workload& workload = scaling.workload;
  const kube::ObjectKey key = kube::KeyOf(*workload.object);
  const Result<json> scaled =
      api.Patch(workload.resource, key, kube::PatchType::kJson, scaling.patch, "");
  if (!scaled.ok()) {
    return scaled.status().Annotate("scaling " + workload.resource.kind + " " + key.name);
  }
  const json unowned = UnownedPatch(*workload.object, *scaled);
  if (!unowned.is_null()) {
    (void)api.Patch(workload.resource, key, kube::PatchType::kJson, unowned, "");
  }
  return OkStatus();
}

Result<json> Apply(kube::Api& api, const ObjectApply& apply, const char* doing) {
  Result<json> applied =
      api.Apply(apply.resource, apply.key, apply.object, devsession::kControllerManager, true, "");
  if (applied.ok()) return applied;
  return applied.status().Annotate(doing + (apply.resource.kind + " " + apply.key.name));
}

/// Older servers apply nothing to an object that names something twice in a list.
Status WithRemedy(const Status& failure) {
  if (failure.message().find("duplicate entries for key") == std::string::npos) return failure;
  return {failure.code(),
          failure.message() + "; name it once in the workload, or set spec.mode to Clone"};
}

/// Applies to a workload, of which `live` is null where there is none yet, and takes note when
/// nothing came of it.
Status ApplyWorkload(kube::Api& api, const ObjectApply& apply, const Workload* live,
                     const char* doing, Acted& acted) {
  const Result<json> answer = Apply(api, apply, doing);
  if (!answer.ok()) return WithRemedy(answer.status());
  if (live != nullptr && IsAsBefore(*live->object, *answer)) {
    acted.vain_apply = NameOfApply(apply.object, *live->object);
  }
  return OkStatus();
}

Status Delete(kube::Api& api, const Workload& object) {
  const std::string name = kube::NameOf(*object.object);
  return OkIfNotFound(api.Delete(object.resource, kube::KeyOf(*object.object)))
      .Annotate("deleting " + object.resource.kind + " " + name);
}

/// Shows a pod's agent a request. A pod that went has nothing to restart.
Status Ask(kube::Api& api, const PodRequest& request) {
  const json patch = {{"metadata",
                       {{"resourceVersion", request.version},
                        {"annotations", {{kRestartRequestAnnotation, request.text}}}}}};
  return OkIfNotFound(
             api.Patch(kube::resources::kPods, request.pod, kube::PatchType::kMerge, patch, "")
                 .status())
      .Annotate("asking pod " + request.pod.name + " for a restart");
}

}  // namespace

Result<Acted> Act(kube::Api& api, const Observed& observed, const Plan& plan,
                  const PlanOptions& options, WallTime now) {
  Acted acted;
  if (plan.add_finalizer) HAWSER_RETURN_IF_ERROR(AddFinalizer(api, observed.session));
  for (const Workload& workload : plan.restores) HAWSER_RETURN_IF_ERROR(Restore(api, workload));
  for (const Workload& clone : plan.deletes) HAWSER_RETURN_IF_ERROR(Delete(api, clone));
  if (plan.make_keys) {
    HAWSER_RETURN_IF_ERROR(
        WriteKeys(api, *observed.object, observed.keys, now, options.keys_valid_for));
  }
  if (plan.inject) {
    HAWSER_RETURN_IF_ERROR(
        ApplyWorkload(api, *plan.inject, &*observed.target, "injecting the agent into ", acted));
  }
  if (plan.scale) HAWSER_RETURN_IF_ERROR(Scale(api, *plan.scale));
  for (const ObjectApply& apply : plan.clone) {
    const Workload* live = FindOwn(observed, apply.resource, apply.key);
    HAWSER_RETURN_IF_ERROR(ApplyWorkload(api, apply, live, "applying the copy's ", acted));
  }
  for (const PodRequest& request : plan.restart.requests) {
    HAWSER_RETURN_IF_ERROR(Ask(api, request));
  }
  if (plan.remove_finalizer) HAWSER_RETURN_IF_ERROR(RemoveFinalizer(api, observed.session));
  return acted;
}

Status ServePorts(kube::Api& api, const Plan& plan) {
  return plan.service ? Apply(api, *plan.service, "applying the session's ").status() : OkStatus();
}

Status ExposePorts(kube::Api& api, const Plan& plan) {
  if (plan.remove_ingress) HAWSER_RETURN_IF_ERROR(Delete(api, *plan.remove_ingress));
  return plan.ingress ? Apply(api, *plan.ingress, "applying the session's ").status() : OkStatus();
}

Status EndSession(kube::Api& api, const Observed& observed) {
  const DevSession& session = observed.session;
  return OkIfNotFound(api.Delete(kDevSessions, {session.ns, session.name},
                                 {.resource_version = session.resource_version}))
      .Annotate("deleting the session, whose time is over");
}

Status WriteStatus(kube::Api& api, const DevSession& seen,
                   const devsession::SessionStatus& status) {
  const kube::ObjectKey session{seen.ns, seen.name};
  json object = kube::MakeObject(kDevSessions, session);
  // From an old look, a request that is done would be taken up once more.
  if (status.restarts != seen.status.restarts) {
    object["metadata"]["resourceVersion"] = seen.resource_version;
  }
  object["status"] = devsession::ControllerStatusToJson(status);
  // Until the command line reports `Synced` it is ours to write, but not to take back.
  const devsession::Condition* synced =
      devsession::FindCondition(status, devsession::kSyncedCondition);
  const bool force = synced == nullptr || synced->reason != reason::kNotReported;
  return api.Apply(kDevSessions, session, object, devsession::kControllerManager, force, "status")
      .status()
      .Annotate("writing the status");
}

}  // namespace hawser::controller
