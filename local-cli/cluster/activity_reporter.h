// Tells the controller that a session is used, so that it is not taken for idle, and wakes it.
#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>

#include "lib/base/clock.h"
#include "lib/base/status.h"
#include "lib/kube/api.h"
#include "local-cli/cluster/activity_pace.h"
#include "local-cli/cluster/session_news.h"

namespace hawser::cli {

/// What to show when it can't be told that a session is used.
std::string UseNotTold(const Status& why);

/// Writes `status.lastActive` on a thread of its own, at most once a minute; nothing at all for a
/// session whose idleness nobody asks for.
class ActivityReporter {
 public:
  /// Called once, on the reporter's thread, when this user may not write the status; nothing more
  /// is written then.
  using Refused = std::function<void(const Status&)>;

  /// `api` and `clock` must outlive the reporter.
  ActivityReporter(kube::Api& api, const Clock& clock, const devsession::DevSession& session,
                   Refused refused);
  /// Tells what was not told yet, then ends.
  ~ActivityReporter();

  /// The session is used. Any thread; cheap, and never waits for the server.
  void Note();
  /// The session is used from now on, until Release, and at most for `longest`. Any thread.
  void Hold(Duration longest);
  /// What holds the session ended. Any thread.
  void Release();
  /// What is seen of the session. Any thread.
  void Tell(const SessionNews& news);

 private:
  void Run(const std::stop_token& stop);
  bool WaitUntilDue(const std::stop_token& stop);
  Status Write();

  kube::Api& api_;
  const Clock& clock_;
  const kube::ObjectKey session_;
  const Refused refused_;
  std::atomic<bool> noted_{false};  ///< nothing is to be done about further notes
  std::mutex mutex_;
  std::condition_variable_any changed_;
  ActivityPace pace_;
  bool news_ = false;  ///< the pace may have changed
  std::jthread thread_;
};

}  // namespace hawser::cli
