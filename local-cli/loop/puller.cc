// Look, plan, act, tell.
#include "local-cli/loop/puller.h"

#include <utility>

namespace hawser::cli {

namespace {

using Outcome = FilePulled::Outcome;

FilePulled Failed(FilePulled event, const Status& status) {
  event.outcome = Outcome::kFailed;
  event.message = status.message();
  return event;
}

}  // namespace

Puller::Puller(PullerOptions options, Arriving arriving)
    : options_(std::move(options)), arriving_(std::move(arriving)) {}

Status Puller::Refresh(PodFilesClient& pod, const PullLook& look, Deadline deadline) {
  const Digest known = pod_.has_value() ? pod_->digest() : Digest();
  // The agreed tree first: what the pod changes meanwhile then shows as changed, not as agreed.
  HAWSER_ASSIGN_OR_RETURN(PodFilesClient::Agreement agreement, pod.Agreed(agreed_, deadline));
  container_missing_ =
      options_.skip_fresh && agreement.tree.has_value() && !agreement.container_runs;
  skipped_ = container_missing_ || (options_.skip_fresh && !agreement.tree.has_value());
  agreed_ = std::move(agreement.tree).value_or(sync::Tree());
  if (skipped_) return OkStatus();
  HAWSER_ASSIGN_OR_RETURN(PodFilesClient::Listing listing,
                          pod.List(look.selection.patterns(), known, deadline));
  if (listing.tree.has_value()) pod_ = std::move(listing.tree);
  left_out_ = std::move(listing.trouble);
  if (pulled_.empty()) return OkStatus();
  // What a batch brought meanwhile would pass for what the pod made of the version that was pulled.
  HAWSER_ASSIGN_OR_RETURN(const PodFilesClient::Agreement now, pod.Agreed(agreed_, deadline));
  if (now.tree.value_or(sync::Tree()).digest() != agreed_.digest()) pulled_.Clear();
  return OkStatus();
}

Result<std::vector<FilePulled>> Puller::Look(PodFilesClient& pod, const PullLook& look,
                                             Deadline deadline) {
  unsaved_ = false;
  outdated_ = false;
  HAWSER_RETURN_IF_ERROR(Refresh(pod, look, deadline));
  std::vector<FilePulled> events;
  if (skipped_) return events;
  if (left_out_ != std::exchange(told_left_out_, left_out_) && !left_out_.empty()) {
    events.push_back(
        {.pod = options_.pod, .path = ".", .outcome = Outcome::kFailed, .message = left_out_});
  }
  const auto asked = [&look](const std::string& path) {
    return look.selection.WorkspacePath(path).has_value();
  };
  const sync::PullTrees trees =
      pulled_.Over({.workspace = look.workspace.tree, .agreed = agreed_}, In({}));
  for (const sync::PlannedPull& planned :
       sync::PlanPull(trees.workspace, trees.agreed, *pod_, asked)) {
    const auto content = [&](const sync::PullSaver::Sink& sink) {
      return pod.Fetch(planned.path, planned.entry.size, sink, deadline);
    };
    if (look.only_conflicts && planned.action != sync::PullAction::kConflict) continue;
    // What a listing left out is not known to be gone.
    if (planned.action == sync::PullAction::kGone && !left_out_.empty()) continue;
    FilePulled event = Act(planned, *look.selection.WorkspacePath(planned.path), look, content);
    if (IsNews(planned, event)) events.push_back(std::move(event));
  }
  return events;
}

FilePulled Puller::Act(const sync::PlannedPull& planned, const std::string& path,
                       const PullLook& look, const sync::PullSaver::Content& content) {
  FilePulled event{.pod = options_.pod, .path = path, .size = planned.entry.size};
  if (planned.action == sync::PullAction::kGone) {
    event.outcome = Outcome::kGone;
    return event;
  }
  if (planned.entry.kind == sync::EntryKind::kSymlink &&
      sync::LeadsOut(look.selection.rules(), planned.path, planned.entry.target)) {
    return Failed(
        event, FailedPreconditionError("it is a symbolic link that leads out of what is synced"));
  }
  if (planned.action == sync::PullAction::kWrite) {
    event.outcome = options_.dry_run ? Outcome::kWouldBe : Outcome::kPulled;
    if (options_.dry_run) return event;
    const Status saved = Save(planned, path, look, content);
    return saved.ok() ? event : Failed(event, saved);
  }
  event.outcome = Outcome::kConflict;
  event.beside = sync::PodVersionPath(path, look.one_of_several ? options_.pod : "");
  if (options_.dry_run) return event;
  const Status saved = SaveBeside(event.beside, planned.entry, content);
  unsaved_ = unsaved_ || !saved.ok();
  return saved.ok() ? event : Failed(event, saved);
}

Status Puller::Save(const sync::PlannedPull& planned, const std::string& path, const PullLook& look,
                    const sync::PullSaver::Content& content) {
  HAWSER_ASSIGN_OR_RETURN(const sync::PullSaver saver, sync::PullSaver::Open(options_.root));
  if (arriving_) arriving_(planned.path, planned.entry);
  const Status saved = saver.Save(path, planned.entry, planned.replaces, content);
  if (!saved.ok()) {
    pulled_.Forget(planned.path);
    return saved;
  }
  const sync::Tree& wanted = look.workspace.tree;
  pulled_.Note(planned.path, planned.entry, {.workspace = wanted, .agreed = agreed_}, In({}));
  outdated_ =
      outdated_ || !sync::SameVersion(wanted.Find(planned.path), agreed_.Find(planned.path));
  return saved;
}

Status Puller::SaveBeside(const std::string& beside, const sync::Entry& entry,
                          const sync::PullSaver::Content& content) {
  HAWSER_ASSIGN_OR_RETURN(const sync::PullSaver saver, sync::PullSaver::Open(options_.root));
  return saver.SaveBeside(beside, entry, content);
}

bool Puller::IsNews(const sync::PlannedPull& planned, const FilePulled& event) {
  if (event.outcome == Outcome::kPulled) {
    told_.erase(planned.path);
    return true;
  }
  const auto [told, fresh] = told_.try_emplace(planned.path, event);
  if (fresh) return true;
  const bool same = told->second == event;
  told->second = event;
  return !same;
}

}  // namespace hawser::cli
