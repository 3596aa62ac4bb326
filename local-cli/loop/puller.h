// Brings what the pod made or changed into the workspace, one look after the other.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "lib/sync/pull/plan.h"
#include "lib/sync/pull/pulled_versions.h"
#include "lib/sync/pull/selection.h"
#include "lib/sync/workspace/snapshot.h"
#include "local-cli/cluster/pod_files_client.h"
#include "local-cli/render/events.h"

namespace hawser::cli {

struct PullerOptions {
  std::string pod;   ///< for events
  std::string root;  ///< the workspace
  bool dry_run = false;
  bool skip_fresh = false;  ///< leave a pod alone that never confirmed anything (its files are
                            ///< those of its image, and nobody changed them) or whose app's
                            ///< container does not run (its files went with it)
};

/// One look: what the pod is compared with, and what is asked for. References must outlive the
/// look.
struct PullLook {
  const sync::Snapshot& workspace;       ///< the newest
  const sync::PullSelection& selection;  ///< of the same rules
  bool only_conflicts = false;           ///< save what a push would replace, and nothing else
  bool one_of_several = false;           ///< a version that is kept beside bears the pod's name
};

/// Compares workspace, confirmed tree and pod, and acts. Remembers what it saw and told, so that a
/// look at a pod where nothing changed costs one small message each way. One thread.
class Puller {
 public:
  /// Called before a file takes its place in the workspace: the container has `entry` at the
  /// container path `path`, so that pushing it there changes nothing.
  using Arriving = std::function<void(const std::string& path, const sync::Entry& entry)>;

  Puller(PullerOptions options, Arriving arriving);

  /// What came of one look; what was told before and is still so is not told again. Trouble with
  /// single files is among the events.
  Result<std::vector<FilePulled>> Look(PodFilesClient& pod, const PullLook& look,
                                       Deadline deadline);
  /// True when the last look found no app container to look at, and skipped it for that.
  bool container_missing() const { return container_missing_; }
  /// True while a push would replace a version that the last look could not keep.
  bool unsaved() const { return unsaved_; }
  /// True when the last look brought a version that a push of this look's workspace would replace
  /// in the pod. The workspace is newer now.
  bool outdated() const { return outdated_; }

 private:
  Status Refresh(PodFilesClient& pod, const PullLook& look, Deadline deadline);
  FilePulled Act(const sync::PlannedPull& planned, const std::string& path, const PullLook& look,
                 const sync::PullSaver::Content& content);
  Status Save(const sync::PlannedPull& planned, const std::string& path, const PullLook& look,
              const sync::PullSaver::Content& content);
  Status SaveBeside(const std::string& beside, const sync::Entry& entry,
                    const sync::PullSaver::Content& content);
  bool IsNews(const sync::PlannedPull& planned, const FilePulled& event);

  const PullerOptions options_;
  const Arriving arriving_;
  sync::Tree agreed_;
  bool skipped_ = true;            ///< nothing can be compared yet
  std::optional<sync::Tree> pod_;  ///< as last listed
  sync::PulledVersions pulled_;
  std::string left_out_;  ///< the first thing that the last listing left out, and why; else empty
  std::string told_left_out_;
  bool container_missing_ = false;
  bool unsaved_ = false;
  bool outdated_ = false;
  std::map<std::string, FilePulled> told_;  ///< by container path: what may come again
};

}  // namespace hawser::cli
