// Work that only one of several controllers does at a time.
#pragma once

#include <functional>
#include <stop_token>
#include <string>

#include "lib/base/metrics.h"
#include "lib/base/status.h"
#include "lib/kube/lease.h"

namespace hawser::controller {

/// Waits for the lease, then runs `work` until it ends, `stop` asks or the lease is lost; a lease
/// still held is given up once `work` has returned, so that another process follows at once. When
/// it is lost, `on_lost` is called before that, on another thread: `work` may be stuck in a
/// request, and must not go on beside the next leader. Returns what `work` did, or ok when it never
/// began.
Status RunAsLeader(kube::LeaderElection& election, std::stop_token stop,
                   const std::function<Status(std::stop_token)>& work,
                   const std::function<void()>& on_lost);

/// `work`, which sets leader_election_master_status{name} to 1 while it runs. `metrics` must
/// outlive it.
std::function<Status(std::stop_token)> TellingLeadership(
    std::function<Status(std::stop_token)> work, const std::string& name, Metrics& metrics);

}  // namespace hawser::controller
