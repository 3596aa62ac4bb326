// How many sessions there are, for dashboards and alerts.
#pragma once

#include "lib/base/metrics.h"
#include "lib/kube/cache.h"

namespace hawser::controller {

/// Sets hawser_sessions{phase} for every phase, and for "Unknown": those that have none yet.
void CountSessions(const kube::Cache& sessions, Metrics& metrics);

}  // namespace hawser::controller
