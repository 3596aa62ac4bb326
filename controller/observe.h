// Gathers what a plan depends on: from the caches, and from the server where a stale read would
// harm.
#pragma once

#include <optional>

#include "controller/activity_memory.h"
#include "controller/caches.h"
#include "controller/entrypoint.h"
#include "controller/key_memory.h"
#include "controller/plan/observed.h"
#include "lib/base/result.h"
#include "lib/kube/api.h"

namespace hawser::controller {

/// Reads the world for one session at a time. Thread-safe.
class Observer {
 public:
  /// Everything passed must outlive the observer.
  Observer(const Caches& caches, KeyMemory& keys, kube::Api& api, ImageCommands& images,
           const Clock& clock);

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
  Status ReadOwnOf(const kube::Resource& resource, const kube::Cache& cache, bool wanted,
                   Observed& observed);
  Status ReadExposure(Observed& observed);
  Result<KeysState> KeysOf(const Observed& observed);
  Status ReadCopyAnew(Observed& observed);
  void ReadPolicies(Observed& observed) const;
  void ReadRivals(Observed& observed) const;
  void AskRegistry(Observed& observed);

  const Caches& caches_;
  KeyMemory& keys_;
  kube::Api& api_;
  ImageCommands& images_;
  const Clock& clock_;
  ActivityMemory activity_;
};

}  // namespace hawser::controller
