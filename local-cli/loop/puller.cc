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

Puller::Puller(PullerOptions options, sync::PullSelection selection, Arriving arriving)
    : options_(std::move(options)),
      selection_(std::move(selection)),
      arriving_(std::move(arriving)) {}

Status Puller::Refresh(PodFilesClient& pod, Deadline deadline) {
  const Digest known = pod_.has_value() ? pod_->digest() : Digest();
  // The agreed tree first: what the pod changes meanwhile then shows as changed, not as agreed.
  HAWSER_ASSIGN_OR_RETURN(std::optional<sync::Tree> agreed, pod.Agreed(agreed_, deadline));
  fresh_ = !agreed.has_value();
  agreed_ = agreed.value_or(sync::Tree());
  if (fresh_ && options_.skip_fresh) return OkStatus();
  HAWSER_ASSIGN_OR_RETURN(std::optional<PodFilesClient::Listing> listing,
                          pod.List(selection_.patterns(), known, deadline));
  if (!listing.has_value()) return OkStatus();
  pod_ = std::move(listing->tree);
  trouble_ = std::move(listing->trouble);
  return OkStatus();
}

Result<std::vector<FilePulled>> Puller::Look(PodFilesClient& pod, const sync::Snapshot& workspace,
                                             Deadline deadline) {
  HAWSER_RETURN_IF_ERROR(Refresh(pod, deadline));
  std::vector<FilePulled> events;
  if (fresh_ && options_.skip_fresh) return events;
  if (!trouble_.empty()) {
    events.push_back({.pod = options_.pod,
                      .path = ".",
                      .outcome = Outcome::kFailed,
                      .message = std::exchange(trouble_, {})});
  }
  const auto asked = [this](const std::string& path) {
    return selection_.WorkspacePath(path).has_value();
  };
  for (const sync::PlannedPull& planned : sync::PlanPull(workspace.tree, agreed_, *pod_, asked)) {
    const auto content = [&](const sync::PullSaver::Sink& sink) {
      return pod.Fetch(planned.path, planned.entry.size, sink, deadline);
    };
    if (options_.only_conflicts && planned.action != sync::PullAction::kConflict) continue;
    FilePulled event = Act(planned, *selection_.WorkspacePath(planned.path), workspace, content);
    if (IsNews(planned, event)) events.push_back(std::move(event));
  }
  return events;
}

FilePulled Puller::Act(const sync::PlannedPull& planned, const std::string& path,
                       const sync::Snapshot& workspace, const sync::PullSaver::Content& content) {
  FilePulled event{.pod = options_.pod, .path = path, .size = planned.entry.size};
  if (planned.action == sync::PullAction::kGone) {
    event.outcome = Outcome::kGone;
    return event;
  }
  if (planned.entry.kind == sync::EntryKind::kSymlink &&
      sync::LeadsOut(selection_.rules(), planned.path, planned.entry.target)) {
    return Failed(
        event, FailedPreconditionError("it is a symbolic link that leads out of what is synced"));
  }
  if (planned.action == sync::PullAction::kWrite) {
    event.outcome = options_.dry_run ? Outcome::kWouldBe : Outcome::kPulled;
    if (options_.dry_run) return event;
    const Status saved = Save(planned, path, workspace, content);
    return saved.ok() ? event : Failed(event, saved);
  }
  event.outcome = Outcome::kConflict;
  event.beside = path + std::string(sync::kPodVersionSuffix);
  if (options_.dry_run) return event;
  const Result<sync::PullSaver> saver = sync::PullSaver::Open(options_.root);
  if (!saver.ok()) return Failed(event, saver.status());
  const Result<std::string> beside = saver->SaveBeside(path, planned.entry, content);
  return beside.ok() ? event : Failed(event, beside.status());
}

Status Puller::Save(const sync::PlannedPull& planned, const std::string& path,
                    const sync::Snapshot& workspace, const sync::PullSaver::Content& content) {
  HAWSER_ASSIGN_OR_RETURN(const sync::PullSaver saver, sync::PullSaver::Open(options_.root));
  if (arriving_) arriving_(planned.path, planned.entry);
  return saver.Save(path, planned.entry, workspace.tree.Find(planned.path), content);
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
