// Acquire, work while holding, release.
#include "controller/leadership.h"

#include <thread>
#include <utility>

#include "lib/base/log.h"

namespace hawser::controller {

Status RunAsLeader(kube::LeaderElection& election, std::stop_token stop,
                   const std::function<Status(std::stop_token)>& work,
                   const std::function<void()>& on_lost) {
  log::Info("Waiting for the lease");
  if (!election.Acquire(stop).ok()) return OkStatus();
  log::Info("Became the leader");
  std::jthread holder([&](std::stop_token own) { election.Hold(own, on_lost); });
  const Status worked = work(stop);
  holder.request_stop();
  holder.join();
  const Status released = election.Release();
  if (!released.ok()) log::Warning("Lease not released", {{"error", released.ToString()}});
  return worked;
}

std::function<Status(std::stop_token)> TellingLeadership(
    std::function<Status(std::stop_token)> work, const std::string& name, Metrics& metrics) {
  Gauge& leads = metrics.GaugeOf(
      {"leader_election_master_status", "1 in the process that leads, 0 in one that waits"},
      {{"name", name}});
  return [work = std::move(work), &leads](std::stop_token stop) {
    leads.Set(1);
    Status worked = work(std::move(stop));
    leads.Set(0);
    return worked;
  };
}

}  // namespace hawser::controller
