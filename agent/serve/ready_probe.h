// Watches for the moment the app accepts connections again.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>

#include "lib/base/clock.h"

namespace hawser::agent {

/// Tries the app's port on the pod's loopback: every 2 ms at first, then ever slower up to 50 ms,
/// for a minute. Without a port it only waits long enough to see an app that fails at once. Sleeps
/// when nothing is watched.
class ReadyProbe {
 public:
  /// `on_ready` is called on the probe's thread with the batch's number.
  explicit ReadyProbe(std::function<void(uint64_t)> on_ready);
  ~ReadyProbe();

  /// Watches for batch `number`; what was watched before is forgotten.
  void Watch(uint64_t number, uint16_t port);

 private:
  struct Target {
    uint64_t number = 0;
    uint16_t port = 0;
  };

  void Run(const std::stop_token& stop);
  /// True when the target became ready; false when it took too long, was replaced, or `stop` came.
  bool Await(const Target& target, const std::stop_token& stop);
  bool Pause(Duration duration, const std::stop_token& stop);

  const std::function<void(uint64_t)> on_ready_;
  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::optional<Target> next_;
  std::jthread thread_;
};

}  // namespace hawser::agent
