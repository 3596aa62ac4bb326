// The objects of one resource type as a watch last showed them, for reads that cost no request.
#pragma once

#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "lib/base/clock.h"
#include "lib/kube/api.h"

namespace hawser::kube {

/// An object nobody changes any more; null stands for "absent".
using ObjectPtr = std::shared_ptr<const nlohmann::json>;

/// How one object differs from what the cache held: added (no `before`), modified, or deleted (no
/// `after`).
struct Change {
  ObjectKey key;
  ObjectPtr before;
  ObjectPtr after;
};

/// Filled by a Reflector, read by reconcilers. Reads may be stale but never torn. Thread-safe.
class Cache {
 public:
  /// The object, or null.
  ObjectPtr Get(const ObjectKey& key) const;

  /// The objects in `ns` (empty: everywhere) that `keep` (empty: all) accepts, ordered by key.
  std::vector<ObjectPtr> List(const std::string& ns = {},
                              const std::function<bool(const nlohmann::json&)>& keep = {}) const;

  size_t size() const;

  /// True once the first whole list is in.
  bool synced() const;
  /// Waits for synced(). False when `deadline` or `stop` came first.
  bool WaitForSync(Deadline deadline, std::stop_token stop) const;

  /// Puts a whole list in at once and says what differs from before; unchanged objects (same
  /// resourceVersion) are not named.
  std::vector<Change> Replace(std::vector<ObjectPtr> objects);
  /// Takes one watch event in. Nothing for a bookmark, a repeat, or the deletion of what is absent.
  std::optional<Change> Apply(const WatchEvent& event);

 private:
  mutable std::mutex mutex_;
  mutable std::condition_variable_any filled_;
  std::map<ObjectKey, ObjectPtr> objects_;
  bool synced_ = false;
};

}  // namespace hawser::kube
