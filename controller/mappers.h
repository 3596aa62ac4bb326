// Which sessions to look at again when something in the cluster changed.
#pragma once

#include "controller/observe.h"
#include "lib/kube/controller_loop.h"

namespace hawser::controller {

/// For a changed session: itself, and the others that wait for (or hold) the same target.
kube::KeyMapper MapSession(const kube::Cache& sessions);

/// For a changed workload of that type: the sessions that name it, and the one whose injection it
/// carries or carried.
kube::KeyMapper MapWorkload(const kube::Cache& sessions, const kube::Resource& resource);

/// For a changed Ingress: the session that it is of, and those that ask for one of its hosts.
kube::KeyMapper MapIngress(const kube::Cache& sessions);

}  // namespace hawser::controller
