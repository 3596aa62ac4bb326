// Brings the container's files to what the agent confirmed.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "agent/volume.h"
#include "lib/base/digest.h"
#include "lib/base/status.h"
#include "lib/sync/apply/apply.h"
#include "lib/sync/stage/state_journal.h"
#include "lib/sync/store/content_reader.h"
#include "lib/wire/messages.h"

namespace hawser::agent {

/// What came of bringing the files.
struct FilesReport {
  Status status;      ///< not ok: the state can't be read; the next time checks every file
  bool live = false;  ///< a batch was confirmed once; else there is nothing to bring
  Digest tree;        ///< digest of the confirmed tree
  wire::Configure configure;
  std::vector<uint32_t> steps_due;  ///< what a fresh container must run
  std::vector<wire::Problem> problems;
};

/// The container's files as the supervisor sees them.
class ContainerFiles {
 public:
  virtual ~ContainerFiles() = default;
  /// Reads the state anew and makes the container hold its tree. Blocks as long as writing takes.
  virtual FilesReport Bring() = 0;
  /// Writes entries of a batch to come where nobody sees them, for the next Bring. `roots` are the
  /// session's.
  virtual void Prepare(const std::vector<wire::SyncRoot>& roots, const wire::Prepare& ahead) = 0;
  /// Removes what was prepared: its batch may not come.
  virtual void DropPrepared() = 0;
};

/// Applies the confirmed tree from the shared volume. The first time it checks every file, later it
/// follows the agent's steps; a path that failed is tried again every time. Keeps no tree. One
/// thread.
class VolumeFiles final : public ContainerFiles {
 public:
  /// `container_root` is "/" but in tests.
  VolumeFiles(Volume volume, std::string container_root);

  FilesReport Bring() override;
  void Prepare(const std::vector<wire::SyncRoot>& roots, const wire::Prepare& ahead) override;
  void DropPrepared() override { prepared_.reset(); }

 private:
  /// Reads the steps since the last time. False when the container must be checked whole instead.
  bool ReadSteps();
  /// Checks every file of the container against the state.
  Result<sync::ApplyReport> Converge();
  Result<sync::ApplyReport> BringFiles();
  /// What was prepared for the session's roots; null for nothing.
  sync::PreparedFiles* Prepared();
  /// What failed is all that is still to be done.
  void KeepFailed(const sync::ApplyReport& applied);
  /// Tells what `to_do_` put over something of another case that was there, and returns what of
  /// that is there no more.
  Result<sync::TreeEdits> FindOverwritten(sync::Applier& applier, sync::ApplyReport& applied);

  const Volume volume_;
  const std::string container_root_;
  sync::ContentReader store_;
  sync::StateFollower follower_;
  bool converged_ = false;  ///< the container holds the follower's tree but for `to_do_`
  wire::Configure configure_;
  std::vector<uint32_t> steps_due_;
  sync::TreeEdits to_do_;
  std::optional<sync::PreparedFiles> prepared_;
};

}  // namespace hawser::agent
