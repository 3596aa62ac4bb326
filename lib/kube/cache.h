// The objects of one resource type as a watch last showed them, for reads that cost no request.
#pragma once

#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <utility>
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

/// A way to find objects without looking at all of them.
struct Index {
  std::string name;  ///< "target"
  /// What an object is found by, perhaps nothing. Pure; called once for each version of an object.
  std::function<std::vector<std::string>(const nlohmann::json& object)> values;
};

/// Filled by a Reflector, read by reconcilers. Reads may be stale but never torn. Thread-safe.
/// Objects are kept packed, at a quarter of the memory that they take to be read, and are unpacked
/// for each reader: look up by index what concerns one reconcile.
class Cache {
 public:
  explicit Cache(std::vector<Index> indexes = {});

  /// The object, or null.
  ObjectPtr Get(const ObjectKey& key) const;

  /// All objects in `ns` (empty: everywhere), ordered by key.
  std::vector<ObjectPtr> List(const std::string& ns = {}) const;

  /// The objects in `ns` (empty: everywhere) that the index of that name finds by `value`, ordered
  /// by key.
  std::vector<ObjectPtr> ListBy(const std::string& index, const std::string& ns,
                                const std::string& value) const;
  /// Their keys alone.
  std::vector<ObjectKey> KeysBy(const std::string& index, const std::string& ns,
                                const std::string& value) const;
  /// The keys of all objects in `ns`.
  std::vector<ObjectKey> KeysIn(const std::string& ns) const;
  /// How many there are in `ns`.
  size_t CountIn(const std::string& ns) const;
  /// How many objects in `ns` the index finds by `value`.
  size_t Count(const std::string& index, const std::string& ns, const std::string& value) const;
  /// How many objects stand before `value` among the values that begin with `prefix`, in
  /// their order; counts no further than `limit`. For indexes whose values name the namespace.
  size_t CountBefore(const std::string& index, const std::string& prefix, const std::string& value,
                     size_t limit) const;
  /// How many objects there are by each value of an index, everywhere.
  std::map<std::string, size_t> CountBy(const std::string& index) const;

  size_t size() const;

  /// True once the first whole list is in.
  bool synced() const;
  /// Waits for synced(). False when `deadline` or `stop` came first.
  bool WaitForSync(Deadline deadline, std::stop_token stop) const;

  /// Puts a whole list in at once and says what differs from before; unchanged objects (same
  /// resourceVersion) are not named.
  std::vector<Change> Replace(const std::vector<ObjectPtr>& objects);
  /// Takes one watch event in. Nothing for a bookmark, a repeat, or the deletion of what is absent.
  std::optional<Change> Apply(const WatchEvent& event);

 private:
  /// One object at rest.
  struct Packed {
    std::string resource_version;
    std::string bytes;  ///< CBOR (RFC 8949)
  };
  /// Keys by value; a value holds its namespace.
  using Found = std::map<std::pair<std::string, std::string>, std::set<std::string>>;

  static ObjectPtr Unpack(const Packed& packed);
  const Packed* FindLocked(const ObjectKey& key) const;
  size_t PositionOf(const std::string& index) const;
  void PutLocked(const ObjectKey& key, const nlohmann::json& object);
  void RemoveLocked(const ObjectKey& key, const nlohmann::json& object);
  void IndexLocked(const ObjectKey& key, const nlohmann::json& object, bool add);

  const std::vector<Index> indexes_;
  mutable std::mutex mutex_;
  mutable std::condition_variable_any filled_;
  std::map<ObjectKey, Packed> objects_;
  std::vector<Found> found_;  ///< one for each of indexes_
  bool synced_ = false;
};

}  // namespace hawser::kube
