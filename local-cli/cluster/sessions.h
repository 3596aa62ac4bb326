// Looks up sessions, their pods and their keys in the cluster.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "lib/base/result.h"
#include "lib/devsession/devsession.h"
#include "lib/kube/api.h"
#include "lib/net/tls.h"

namespace hawser::cli {

inline const kube::Resource kDevSessions{devsession::kGroup, devsession::kVersion,
                                         devsession::kPlural, devsession::kKind};

/// A pod of a session as far as the command line cares.
struct PodView {
  std::string name;
  std::string uid;
  bool agent_running = false;  ///< its agent can be talked to
  bool ready = false;          ///< the pod's own Ready condition
  bool ending = false;         ///< being deleted, or done
  std::string waiting;         ///< why the agent does not run yet; may be empty
  std::string direct_address;  ///< where its agent listens, beside loopback; may be empty
  bool operator==(const PodView&) const = default;
};

/// Reads a pod as the API server returns it.
PodView ParsePod(const nlohmann::json& pod);

/// not_found says how to see what is there.
Result<devsession::DevSession> FindSession(kube::Api& api, const kube::ObjectKey& key);

/// The sessions of a namespace (empty: of all), by namespace and name. One that does not parse is
/// listed with its metadata alone.
Result<std::vector<devsession::DevSession>> ListSessions(kube::Api& api, const std::string& ns);

/// Selects the pods of a session.
kube::ListOptions PodsOf(const kube::ObjectKey& session);

/// The session's pods that are not ending, by name.
Result<std::vector<PodView>> ListPods(kube::Api& api, const kube::ObjectKey& session);

/// The client's half of the session's keys, from its Secret. not_found when there is none yet;
/// data_loss names the part that is missing.
Result<net::TlsIdentity> ReadClientKeys(kube::Api& api, const kube::ObjectKey& session);

/// True while the session has no pods because nobody used it; use wakes it.
bool IsAsleep(const devsession::DevSession& session);

/// What stands between the session and its pods, in the controller's words; empty when nothing is
/// known to.
std::string ExplainNotReady(const devsession::DevSession& session);

}  // namespace hawser::cli
