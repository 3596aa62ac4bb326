// What an injection replaced in a workload, kept in its annotation until it is put back.
#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "controller/plan/observed.h"
#include "controller/plan/ownership.h"

namespace hawser::controller {

using CommandLine = std::vector<std::string>;

/// The app container's own command and args: nothing where the pod spec had no such field.
struct Original {
  std::string session;  ///< whose injection it was
  std::string container;
  std::optional<CommandLine> command;
  std::optional<CommandLine> args;
  /// failureThreshold of the probes that may kill the container, by the probe's field.
  std::map<std::string, int64_t> failure_thresholds;
  /// Whose these were, so that who keeps the workload can still take them out.
  std::vector<FieldOwner> owners;
  /// How many pods the workload had before it was put to sleep; kept only while it has none.
  std::optional<int64_t> replicas;
  /// What the image starts, remembered so that the registry is asked once for each image.
  std::string image;
  std::optional<ImageCommand> image_command;
  bool operator==(const Original&) const = default;
};

/// The annotation's text.
std::string OriginalToText(const Original& original);

/// What the workload's annotation says, or nothing when it has none that can be read.
std::optional<Original> StoredOriginal(const nlohmann::json& workload);

/// How many pods a workload is to have again that was put to sleep, and is asleep still.
std::optional<int64_t> KeptReplicas(const nlohmann::json& workload);

/// The kInjectionLayout of the version that wrote the annotation; 1 where it does not say.
int64_t StoredLayout(const nlohmann::json& workload);

/// The name of the session whose label the workload's pod template carries, or "".
std::string SessionLabelOf(const nlohmann::json& workload);

/// The name of the session whose injection the workload carries, or what others left of it; or "".
std::string InjectedBy(const nlohmann::json& workload);

/// True when the container's command is the supervisor's.
bool IsSupervised(const nlohmann::json& container);

/// What to put back into `container` (of `workload`, as it is now), for no session yet: its
/// command, args and probes' thresholds, and their owners, if they are not ours, else what was
/// stored; args the owner set meanwhile take precedence.
Original CurrentOriginal(const nlohmann::json& workload, const nlohmann::json& container);

}  // namespace hawser::controller
