// Follows a session and its pods in the cluster.
#pragma once

#include <functional>
#include <thread>

#include "lib/base/clock.h"
#include "lib/kube/cache.h"
#include "lib/kube/reflector.h"
#include "local-cli/cluster/session_news.h"

namespace hawser::cli {

/// Watches on two threads and says what it sees.
class SessionView {
 public:
  using Sink = std::function<void(const SessionNews&)>;

  /// `api` and `clock` must outlive the view; `sink` is called on the view's threads.
  SessionView(kube::Api& api, const Clock& clock, const kube::ObjectKey& session, Sink sink);

 private:
  void TellPods();
  void TellSession(const kube::Change& change);

  const Sink sink_;
  const kube::ObjectKey session_;
  kube::Cache pods_;
  kube::Cache sessions_;
  kube::Reflector pod_reflector_;
  kube::Reflector session_reflector_;
  std::jthread pod_thread_;
  std::jthread session_thread_;
};

}  // namespace hawser::cli
