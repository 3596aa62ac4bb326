// Messages of a batch: the unit of change, staged whole, applied whole, acknowledged whole.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "lib/base/digest.h"
#include "lib/wire/entry.h"

namespace hawser::wire {

/// How the content of a put file travels.
enum class Encoding : uint8_t {
  kNone = 0,     ///< no content: a directory, a symlink, a deletion, or only mode changed
  kStored = 1,   ///< the agent already holds this digest
  kPatch = 2,    ///< zstd frame with `base`'s content as reference prefix, in Data of its own
  kWhole = 3,    ///< zstd frame, in Data of its own
  kBundled = 4,  ///< next `size` bytes of the batch's one bundle stream
};

struct Change {
  bool remove = false;
  std::string path;  ///< absolute in the container, normalised, inside a root
  Entry entry;       ///< unused when `remove`
  Encoding encoding = Encoding::kNone;
  Digest base;  ///< kPatch only
  bool operator==(const Change&) const = default;
};

/// Opens a batch. Then Changes (one or more), then Data for each kPatch and kWhole change in order,
/// then Data of the bundle if any change is kBundled, then BatchEnd.
struct BatchBegin {
  uint64_t number = 0;
  Digest base_tree;    ///< must be the agent's confirmed tree, else the batch is refused as stale
  Digest result_tree;  ///< what the confirmed tree becomes when every path succeeds
  uint32_t change_count = 0;
  std::vector<uint32_t> steps;  ///< indexes into Configure.steps to run after applying, in order
  bool restart = false;         ///< restart by the configured policy after the steps
  bool operator==(const BatchBegin&) const = default;
};

struct Changes {
  std::vector<Change> changes;
  bool operator==(const Changes&) const = default;
};

/// `change` of the bundle's Data.
inline constexpr uint32_t kBundleData = 0xffffffffU;

/// A piece of encoded content.
struct Data {
  uint32_t change = 0;  ///< index over all Changes of the batch, or kBundleData
  bool last = false;
  std::string bytes;
  bool operator==(const Data&) const = default;
};

struct BatchEnd {
  uint64_t number = 0;
  bool operator==(const BatchEnd&) const = default;
};

/// The agent can't make these files from what was sent (base or stored content missing, digest
/// mismatch). Nothing was applied; the client sends the same batch number again with them whole.
struct Need {
  uint64_t number = 0;
  std::vector<uint32_t> changes;
  bool operator==(const Need&) const = default;
};

enum class Phase : uint8_t {
  kReceived = 1,
  kStaged = 2,
  kApplied = 3,
  kStepsDone = 4,
  kRestarted = 5,
  kReady = 6
};

/// A batch reached a phase. kReady may come after BatchResult.
struct Progress {
  uint64_t number = 0;
  Phase phase = Phase::kReceived;
  uint64_t elapsed_us = 0;  ///< since the agent saw BatchBegin
  bool operator==(const Progress&) const = default;
};

struct StepOutput {
  uint64_t number = 0;
  uint32_t step = 0;
  std::string bytes;
  bool operator==(const StepOutput&) const = default;
};

enum class ProblemReason : uint8_t {
  kPermission = 1,
  kReadOnly = 2,
  kNoSpace = 3,
  kNotADirectory = 4,
  kBusy = 5,
  kEscapes = 6,
  kTooLarge = 7,
  kOther = 8
};

/// A path that could not be brought to its wanted state; the rest of the batch went on.
struct Problem {
  std::string path;
  ProblemReason reason = ProblemReason::kOther;
  std::string message;
  bool operator==(const Problem&) const = default;
};

struct StepResult {
  uint32_t step = 0;
  int32_t exit_code = 0;  ///< 128 + signal when killed; -1 when it could not be started
  uint64_t duration_us = 0;
  bool timed_out = false;
  std::string message;  ///< why it could not be started; else empty
  bool operator==(const StepResult&) const = default;
};

enum class BatchOutcome : uint8_t {
  kApplied = 1,  ///< applied, perhaps with problems; steps may have failed
  kStale = 2,    ///< base_tree is not the confirmed tree, or the number is not the next: compare
                 ///< trees again
  kNoSupervisor = 3,  ///< staged and kept; applied when the app container comes back
  kFailed = 4,        ///< nothing changed; `message` says why
};

struct BatchResult {
  uint64_t number = 0;
  BatchOutcome outcome = BatchOutcome::kApplied;
  std::string message;
  Digest tree;  ///< digest of the confirmed tree now
  std::vector<Problem> problems;
  std::vector<StepResult> steps;
  bool restarted = false;
  bool operator==(const BatchResult&) const = default;
};

}  // namespace hawser::wire
