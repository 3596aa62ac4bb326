// A map under a mutex; entries go with their sessions.
#include "controller/key_memory.h"

namespace hawser::controller {

std::optional<KeysState> KeyMemory::Find(const kube::ObjectKey& session, const std::string& uid,
                                         WallTime now) const {
  const std::lock_guard lock(mutex_);
  const auto it = entries_.find(session);
  if (it == entries_.end() || it->second.uid != uid) return std::nullopt;
  const Duration age = now - it->second.read;
  if (age < Duration::zero() || age >= kKeysTrustedFor) return std::nullopt;
  return it->second.state;
}

void KeyMemory::Remember(const kube::ObjectKey& session, const std::string& uid,
                         const KeysState& state, WallTime now) {
  const std::lock_guard lock(mutex_);
  if (state.kind != KeysState::Kind::kValid) {
    entries_.erase(session);
  } else {
    entries_.insert_or_assign(session, Entry{uid, state, now});
  }
}

void KeyMemory::Forget(const kube::ObjectKey& session) {
  const std::lock_guard lock(mutex_);
  entries_.erase(session);
}

size_t KeyMemory::size() const {
  const std::lock_guard lock(mutex_);
  return entries_.size();
}

}  // namespace hawser::controller
