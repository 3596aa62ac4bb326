// The times of one batch: what the agent timed with its own clock is placed onto the sender's.
#pragma once

#include <cstdint>
#include <map>

#include "lib/base/clock.h"
#include "lib/wire/messages.h"

namespace hawser::sync {

/// The times of one batch, on the sender's clock; zero when a phase did not happen. Agent phases
/// are placed between `sent` and the arrival of the result by the agent's own elapsed times.
struct Timeline {
  TimePoint seen{}, scanning{}, scanned{}, encoded{}, sent{};
  TimePoint received{}, staged{}, applied{}, steps_done{}, restarted{}, ready{};
};

/// The phases of one batch as the agent reported them.
class AgentPhases {
 public:
  /// `progress` arrived at `now`.
  void Note(const wire::Progress& progress, TimePoint now);

  /// Fills the agent's phases of `timeline`, whose `sent` is known. The agent's clock is laid onto
  /// ours such that the way there and the way back of its last report took equally long.
  void Place(Timeline& timeline) const;

 private:
  std::map<wire::Phase, Duration> elapsed_;
  Duration last_elapsed_{};
  TimePoint last_arrival_{};
};

}  // namespace hawser::sync
