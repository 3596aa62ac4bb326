// What was found in sessions' Secrets, so that it is not read and checked again at every look.
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "controller/plan/observed.h"
#include "lib/base/clock.h"
#include "lib/kube/api.h"

namespace hawser::controller {

/// How long a Secret is taken to be as it was read: so late may a deleted one be seen, unless a pod
/// waits for it.
inline constexpr Duration kKeysTrustedFor = std::chrono::minutes(10);

/// Remembers valid keys of sessions. Holds no key, only until when they serve. Thread-safe.
class KeyMemory {
 public:
  /// What is remembered of this session, if that is not too long ago.
  std::optional<KeysState> Find(const kube::ObjectKey& session, const std::string& uid,
                                WallTime now) const;
  /// Takes note of valid keys; forgets the session for any other state.
  void Remember(const kube::ObjectKey& session, const std::string& uid, const KeysState& state,
                WallTime now);
  void Forget(const kube::ObjectKey& session);
  size_t size() const;

 private:
  struct Entry {
    std::string uid;
    KeysState state;
    WallTime read;
  };
  mutable std::mutex mutex_;
  std::map<kube::ObjectKey, Entry> entries_;
};

}  // namespace hawser::controller
