// When sessions were last used, on this machine's clock: those that tell of it have clocks of their
// own.
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "lib/base/clock.h"
#include "lib/devsession/devsession.h"
#include "lib/kube/api.h"

namespace hawser::controller {

/// Remembers what was reported of each session and when it was seen to change. Thread-safe.
class ActivityMemory {
 public:
  /// When the session was last used, after a look at it. What changed since the last look happened
  /// in between: at the reported time if that lies there, else now. A change of its spec and a
  /// restart asked for are use, too. At the first look a reported time is believed, unless it is to
  /// come.
  std::optional<WallTime> Look(const devsession::DevSession& session, WallTime now);
  void Forget(const kube::ObjectKey& session);
  size_t size() const;

 private:
  struct Entry {
    std::string reported;
    std::optional<WallTime> at;
    WallTime looked;
  };
  mutable std::mutex mutex_;
  std::map<kube::ObjectKey, Entry> entries_;
};

}  // namespace hawser::controller
