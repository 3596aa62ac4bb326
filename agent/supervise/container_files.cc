// Follows the confirmed state and applies its steps.
#include "agent/supervise/container_files.h"

#include <utility>

#include "lib/base/memory.h"

namespace hawser::agent {

namespace {

constexpr uint64_t kManyFiles = 1000;

}  // namespace

VolumeFiles::VolumeFiles(Volume volume, std::string container_root)
    : volume_(std::move(volume)),
      container_root_(std::move(container_root)),
      store_(volume_.Store()),
      follower_(volume_.State()) {}

FilesReport VolumeFiles::Bring() {
  FilesReport report;
  Result<sync::ApplyReport> applied = BringFiles();
  DropPrepared();
  if (!applied.ok()) {
    // Whatever is wrong with what was read, the next time begins at the beginning.
    follower_ = sync::StateFollower(volume_.State());
    converged_ = false;
    if (applied.status().code() != Code::kNotFound) report.status = applied.status();
    return report;
  }
  if (applied->written >= kManyFiles) {  // the work took far more than what stays
    store_.Forget();
    ReturnFreeMemory();
  }
  report.configure = configure_;
  if (follower_.last_batch() == 0) return report;
  report.live = true;
  report.tree = follower_.tree();
  report.steps_due = steps_due_;
  report.problems = std::move(applied->problems);
  return report;
}

Result<sync::ApplyReport> VolumeFiles::BringFiles() {
  if (!ReadSteps()) return Converge();
  sync::Applier applier(container_root_, store_, configure_.roots);
  sync::ApplyReport applied = applier.Apply(to_do_, Prepared());
  KeepFailed(applied);
  return applied;
}

bool VolumeFiles::ReadSteps() {
  if (!converged_) return false;
  const std::vector<wire::SyncRoot> roots = configure_.roots;
  const Status read = follower_.Follow([this](const sync::StateDelta& delta) {
    if (delta.configure.has_value()) configure_ = *delta.configure;
    steps_due_ = delta.steps_due;
    for (const auto& [path, entry] : delta.edits) to_do_[path] = entry;
  });
  // Whatever went wrong, reading the file anew either mends it or tells what it is.
  return read.ok() && configure_.roots == roots;
}

Result<sync::ApplyReport> VolumeFiles::Converge() {
  follower_ = sync::StateFollower(volume_.State());
  sync::AgentState state;
  HAWSER_RETURN_IF_ERROR(
      follower_.Follow([&state](const sync::StateDelta& delta) { sync::Advance(state, delta); }));
  configure_ = std::move(state.configure);
  steps_due_ = std::move(state.steps_due);
  sync::Applier applier(container_root_, store_, configure_.roots);
  if (state.last_batch == 0) {
    applier.Tidy();
    return sync::ApplyReport();
  }
  sync::ApplyReport applied = applier.Converge(state.tree, state.removed, Prepared());
  to_do_.clear();
  for (const wire::Problem& problem : applied.problems) {
    to_do_[problem.path] = state.tree.Find(problem.path);
  }
  converged_ = true;
  return applied;
}

void VolumeFiles::Prepare(const std::vector<wire::SyncRoot>& roots, const wire::Prepare& ahead) {
  if (!prepared_.has_value() || prepared_->roots() != roots) {
    prepared_.reset();
    prepared_.emplace(container_root_, store_, roots);
  }
  prepared_->Add(ahead.entries);
}

sync::PreparedFiles* VolumeFiles::Prepared() {
  const bool fits = prepared_.has_value() && prepared_->roots() == configure_.roots;
  return fits ? &*prepared_ : nullptr;
}

void VolumeFiles::KeepFailed(const sync::ApplyReport& applied) {
  sync::TreeEdits failed;
  for (const wire::Problem& problem : applied.problems) {
    if (auto edit = to_do_.extract(problem.path); !edit.empty()) failed.insert(std::move(edit));
  }
  to_do_ = std::move(failed);
}

}  // namespace hawser::agent
