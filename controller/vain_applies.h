// Which apply of each session changed nothing, so that it is not sent again and again.
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "lib/base/digest.h"
#include "lib/kube/api.h"

namespace hawser::controller {

/// Remembers the last one of each session, by NameOfApply. What a restart forgets is tried once
/// more. Thread-safe.
class VainApplies {
 public:
  std::optional<Digest> Find(const kube::ObjectKey& session, const std::string& uid) const;
  void Remember(const kube::ObjectKey& session, const std::string& uid, const Digest& apply);
  void Forget(const kube::ObjectKey& session);

 private:
  struct Entry {
    std::string uid;
    Digest apply;
  };
  mutable std::mutex mutex_;
  std::map<kube::ObjectKey, Entry> entries_;
};

}  // namespace hawser::controller
