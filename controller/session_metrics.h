// How many sessions there are, for dashboards and alerts.
#pragma once

#include "controller/caches.h"
#include "lib/base/metrics.h"

namespace hawser::controller {

/// Sets hawser_sessions{phase} for every phase, and for "Unknown": those that have none yet.
void CountSessions(const Caches& caches, Metrics& metrics);

}  // namespace hawser::controller
