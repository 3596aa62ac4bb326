// Exponential backoff with jitter.
#pragma once

#include <cstdint>

#include "lib/base/clock.h"

namespace hawser {

/// How retries spread out.
struct BackoffOptions {
  Duration initial = std::chrono::milliseconds(100);
  Duration max = std::chrono::seconds(30);
  double factor = 2.0;
  double jitter = 0.2;  ///< each delay is spread evenly over [1 - jitter, 1 + jitter] of itself
};

/// The delays of one retried activity. Not thread-safe.
class Backoff {
 public:
  explicit Backoff(BackoffOptions options, uint64_t seed);

  /// How long to wait before the next try; grows with every call up to `max`.
  Duration Next();
  /// The activity succeeded: start from `initial` again.
  void Reset() { failures_ = 0; }
  int failures() const { return failures_; }

 private:
  BackoffOptions options_;
  uint64_t state_;
  int failures_ = 0;
};

}  // namespace hawser
