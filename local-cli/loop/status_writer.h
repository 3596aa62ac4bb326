// Writes what was synced into the session's status, off the hot path and at most once a second.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <stop_token>
#include <thread>

#include "lib/base/clock.h"
#include "lib/devsession/devsession.h"
#include "lib/kube/api.h"

namespace hawser::cli {

/// Server-side-applies the newest status it was given, as field manager `hawser-cli`, on a thread
/// of its own. A write that fails for a passing reason is tried again.
class StatusWriter {
 public:
  /// Called once, on the writer's thread, when this user may not write the status; nothing more is
  /// written then.
  using Refused = std::function<void(const Status&)>;

  /// `synced` is the condition as the session has it now: its transition time is kept while its
  /// status stays. `api` and `clock` must outlive the writer.
  StatusWriter(kube::Api& api, const Clock& clock, kube::ObjectKey session,
               std::optional<devsession::Condition> synced, Refused refused);
  /// Writes what is still to be written, then ends.
  ~StatusWriter();

  /// Replaces what is to be written; fills in the times. Never waits.
  void Write(devsession::SessionStatus status);

 private:
  void Run(std::stop_token stop);
  Status Apply(const devsession::SessionStatus& status);
  void KeepUnlessNewer(devsession::SessionStatus status);

  kube::Api& api_;
  const Clock& clock_;
  const kube::ObjectKey session_;
  const Refused refused_;
  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::optional<devsession::SessionStatus> next_;
  std::optional<devsession::LastSync> last_sync_;  ///< as last given
  std::optional<devsession::Condition> synced_;
  std::jthread thread_;
};

}  // namespace hawser::cli
