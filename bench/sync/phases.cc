// Turns the moments of a timeline into durations between them.
#include "bench/sync/phases.h"

#include <array>
#include <utility>

#include "bench/stats.h"

namespace hawser::bench {
namespace {

/// What ends at each moment of a timeline, in order. A moment that is missing adds its time to the
/// next.
constexpr std::array<std::pair<const char*, const char*>, 7> kMoments = {{{"scanning", "quiet"},
                                                                          {"scanned", "scan"},
                                                                          {"encoded", "encode"},
                                                                          {"sent", "send"},
                                                                          {"received", "tunnel"},
                                                                          {"staged", "stage"},
                                                                          {"applied", "apply"}}};

}  // namespace

void Phases::Add(const std::vector<PushEvent>& events) {
  for (const PushEvent& event : events) {
    if (event.kind == "batch") bytes_.push_back(static_cast<double>(event.bytes));
    double since = 0;
    for (const auto& [moment, phase] : kMoments) {
      const auto at = event.phases_ms.find(moment);
      if (at == event.phases_ms.end()) continue;
      milliseconds_[phase].push_back(at->second - since);
      since = at->second;
    }
  }
}

void Phases::Report(Row& row) const {
  if (!bytes_.empty()) row.payload_bytes = Percentile(bytes_, 50);
  for (const auto& [moment, phase] : kMoments) {
    const auto took = milliseconds_.find(phase);
    if (took != milliseconds_.end())
      row.phases_ms.emplace_back(phase, Percentile(took->second, 50));
  }
}

}  // namespace hawser::bench
