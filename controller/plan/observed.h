// What a reconcile sees: everything the plan may depend on, as plain values.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "lib/base/clock.h"
#include "lib/base/digest.h"
#include "lib/base/status.h"
#include "lib/devsession/devsession.h"
#include "lib/devsession/policy.h"
#include "lib/kube/api.h"
#include "lib/kube/cache.h"

namespace hawser::controller {

/// What an image starts when the pod spec does not say.
struct ImageCommand {
  std::vector<std::string> entrypoint;
  std::vector<std::string> cmd;
  bool operator==(const ImageCommand&) const = default;
};

/// How long a registry is not asked again about an image.
inline constexpr Duration kAskRegistryAgain = std::chrono::seconds(30);

/// An object and its type: a Deployment, StatefulSet or DaemonSet, or a session's Service or
/// Ingress.
struct Workload {
  kube::Resource resource;
  kube::ObjectPtr object;  ///< never null
};

/// The Secret with the session's keys.
struct KeysState {
  enum class Kind {
    kMissing,
    kForeign,  ///< a Secret of that name exists and another owner made it
    kInvalid,  ///< ours, but incomplete or not matching
    kValid,
  };
  Kind kind = Kind::kMissing;
  WallTime expires{};  ///< of the certificate that expires first, when valid
};

/// How many sessions have a place, or are to have one, before this one: as many as a policy asks
/// about at least, where there are so many.
struct Ahead {
  size_t in_all = 0;
  size_t of_owner = 0;  ///< of this session's owner
};

struct Observed {
  kube::ObjectPtr object;          ///< the session as the cache holds it; never null
  devsession::DevSession session;  ///< metadata only, when `spec_error` is not ok
  Status spec_error;
  std::optional<Workload> target;  ///< the workload that the spec names, if it exists
  /// Workloads of the namespace that carry this session's injection, the target included.
  std::vector<Workload> injected;
  /// What was made for this session alone (its copy, Service, Ingress), and what stands under a
  /// name that they would take.
  std::vector<Workload> own;
  std::vector<kube::ObjectPtr> same_host;      ///< Ingresses of others for the host it asks for
  std::vector<kube::ObjectPtr> pods;           ///< those with the session's label
  std::vector<devsession::DevSession> rivals;  ///< other sessions that name the same target
  std::vector<devsession::Policy> policies;    ///< of the namespace, that can be read, by name
  Ahead ahead;                                 ///< known where a policy limits the number
  KeysState keys;
  /// When a command line last told that the session is used, by this machine's clock; asked only
  /// where idle sessions are told apart.
  std::optional<WallTime> active_at;
  /// What the registry said about the app's image; empty when it was not asked (NeedsImageCommand),
  /// or has not answered yet.
  std::optional<Status> image_error;
  std::optional<ImageCommand> image_command;
  bool image_asked = false;          ///< the registry is being asked
  std::optional<Digest> vain_apply;  ///< an apply that changed nothing (IsVain)
};

}  // namespace hawser::controller
