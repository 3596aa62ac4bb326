// What of the pod's files comes back into the workspace: a pure function of three trees.
#include "lib/sync/pull/plan.h"

#include <utility>

namespace hawser::sync {

namespace {

/// A path's version; a directory counts as nothing.
std::optional<Entry> VersionOf(std::optional<Entry> entry) {
  if (entry.has_value() && entry->kind == EntryKind::kDirectory) return std::nullopt;
  return entry;
}

/// What to do where the pod is not as agreed. `workspace` may be a directory.
std::optional<PullAction> ActionFor(const std::optional<Entry>& workspace,
                                    const std::optional<Entry>& agreed,
                                    const std::optional<Entry>& pod) {
  if (!pod.has_value()) {
    if (!VersionOf(workspace).has_value()) return std::nullopt;
    return PullAction::kGone;
  }
  if (!workspace.has_value() || SameVersion(workspace, agreed)) return PullAction::kWrite;
  if (SameVersion(workspace, pod)) return std::nullopt;
  return PullAction::kConflict;
}

}  // namespace

std::vector<PlannedPull> PlanPull(const Tree& workspace, const Tree& agreed, const Tree& pod,
                                  const PullAsked& asked) {
  std::vector<PlannedPull> plan;
  for (const TreeChange& change : Diff(agreed, pod)) {
    if (!asked(change.path)) continue;
    const std::optional<Entry> before = VersionOf(change.before);
    const std::optional<Entry> now = VersionOf(change.after);
    if (SameVersion(before, now)) continue;
    std::optional<Entry> wanted = workspace.Find(change.path);
    const auto action = ActionFor(wanted, before, now);
    if (!action.has_value()) continue;
    plan.push_back({.action = *action,
                    .path = change.path,
                    .entry = now.value_or(Entry()),
                    .replaces = std::move(wanted)});
  }
  return plan;
}

}  // namespace hawser::sync
