// Which sessions to look at again when something in the cluster changed.
#pragma once

#include "controller/observe.h"
#include "lib/kube/controller_loop.h"

namespace hawser::controller {

/// For a changed session: itself, the others that wait for (or hold) the same target, and those
/// that policies refuse, when it may leave them its place. For one whose status alone changed:
/// itself, where a push or a restart is reported, or where it sleeps (or is about to) and was used;
/// those others, where policies admit or refuse it now.
kube::KeyMapper MapSession(const Caches& caches);

/// For a changed policy: all sessions of its namespace.
kube::KeyMapper MapPolicy(const Caches& caches);

/// The policies whose counts a changed session concerns.
std::vector<kube::ObjectKey> PoliciesCounting(const Caches& caches, const kube::Change& session);

/// For a changed workload of that type: the sessions that name it, and the one whose injection it
/// carries or carried.
kube::KeyMapper MapWorkload(const kube::Cache& sessions, const kube::Resource& resource);

/// For a changed Ingress: the session that it is of, and those that ask for one of its hosts.
kube::KeyMapper MapIngress(const kube::Cache& sessions);

}  // namespace hawser::controller
