// Acquire, work while holding, release.
#include "controller/leadership.h"

#include <thread>

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

}  // namespace hawser::controller
