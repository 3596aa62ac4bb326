// Answers what clients ask about the container's files, beside the supervisor's own work.
#pragma once

#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <variant>
#include <vector>

#include "lib/base/bounded_queue.h"
#include "lib/sync/pull/pod_files.h"
#include "lib/wire/messages.h"

namespace hawser::agent {

/// Lists and reads on a thread of its own, so that a large tree holds up neither signals nor
/// batches. Any thread may call it.
class PullServer {
 public:
  using Reply = std::function<void(wire::Message)>;

  /// `reply` takes the answers, on the server's thread. `container_root` is "/" but in tests.
  PullServer(const std::string& container_root, Reply reply);
  ~PullServer();

  /// What the session may see from now on.
  void SetRoots(std::vector<wire::SyncRoot> roots);
  /// Answers by and by; what is too much at once is answered with a failure.
  void Ask(const wire::PullList& request);
  void Ask(const wire::PullRead& request);

 private:
  using Request = std::variant<wire::PullList, wire::PullRead>;

  void Run(const std::stop_token& stop);
  void Answer(const wire::PullList& request, const std::stop_token& stop);
  void Answer(const wire::PullRead& request, const std::stop_token& stop);
  std::vector<wire::SyncRoot> Roots();

  const Reply reply_;
  sync::PodFiles files_;
  std::mutex mutex_;  // guards roots_
  std::vector<wire::SyncRoot> roots_;
  BoundedQueue<Request> requests_;
  std::jthread thread_;
};

}  // namespace hawser::agent
