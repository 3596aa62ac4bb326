// What came of one file that a pod changed, as a plain value for the renderer.
#pragma once

#include <cstdint>
#include <string>

namespace hawser::cli {

/// A path that the pod made, changed or removed, and what came of it in the workspace.
struct FilePulled {
  enum class Outcome {
    kPulled,    ///< the workspace has the pod's version now
    kWouldBe,   ///< and would have it but for --dry-run
    kConflict,  ///< both changed: the workspace's version stays, the pod's is at `beside`
    kGone,      ///< the pod removed it; the workspace keeps it
    kFailed,    ///< `message` says why
  };
  std::string pod;
  std::string path;  ///< in the workspace
  Outcome outcome = Outcome::kPulled;
  std::string beside;
  uint64_t size = 0;  ///< of the pod's version in bytes
  std::string message;
  bool operator==(const FilePulled&) const = default;
};

}  // namespace hawser::cli
