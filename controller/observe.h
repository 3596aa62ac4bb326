// Gathers what a plan depends on: from the caches, and from the server where a stale read would
// harm.
#pragma once

#include <optional>

#include "controller/entrypoint.h"
#include "controller/plan/observed.h"
#include "lib/base/result.h"
#include "lib/kube/api.h"
#include "lib/kube/cache.h"

namespace hawser::controller {

/// Mirrors of what the controller watches.
struct Caches {
  kube::Cache sessions;
  kube::Cache deployments;
  kube::Cache stateful_sets;
  kube::Cache daemon_sets;
  kube::Cache pods;      ///< those with a session's label only
  kube::Cache services;  ///< those with a session's label only

  /// The cache of one of kTargetResources.
  kube::Cache& Workloads(const kube::Resource& resource);
  const kube::Cache& Workloads(const kube::Resource& resource) const;
};

/// Reads the world for one session at a time. Thread-safe.
class Observer {
 public:
  /// Everything passed must outlive the observer.
  Observer(const Caches& caches, kube::Api& api, ImageCommandSource& images);

  /// What there is to know about that session; nothing when it is gone without a trace. One that is
  /// gone and left its injection somewhere is seen as one being deleted. Fails when the server does
  /// not answer; a registry that does not is part of the answer.
  Result<std::optional<Observed>> Observe(const kube::ObjectKey& key);

 private:
  Result<std::optional<Observed>> ObserveRemains(const kube::ObjectKey& key);
  Status ReadForDeletion(Observed& observed);
  Status ReadForWork(Observed& observed);
  Status ReadTarget(const kube::Resource& resource, Observed& observed);
  Status ReadOwn(Observed& observed);
  void ReadRivals(Observed& observed) const;
  void AskRegistry(Observed& observed);

  const Caches& caches_;
  kube::Api& api_;
  ImageCommandSource& images_;
};

}  // namespace hawser::controller
