// Brings the container's files to what the agent confirmed.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "agent/volume.h"
#include "lib/base/digest.h"
#include "lib/base/status.h"
#include "lib/sync/agent_state.h"
#include "lib/wire/messages.h"

namespace hawser::agent {

/// What came of bringing the files.
struct FilesReport {
  Status status;      ///< not ok: the state can't be read, nothing was touched
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
};

/// Applies the confirmed tree from the shared volume. The first time it checks every file, later
/// only what changed; a path that failed is tried again every time. One thread.
class VolumeFiles final : public ContainerFiles {
 public:
  /// `container_root` is "/" but in tests.
  VolumeFiles(Volume volume, std::string container_root)
      : volume_(std::move(volume)), container_root_(std::move(container_root)) {}

  FilesReport Bring() override;

 private:
  const Volume volume_;
  const std::string container_root_;
  std::optional<sync::Tree> applied_;
  std::vector<wire::SyncRoot> roots_;  ///< below which `applied_` was applied
};

}  // namespace hawser::agent
