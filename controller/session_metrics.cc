// Counts what the cache holds.
#include "controller/session_metrics.h"

#include <map>
#include <nlohmann/json.hpp>
#include <string>

#include "controller/plan/names.h"
#include "lib/kube/object.h"

namespace hawser::controller {

void CountSessions(const kube::Cache& sessions, Metrics& metrics) {
  std::map<std::string, int> counts;
  for (const char* name : phase::kAll) counts[name] = 0;
  int& unknown = counts["Unknown"];
  for (const kube::ObjectPtr& session : sessions.List()) {
    const auto known = counts.find(kube::StringAt(*session, "/status/phase"));
    ++(known == counts.end() ? unknown : known->second);
  }
  for (const auto& [name, count] : counts) {
    metrics.GaugeOf({"hawser_sessions", "DevSessions by phase"}, {{"phase", name}}).Set(count);
  }
}

}  // namespace hawser::controller
