// Places what the agent timed with its own clock onto the sender's.
#pragma once

#include <cstdint>
#include <map>

#include "lib/sync/sender.h"

namespace hawser::sync {

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
