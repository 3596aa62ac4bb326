// Follows the confirmed state and applies its steps.
#include "agent/supervise/container_files.h"

#include <utility>

#include "lib/base/memory.h"

namespace hawser::agent {

namespace {

constexpr uint64_t kManyFiles = 1000;

/// All that is confirmed, by a follower that has read nothing yet.
Result<sync::AgentState> ReadState(sync::StateFollower& follower) {
  sync::AgentState state;
  HAWSER_RETURN_IF_ERROR(
      follower.Follow([&state](const sync::StateDelta& delta) { sync::Advance(state, delta); }));
  return state;
}

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
  sync::TreeEdits overwritten;
  if (applied.ignores_case) {
    HAWSER_ASSIGN_OR_RETURN(overwritten, FindOverwritten(applier, applied));
  }
  KeepFailed(applied);
  to_do_.merge(overwritten);
  return applied;
}

Result<sync::TreeEdits> VolumeFiles::FindOverwritten(sync::Applier& applier,
                                                     sync::ApplyReport& applied) {
  sync::StateFollower follower(volume_.State());
  HAWSER_ASSIGN_OR_RETURN(const sync::AgentState state, ReadState(follower));
  applier.AddCollisions(to_do_, state.tree, applied);
  sync::TreeEdits overwritten;
  for (const wire::Problem& problem : applied.problems) {
    if (!to_do_.contains(problem.path)) {
      overwritten[problem.path] = state.tree.Find(problem.path);
    }
  }
  return overwritten;
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
  HAWSER_ASSIGN_OR_RETURN(sync::AgentState state, ReadState(follower_));
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
