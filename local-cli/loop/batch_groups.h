// Gathers what the pods say about one state of the workspace into one line.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "lib/sync/send/sender.h"
#include "local-cli/render/events.h"

namespace hawser::cli {

/// The phases of a timeline that happened, in order, since the first file event.
std::vector<PhaseTime> PhasesOf(const sync::Timeline& timeline);

/// One open group at a time: reports with the same first event belong together, one of each pod. (A
/// pod may need several batches for one state.)
class BatchGroups {
 public:
  /// Adds a report; returns the group before it if this one begins another.
  std::optional<BatchDone> Add(const std::string& pod, const sync::BatchReport& report,
                               TimePoint now);
  /// Ends the open group, if there is one.
  std::optional<BatchDone> Take();
  /// When the open group is shown even though pods are missing; kNoDeadline without one.
  TimePoint ShowAt() const { return open_ ? show_at_ : kNoDeadline; }

 private:
  std::optional<BatchDone> open_;
  TimePoint seen_{};
  TimePoint show_at_{};
};

}  // namespace hawser::cli
