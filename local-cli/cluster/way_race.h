// Two ways to an agent, straight to its pod and through the API server: when to try which, and
// which to take. After RFC 8305 ("happy eyeballs").
#pragma once

#include <optional>

#include "lib/base/clock.h"

namespace hawser::cli {

enum class Way { kDirect, kApiServer };

/// Begins with the direct way under way. Holds no thread and makes no call. Not thread-safe.
class WayRace {
 public:
  /// What both together may cost over the API server alone, where no pod can be reached.
  struct Options {
    Duration head_start = std::chrono::milliseconds(10);  ///< of the direct way
    Duration grace = std::chrono::milliseconds(30);       ///< for it, once the other one is open
  };
  /// What to do now; at most one of the three.
  struct Advice {
    bool dial_api_server = false;
    std::optional<Way> take;  ///< the race is over
    bool give_up = false;     ///< both failed
    bool operator==(const Advice&) const = default;
  };

  explicit WayRace(TimePoint now) : WayRace(now, Options()) {}
  WayRace(TimePoint now, Options options) : options_(options), dial_at_(now + options.head_start) {}

  /// The way leads to the agent: it proved who it is.
  Advice OnOpened(Way way, TimePoint now);
  Advice OnFailed(Way way, TimePoint now);
  /// It is WakeAt().
  Advice OnTick(TimePoint now) { return Decide(now); }
  TimePoint WakeAt() const;

 private:
  enum class State { kNotBegun, kUnderWay, kOpen, kFailed };

  Advice Decide(TimePoint now);

  const Options options_;
  const TimePoint dial_at_;
  State direct_ = State::kUnderWay;
  State api_server_ = State::kNotBegun;
  TimePoint take_at_ = kNoDeadline;
};

}  // namespace hawser::cli
