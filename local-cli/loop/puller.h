// Brings what the pod made or changed into the workspace, one look after the other.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "lib/sync/pull/plan.h"
#include "lib/sync/pull/selection.h"
#include "lib/sync/workspace/snapshot.h"
#include "local-cli/cluster/pod_files_client.h"
#include "local-cli/render/events.h"

namespace hawser::cli {

struct PullerOptions {
  std::string pod;   ///< for events
  std::string root;  ///< the workspace
  bool dry_run = false;
  bool skip_fresh = false;      ///< leave a pod alone that never confirmed anything: its files are
                                ///< those of its image, and nobody changed them
  bool only_conflicts = false;  ///< save what a push would overwrite, and nothing else
};

/// Compares workspace, confirmed tree and pod, and acts. Remembers what it saw and told, so that a
/// look at a pod where nothing changed costs one small message each way. One thread.
class Puller {
 public:
  /// Called before a file takes its place in the workspace: the container has `entry` at the
  /// container path `path`, so that pushing it there changes nothing.
  using Arriving = std::function<void(const std::string& path, const sync::Entry& entry)>;

  Puller(PullerOptions options, sync::PullSelection selection, Arriving arriving);

  /// What came of one look; what was told before and is still so is not told again. Trouble with
  /// single files is among the events. `workspace` is the newest snapshot.
  Result<std::vector<FilePulled>> Look(PodFilesClient& pod, const sync::Snapshot& workspace,
                                       Deadline deadline);
  const sync::PullSelection& selection() const { return selection_; }

 private:
  Status Refresh(PodFilesClient& pod, Deadline deadline);
  FilePulled Act(const sync::PlannedPull& planned, const std::string& path,
                 const sync::Snapshot& workspace, const sync::PullSaver::Content& content);
  Status Save(const sync::PlannedPull& planned, const std::string& path,
              const sync::Snapshot& workspace, const sync::PullSaver::Content& content);
  bool IsNews(const sync::PlannedPull& planned, const FilePulled& event);

  const PullerOptions options_;
  const sync::PullSelection selection_;
  const Arriving arriving_;
  sync::Tree agreed_;
  bool fresh_ = true;                       ///< nothing was agreed on yet
  std::optional<sync::Tree> pod_;           ///< as last listed
  std::string trouble_;                     ///< what the pod left out, as last told
  std::map<std::string, FilePulled> told_;  ///< by container path: what may come again
};

}  // namespace hawser::cli
