// What happens while pushing, as plain values for the renderer.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "lib/base/clock.h"
#include "lib/base/status.h"
#include "lib/devsession/devsession.h"
#include "lib/wire/messages.h"
#include "local-cli/render/forward_events.h"
#include "local-cli/render/pull_event.h"

namespace hawser::cli {

/// A phase of a batch and how long after the first file event it was reached.
struct PhaseTime {
  std::string phase;  ///< seen, scanning, scanned, encoded ... (docs/cli.md)
  Duration since_seen{};
  bool operator==(const PhaseTime&) const = default;
};

/// The workspace was read for the first time.
struct WorkspaceRead {
  std::string directory;
  uint64_t files = 0;
  bool operator==(const WorkspaceRead&) const = default;
};

struct PodConnected {
  std::string pod;
  std::string agent_version;
  bool again = false;   ///< it had been connected before
  bool direct = false;  ///< straight to the pod, not through the API server
  bool operator==(const PodConnected&) const = default;
};

/// The connection is gone or could not be made; it is tried again.
struct PodLost {
  std::string pod;
  Status reason;
  bool operator==(const PodLost&) const = default;
};

/// The pod went away, or is about to.
struct PodGone {
  std::string pod;
  bool operator==(const PodGone&) const = default;
};

/// The pod holds exactly the workspace.
struct PodInSync {
  std::string pod;
  std::string tree;  ///< digest in hexadecimal
  bool operator==(const PodInSync&) const = default;
};

/// Every pod runs exactly this tree.
struct AllRun {
  std::string tree;  ///< digest in hexadecimal
  uint64_t pods = 0;
  bool operator==(const AllRun&) const = default;
};

/// One pod's part in a batch.
struct PodBatch {
  std::string pod;
  uint64_t batch = 0;
  uint64_t bytes = 0;  ///< on the wire
  Duration total{};    ///< from the first event until applied, steps and restart included
  wire::BatchOutcome outcome = wire::BatchOutcome::kApplied;
  bool operator==(const PodBatch&) const = default;
};

/// One state of the workspace reached its pods.
struct BatchDone {
  std::vector<std::string> paths;  ///< the first few
  uint64_t files = 0;
  uint64_t removals = 0;
  std::vector<PodBatch> pods;  ///< slowest last
  bool operator==(const BatchDone&) const = default;
};

struct BatchTimeline {
  std::string pod;
  uint64_t batch = 0;
  std::vector<PhaseTime> phases;
  bool operator==(const BatchTimeline&) const = default;
};

/// A piece of a step's output, as it comes.
struct StepText {
  std::string pod;
  uint32_t step = 0;
  std::string bytes;
  bool operator==(const StepText&) const = default;
};

struct StepFailed {
  std::string pod;
  std::string command;
  wire::StepResult result;
  bool operator==(const StepFailed&) const = default;
};

/// A path that the pod could not bring to its wanted state.
struct PathTrouble {
  std::string pod;
  wire::Problem problem;
  bool operator==(const PathTrouble&) const = default;
};

/// A workspace path that is not synced.
struct PathSkipped {
  std::string path;
  std::string message;
  bool operator==(const PathSkipped&) const = default;
};

/// A batch would remove most of what a pod holds, and waits for a yes.
struct RemovalsHeld {
  std::string pod;
  uint64_t removals = 0;
  uint64_t files = 0;
  bool can_answer = false;  ///< a person can answer on the terminal
  bool operator==(const RemovalsHeld&) const = default;
};

/// Something worth a line that goes on by itself.
struct Notice {
  std::string text;
  bool operator==(const Notice&) const = default;
};

struct Warning {
  std::string text;
  bool operator==(const Warning&) const = default;
};

using Event = std::variant<WorkspaceRead, PodConnected, PodLost, PodGone, PodInSync, AllRun,
                           BatchDone, BatchTimeline, StepText, StepFailed, PathTrouble, PathSkipped,
                           FilePulled, RemovalsHeld, PortForwarded, PortReversed, PortClosed,
                           ConnectionOpened, ConnectionClosed, Notice, Warning>;

}  // namespace hawser::cli
