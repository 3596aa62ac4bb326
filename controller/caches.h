// Mirrors of what the controller watches, and the questions that a reconcile asks of them.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "lib/devsession/policy.h"
#include "lib/kube/cache.h"

namespace hawser::controller {

/// Reads cost no request and may be stale. Questions are answered by
/// indexes: their cost does not depend on how many sessions there are. Thread-safe.
struct Caches {
  Caches();

  kube::Cache sessions;
  kube::Cache deployments;
  kube::Cache stateful_sets;
  kube::Cache daemon_sets;
  kube::Cache policies;
  kube::Cache pods;      ///< those with a session's label only
  kube::Cache services;  ///< those with a session's label only
  kube::Cache ingresses;

  /// The cache of one of kTargetResources.
  kube::Cache& Workloads(const kube::Resource& resource);
  const kube::Cache& Workloads(const kube::Resource& resource) const;

  /// The sessions that name this workload as their target.
  std::vector<kube::ObjectPtr> SessionsOn(const std::string& ns, const std::string& kind,
                                          const std::string& name) const;
  /// Workloads of one type that carry a session's injection; copies do not count.
  std::vector<kube::ObjectPtr> InjectedBy(const kube::Resource& resource,
                                          const kube::ObjectKey& session) const;
  /// The pods with a session's label.
  std::vector<kube::ObjectPtr> PodsOf(const kube::ObjectKey& session) const;
  /// The policies of a namespace that can be read, by name.
  std::vector<devsession::Policy> PoliciesOf(const std::string& ns) const;
  /// How many sessions have a place before `session` in its namespace; up to `limit` are counted.
  size_t CountAhead(const nlohmann::json& session, size_t limit) const;
  /// The same of its owner's sessions.
  size_t CountAheadOfOwner(const nlohmann::json& session, size_t limit) const;
  /// The sessions of a namespace that policies refuse.
  std::vector<kube::ObjectKey> Refused(const std::string& ns) const;
  size_t CountSessions(const std::string& ns) const;
  size_t CountRefused(const std::string& ns) const;
  /// The Ingresses that have rules for this host, in all namespaces.
  std::vector<kube::ObjectPtr> IngressesFor(const std::string& host) const;
  /// How many sessions are in each phase.
  std::map<std::string, size_t> CountPhases() const;
};

/// What `cache` (of workloads, Services or Ingresses) holds whose controller has this uid, or that
/// has this name (unless it is empty).
std::vector<kube::ObjectPtr> OwnedOrNamed(const kube::Cache& cache, const std::string& ns,
                                          const std::string& uid, const std::string& name);

/// The keys of the sessions that name this workload as their target.
std::vector<kube::ObjectKey> KeysOfSessionsOn(const kube::Cache& sessions, const std::string& ns,
                                              const std::string& kind, const std::string& name);

/// The keys of the sessions that ask for this host, in all namespaces.
std::vector<kube::ObjectKey> KeysOfSessionsFor(const kube::Cache& sessions,
                                               const std::string& host);

}  // namespace hawser::controller
