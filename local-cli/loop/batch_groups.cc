// Reports of several pods about the same save become one event.
#include "local-cli/loop/batch_groups.h"

#include <algorithm>
#include <utility>

namespace hawser::cli {

namespace {

constexpr Duration kStragglerPatience = std::chrono::seconds(1);

/// How long the save took until it was in force: applied, steps run, process restarted.
Duration TotalOf(const sync::Timeline& timeline) {
  const TimePoint end = std::max(
      {timeline.sent, timeline.staged, timeline.applied, timeline.steps_done, timeline.restarted});
  return end > timeline.seen ? end - timeline.seen : Duration::zero();
}

bool HasPod(const BatchDone& group, const std::string& pod) {
  return std::any_of(group.pods.begin(), group.pods.end(),
                     [&](const PodBatch& each) { return each.pod == pod; });
}

}  // namespace

std::vector<PhaseTime> PhasesOf(const sync::Timeline& timeline) {
  std::vector<PhaseTime> phases;
  for (const auto& [name, time] :
       {std::pair{"seen", timeline.seen}, std::pair{"scanning", timeline.scanning},
        std::pair{"scanned", timeline.scanned}, std::pair{"encoded", timeline.encoded},
        std::pair{"sent", timeline.sent}, std::pair{"received", timeline.received},
        std::pair{"staged", timeline.staged}, std::pair{"applied", timeline.applied},
        std::pair{"steps", timeline.steps_done}, std::pair{"restarted", timeline.restarted},
        std::pair{"ready", timeline.ready}}) {
    if (time != TimePoint{}) phases.push_back({.phase = name, .since_seen = time - timeline.seen});
  }
  return phases;
}

std::optional<BatchDone> BatchGroups::Add(const std::string& pod, const sync::BatchReport& report,
                                          TimePoint now) {
  std::optional<BatchDone> before;
  if (open_ && (report.timeline.seen != seen_ || HasPod(*open_, pod))) before = Take();
  if (!open_) {
    open_ = BatchDone{.paths = report.paths, .files = report.files, .removals = report.removals};
    seen_ = report.timeline.seen;
    show_at_ = now + kStragglerPatience;
  }
  open_->pods.push_back({.pod = pod,
                         .batch = report.result.number,
                         .bytes = report.cost.wire_bytes,
                         .total = TotalOf(report.timeline),
                         .outcome = report.result.outcome});
  return before;
}

std::optional<BatchDone> BatchGroups::Take() {
  if (open_) {
    std::stable_sort(open_->pods.begin(), open_->pods.end(),
                     [](const PodBatch& a, const PodBatch& b) { return a.total < b.total; });
  }
  return std::exchange(open_, std::nullopt);
}

}  // namespace hawser::cli
