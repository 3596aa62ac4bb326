// Which steps and whether a restart follow from a batch's changes: a pure function.
#include "lib/sync/send/follow_up.h"

#include <algorithm>

#include "lib/sync/workspace/glob.h"

namespace hawser::sync {

namespace {

/// No globs stand for every path.
bool AnyMatches(const std::vector<std::string>& globs, const std::vector<std::string>& paths) {
  if (globs.empty()) return !paths.empty();
  return std::any_of(paths.begin(), paths.end(), [&](const std::string& path) {
    return std::any_of(globs.begin(), globs.end(),
                       [&](const std::string& glob) { return MatchesGlob(glob, path); });
  });
}

}  // namespace

std::string SourceOf(const PlannedChange& change, const Snapshot* wanted, const Snapshot* before) {
  for (const Snapshot* snapshot : {wanted, before}) {
    if (snapshot == nullptr) continue;
    if (std::optional<std::string> source = snapshot->sources.Find(change.path)) {
      return *std::move(source);
    }
  }
  return change.path.substr(1);
}

Consequences Follow(const FollowUp& rules, const SyncPlan& plan, const Snapshot* wanted,
                    const Snapshot* before, bool fresh) {
  std::vector<std::string> paths;
  for (const PlannedChange& change : plan.changes) {
    paths.push_back(SourceOf(change, wanted, before));
  }
  Consequences consequences;
  for (uint32_t step = 0; step < rules.step_globs.size(); ++step) {
    if (fresh || AnyMatches(rules.step_globs[step], paths)) consequences.steps.push_back(step);
  }
  consequences.restart = rules.restarts && AnyMatches(rules.restart_globs, paths);
  return consequences;
}

}  // namespace hawser::sync
