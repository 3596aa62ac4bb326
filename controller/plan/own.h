// What all objects have in common that a session has of its own: names, labels, owner, and when
// they are written.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <vector>

#include "controller/plan/container.h"
#include "controller/plan/plan.h"

namespace hawser::controller {

/// The labels by which a session's objects and pods are found.
nlohmann::json OwnLabels(const devsession::DevSession& session);

/// An object of the session's own, without a spec, by the name all of them have.
nlohmann::json OwnObject(const kube::Resource& resource, const Observed& observed);

/// True for what this session controls.
bool Owns(const devsession::DevSession& session, const Workload& object);

/// What was observed under that type and name, or null.
const Workload* FindOwn(const Observed& observed, const kube::Resource& resource,
                        const kube::ObjectKey& key);

/// The apply of `object`, with a digest of it in an annotation.
ObjectApply MakeOwnApply(const kube::Resource& resource, nlohmann::json object);

/// True when the object is there as `wanted` says, and was applied so last. The server writes
/// amounts in a form of its own, so they are compared by the digest alone.
bool IsOwnApplied(const Observed& observed, const ObjectApply& wanted);

/// Binds the apply to the object as it was observed, if it was: what took its place since is
/// somebody else's, and a conflict. Not for workloads, whose status changes all the time.
void LockToSeen(const Observed& observed, ObjectApply& apply);

/// Names the first of `wanted` whose name an object has that is not this session's.
std::optional<Refusal> RefuseNames(const Observed& observed,
                                   const std::vector<ObjectApply>& wanted);

/// Adds to `plan` the removal of what earlier plans made for the session and `wanted` has not. Its
/// Ingress is left to PlanExposure.
void DeleteOthers(const Observed& observed, const std::vector<ObjectApply>& wanted, Plan& plan);

}  // namespace hawser::controller
