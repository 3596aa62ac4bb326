// Loads the confirmed state and applies it.
#include "agent/supervise/container_files.h"

#include <utility>

#include "lib/sync/apply.h"
#include "lib/sync/store.h"

namespace hawser::agent {
namespace {

/// What the container holds after an attempt at `wanted`: a path that failed is as it was before,
/// so that it differs again.
sync::Tree Applied(const sync::Tree& before, const sync::Tree& wanted,
                   const std::vector<wire::Problem>& problems) {
  sync::Tree applied = wanted;
  for (const wire::Problem& problem : problems) {
    applied.erase(problem.path);
    const auto old = before.find(problem.path);
    if (old != before.end()) applied.insert(*old);
  }
  return applied;
}

}  // namespace

FilesReport VolumeFiles::Bring() {
  Result<sync::AgentState> loaded = sync::LoadAgentState(volume_.State());
  FilesReport report;
  if (!loaded.ok()) {
    if (loaded.status().code() != Code::kNotFound) report.status = loaded.status();
    return report;
  }
  sync::AgentState& state = *loaded;
  report.configure = std::move(state.configure);
  if (state.last_batch == 0) return report;
  report.live = true;
  report.tree = sync::TreeDigest(state.tree);
  report.steps_due = std::move(state.steps_due);

  if (roots_ != report.configure.roots) applied_.reset();
  roots_ = report.configure.roots;
  const std::unique_ptr<sync::ContentStore> store = sync::ContentStore::OpenToRead(volume_.Store());
  sync::Applier applier(container_root_, *store, roots_);
  sync::ApplyReport applied =
      applied_ ? applier.Apply(*applied_, state.tree) : applier.Converge(state.tree, state.removed);
  applied_ = Applied(applied_.value_or(sync::Tree{}), state.tree, applied.problems);
  report.problems = std::move(applied.problems);
  return report;
}

}  // namespace hawser::agent
