// Places what the agent timed with its own clock onto the sender's.
#include "lib/sync/send/timeline.h"

#include <algorithm>

namespace hawser::sync {

void AgentPhases::Note(const wire::Progress& progress, TimePoint now) {
  const Duration elapsed = std::chrono::microseconds(progress.elapsed_us);
  elapsed_[progress.phase] = elapsed;
  last_elapsed_ = elapsed;
  last_arrival_ = now;
}

void AgentPhases::Place(Timeline& timeline) const {
  const auto received = elapsed_.find(wire::Phase::kReceived);
  if (received == elapsed_.end() || timeline.sent == TimePoint{}) return;
  const Duration worked = last_elapsed_ - received->second;
  const Duration travelled = std::max(Duration::zero(), last_arrival_ - timeline.sent - worked);
  const TimePoint arrived = timeline.sent + travelled / 2;
  const auto place = [&](wire::Phase phase, TimePoint& time) {
    const auto elapsed = elapsed_.find(phase);
    if (elapsed != elapsed_.end()) time = arrived + (elapsed->second - received->second);
  };
  place(wire::Phase::kReceived, timeline.received);
  place(wire::Phase::kStaged, timeline.staged);
  place(wire::Phase::kApplied, timeline.applied);
  place(wire::Phase::kStepsDone, timeline.steps_done);
  place(wire::Phase::kRestarted, timeline.restarted);
  place(wire::Phase::kReady, timeline.ready);
}

}  // namespace hawser::sync
