// Two reflectors: the session by name, its pods by label.
#include "local-cli/cluster/session_view.h"

#include <nlohmann/json.hpp>
#include <utility>

namespace hawser::cli {

namespace {

/// A person is waiting: try sooner than a controller would.
constexpr BackoffOptions kWatchBackoff{.initial = std::chrono::milliseconds(100),
                                       .max = std::chrono::seconds(5)};

kube::ReflectorOptions Follow(const kube::Resource& resource, kube::ListOptions list) {
  return {.resource = resource, .list = std::move(list), .backoff = kWatchBackoff};
}

}  // namespace

SessionView::SessionView(kube::Api& api, const Clock& clock, const kube::ObjectKey& session,
                         Sink sink)
    : sink_(std::move(sink)),
      session_(session),
      pod_reflector_(
          Follow(kube::resources::kPods, PodsOf(session)), api, pods_, clock,
          [this](const kube::Change&) { TellPods(); },
          [this](const Status& status) { sink_(ClusterTrouble{status}); }),
      session_reflector_(
          Follow(kDevSessions,
                 {.ns = session.ns, .field_selector = "metadata.name=" + session.name}),
          api, sessions_, clock, [this](const kube::Change& change) { TellSession(change); },
          [this](const Status& status) { sink_(ClusterTrouble{status}); }),
      pod_thread_([this](std::stop_token stop) { pod_reflector_.Run(std::move(stop)); }),
      session_thread_([this](std::stop_token stop) { session_reflector_.Run(std::move(stop)); }) {}

void SessionView::TellPods() {
  PodsSeen seen;
  for (const kube::ObjectPtr& pod : pods_.List()) seen.pods.push_back(ParsePod(*pod));
  sink_(std::move(seen));
}

void SessionView::TellSession(const kube::Change& change) {
  if (change.key != session_) return;
  if (change.after == nullptr) return sink_(SessionGone{});
  Result<devsession::DevSession> session = devsession::ParseDevSession(*change.after);
  if (!session.ok()) return sink_(ClusterTrouble{session.status()});
  if (session->deleting) return sink_(SessionGone{});
  sink_(SessionSeen{std::move(*session)});
}

}  // namespace hawser::cli
