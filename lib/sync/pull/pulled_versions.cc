// Lays each version over the trees that do not show it yet.
#include "lib/sync/pull/pulled_versions.h"

namespace hawser::sync {

void PulledVersions::Note(const std::string& path, const Entry& entry, const PullTrees& shown,
                          TimePoint now) {
  items_[path] = {.entry = entry,
                  .workspace = {.entry = shown.workspace.Find(path)},
                  .agreed = {.entry = shown.agreed.Find(path)},
                  .until = now + kShownWithin};
}

void PulledVersions::Follow(const Tree& shown, const std::string& path, Before& before) {
  before.moved_on = before.moved_on || !SameVersion(shown.Find(path), before.entry);
}

PullTrees PulledVersions::Over(const PullTrees& shown, TimePoint now) {
  TreeEdits workspace;
  TreeEdits agreed;
  for (auto item = items_.begin(); item != items_.end();) {
    auto& [path, pulled] = *item;
    Follow(shown.workspace, path, pulled.workspace);
    Follow(shown.agreed, path, pulled.agreed);
    if (now >= pulled.until || (pulled.workspace.moved_on && pulled.agreed.moved_on)) {
      item = items_.erase(item);
      continue;
    }
    if (!pulled.workspace.moved_on) workspace[path] = pulled.entry;
    if (!pulled.agreed.moved_on) agreed[path] = pulled.entry;
    ++item;
  }
  return {.workspace = shown.workspace.With(workspace), .agreed = shown.agreed.With(agreed)};
}

}  // namespace hawser::sync
