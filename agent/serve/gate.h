// How many strangers the agent listens to on its pod's address, and how often.
#pragma once

#include <cstddef>
#include <deque>
#include <mutex>

#include "lib/base/clock.h"

namespace hawser::agent {

/// A stranger is a connection that has not proved yet that it is the session's client. One that
/// failed to keeps its place for a while: who does not have the key costs so many handshakes a
/// second and no more, however fast it connects. Thread-safe.
class Gate {
 public:
  struct Options {
    size_t places = 8;
    Duration after_failure = std::chrono::milliseconds(250);
    Duration tell_every = std::chrono::seconds(10);
  };

  Gate() : Gate(Options()) {}
  explicit Gate(Options options) : options_(options) {}

  /// Takes a place; false when there is none, and then the connection is to be dropped.
  bool Enter(TimePoint now);
  /// Whoever entered proved who it is, or did not.
  void Leave(bool proved, TimePoint now);
  /// True when a refusal is worth a line in the log: seldom, so that a neighbour can't fill it.
  bool ShouldTell(TimePoint now);

 private:
  const Options options_;
  std::mutex mutex_;
  size_t inside_ = 0;
  std::deque<TimePoint> free_at_;  ///< of places that failures keep, ascending
  TimePoint tell_at_{};
};

}  // namespace hawser::agent
