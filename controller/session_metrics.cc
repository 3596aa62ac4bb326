// Counts what the cache holds.
#include "controller/session_metrics.h"

#include <map>
#include <string>

#include "controller/plan/names.h"

namespace hawser::controller {

void CountSessions(const Caches& caches, Metrics& metrics) {
  std::map<std::string, size_t> counts;
  for (const char* name : phase::kAll) counts[name] = 0;
  size_t& unknown = counts["Unknown"];
  for (const auto& [name, count] : caches.CountPhases()) {
    const auto known = counts.find(name);
    (known == counts.end() ? unknown : known->second) += count;
  }
  for (const auto& [name, count] : counts) {
    metrics.GaugeOf({"hawser_sessions", "DevSessions by phase"}, {{"phase", name}})
        .Set(static_cast<double>(count));
  }
}

}  // namespace hawser::controller
