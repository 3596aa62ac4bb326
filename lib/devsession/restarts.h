// What a session's status says of restarts that were asked for.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "lib/devsession/field_reader.h"

namespace hawser::devsession {

/// Annotation on a session: each new value asks for one restart.
inline constexpr char kRestartAnnotation[] = "hawser.dev/restart";

/// The controller's part: requests by annotation or spec. docs/pod.md tells how they reach the
/// pods.
struct Restarts {
  uint64_t requested = 0;  ///< requests so far
  uint64_t handled = 0;    ///< those of them that were seen through, as `reason` says
  std::string last_time;   ///< when the last one was taken up
  std::string policy;      ///< that of the spec at that time
  std::string reason;      ///< what became of it
  std::string message;
  std::string annotation;            ///< the value that was taken up last, or its digest
  std::string spec;                  ///< the same of spec.restart.request
  std::vector<std::string> pending;  ///< uids of the pods that it is still to reach
  bool operator==(const Restarts&) const = default;
};

/// Restarts through the command line, which it reports itself.
struct DirectRestarts {
  uint64_t count = 0;
  std::string last_time;
  std::vector<std::string> pods;  ///< names of those that the last one restarted
  bool operator==(const DirectRestarts&) const = default;
};

/// Only programs write these: checked for type, not for meaning.
Restarts ReadRestarts(const FieldReader& reader);
DirectRestarts ReadDirectRestarts(const FieldReader& reader);

nlohmann::json ToJson(const Restarts& restarts);
nlohmann::json ToJson(const DirectRestarts& restarts);

}  // namespace hawser::devsession
