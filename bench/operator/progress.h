// Which sessions the controller has done its part for, as a watch shows it.
#pragma once

#include <condition_variable>
#include <map>
#include <mutex>
#include <thread>

#include "lib/base/clock.h"
#include "lib/kube/api.h"

namespace hawser::bench {

/// Watches all sessions from now on, on a thread of its own. Thread-safe.
class Progress {
 public:
  /// `api` must outlive it. Sees what changes after `resource_version` of a list of sessions.
  Progress(kube::Api& api, std::string resource_version);
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  /// Waits until `count` sessions were planned; false when `limit` came first.
  bool AwaitPlanned(size_t count, Duration limit);
  /// Waits until the session is planned at this generation or a later one; false when `limit` came
  /// first.
  bool AwaitGeneration(const kube::ObjectKey& session, int64_t generation, Duration limit);
  size_t planned() const;

 private:
  void Take(const kube::WatchEvent& event);

  kube::Api& api_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::map<kube::ObjectKey, int64_t> generations_;  ///< at which each session was last planned
  std::jthread thread_;
};

}  // namespace hawser::bench
