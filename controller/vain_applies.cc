// A map under a mutex; entries go with their sessions.
#include "controller/vain_applies.h"

namespace hawser::controller {

std::optional<Digest> VainApplies::Find(const kube::ObjectKey& session,
                                        const std::string& uid) const {
  const std::lock_guard lock(mutex_);
  const auto it = entries_.find(session);
  if (it == entries_.end() || it->second.uid != uid) return std::nullopt;
  return it->second.apply;
}

void VainApplies::Remember(const kube::ObjectKey& session, const std::string& uid,
                           const Digest& apply) {
  const std::lock_guard lock(mutex_);
  entries_.insert_or_assign(session, Entry{uid, apply});
}

void VainApplies::Forget(const kube::ObjectKey& session) {
  const std::lock_guard lock(mutex_);
  entries_.erase(session);
}

}  // namespace hawser::controller
