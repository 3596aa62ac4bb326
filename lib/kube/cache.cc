// A map of packed objects and their indexes under one mutex; readers unpack what they take.
#include "lib/kube/cache.h"

#include <algorithm>
#include <iterator>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <utility>

#include "lib/kube/object.h"

namespace hawser::kube {

Cache::Cache(std::vector<Index> indexes) : indexes_(std::move(indexes)), found_(indexes_.size()) {}

ObjectPtr Cache::Get(const ObjectKey& key) const {
  Packed packed;
  {
    const std::lock_guard lock(mutex_);
    const Packed* found = FindLocked(key);
    if (found == nullptr) return nullptr;
    packed = *found;
  }
  return Unpack(packed);
}

std::vector<ObjectPtr> Cache::List(const std::string& ns) const {
  std::vector<Packed> packed;
  {
    const std::lock_guard lock(mutex_);
    for (auto it = objects_.lower_bound({ns, {}}); it != objects_.end(); ++it) {
      if (!ns.empty() && it->first.ns != ns) break;
      packed.push_back(it->second);
    }
  }
  std::vector<ObjectPtr> objects;
  objects.reserve(packed.size());
  for (const Packed& one : packed) objects.push_back(Unpack(one));
  return objects;
}

std::vector<ObjectPtr> Cache::ListBy(const std::string& index, const std::string& ns,
                                     const std::string& value) const {
  std::vector<ObjectPtr> objects;
  for (const ObjectKey& key : KeysBy(index, ns, value)) {
    if (ObjectPtr object = Get(key)) objects.push_back(std::move(object));
  }
  return objects;
}

std::vector<ObjectKey> Cache::KeysBy(const std::string& index, const std::string& ns,
                                     const std::string& value) const {
  std::vector<ObjectKey> keys;
  const std::lock_guard lock(mutex_);
  const Found& found = found_[PositionOf(index)];
  for (auto it = found.lower_bound({value, ns}); it != found.end(); ++it) {
    const auto& [there, where] = it->first;
    if (there != value || (!ns.empty() && where != ns)) break;
    for (const std::string& name : it->second) keys.push_back({where, name});
  }
  return keys;
}

std::vector<ObjectKey> Cache::KeysIn(const std::string& ns) const {
  std::vector<ObjectKey> keys;
  const std::lock_guard lock(mutex_);
  for (auto it = objects_.lower_bound({ns, {}}); it != objects_.end() && it->first.ns == ns; ++it) {
    keys.push_back(it->first);
  }
  return keys;
}

size_t Cache::CountIn(const std::string& ns) const {
  const std::lock_guard lock(mutex_);
  const auto first = objects_.lower_bound({ns, {}});
  const auto end =
      std::find_if(first, objects_.end(), [&](const auto& entry) { return entry.first.ns != ns; });
  return static_cast<size_t>(std::distance(first, end));
}

size_t Cache::Count(const std::string& index, const std::string& ns,
                    const std::string& value) const {
  const std::lock_guard lock(mutex_);
  const Found& found = found_[PositionOf(index)];
  const auto names = found.find({value, ns});
  return names == found.end() ? 0 : names->second.size();
}

size_t Cache::CountBefore(const std::string& index, const std::string& prefix,
                          const std::string& value, size_t limit) const {
  size_t count = 0;
  const std::lock_guard lock(mutex_);
  const Found& found = found_[PositionOf(index)];
  for (auto it = found.lower_bound({prefix, {}}); it != found.end() && count < limit; ++it) {
    if (it->first.first >= value || !it->first.first.starts_with(prefix)) break;
    count += it->second.size();
  }
  return count;
}

std::map<std::string, size_t> Cache::CountBy(const std::string& index) const {
  std::map<std::string, size_t> counts;
  const std::lock_guard lock(mutex_);
  for (const auto& [value, names] : found_[PositionOf(index)]) counts[value.first] += names.size();
  return counts;
}

size_t Cache::size() const {
  const std::lock_guard lock(mutex_);
  return objects_.size();
}

bool Cache::synced() const {
  const std::lock_guard lock(mutex_);
  return synced_;
}

bool Cache::WaitForSync(Deadline deadline, std::stop_token stop) const {
  std::unique_lock lock(mutex_);
  const auto ready = [this] { return synced_; };
  if (deadline == kNoDeadline) return filled_.wait(lock, stop, ready);
  return filled_.wait_until(lock, stop, deadline, ready);
}

std::vector<Change> Cache::Replace(const std::vector<ObjectPtr>& objects) {
  std::map<ObjectKey, ObjectPtr> fresh;
  for (const ObjectPtr& object : objects) fresh.insert_or_assign(KeyOf(*object), object);
  std::vector<Change> changes;
  const std::lock_guard lock(mutex_);
  for (const auto& [key, before] : objects_) {
    if (!fresh.contains(key)) changes.push_back({key, Unpack(before), nullptr});
  }
  for (const Change& change : changes) RemoveLocked(change.key, *change.before);
  for (const auto& [key, after] : fresh) {
    const Packed* found = FindLocked(key);
    const bool named = found == nullptr || found->resource_version != ResourceVersionOf(*after);
    const ObjectPtr before = found == nullptr ? nullptr : Unpack(*found);
    if (before != nullptr && *before == *after) continue;
    if (before != nullptr) RemoveLocked(key, *before);
    PutLocked(key, *after);
    if (named) changes.push_back({key, before, after});
  }
  synced_ = true;
  filled_.notify_all();
  return changes;
}

std::optional<Change> Cache::Apply(const WatchEvent& event) {
  if (event.type == WatchEvent::Type::kBookmark) return std::nullopt;
  Change change{KeyOf(*event.object), nullptr, nullptr};
  const bool deleted = event.type == WatchEvent::Type::kDeleted;
  const std::lock_guard lock(mutex_);
  const Packed* before = FindLocked(change.key);
  if (before == nullptr
          ? deleted
          : !deleted && before->resource_version == ResourceVersionOf(*event.object)) {
    return std::nullopt;
  }
  if (before != nullptr) {
    change.before = Unpack(*before);
    RemoveLocked(change.key, *change.before);
  }
  if (deleted) return change;
  change.after = event.object;
  PutLocked(change.key, *event.object);
  return change;
}

ObjectPtr Cache::Unpack(const Packed& packed) {
  return std::make_shared<const nlohmann::json>(nlohmann::json::from_cbor(packed.bytes));
}

const Cache::Packed* Cache::FindLocked(const ObjectKey& key) const {
  const auto it = objects_.find(key);
  return it == objects_.end() ? nullptr : &it->second;
}

/// Names of indexes are constants of the program, so an unknown one is a slip in it.
size_t Cache::PositionOf(const std::string& index) const {
  for (size_t i = 0; i < indexes_.size(); ++i) {
    if (indexes_[i].name == index) return i;
  }
  throw std::logic_error("the cache has no index " + index);
}

void Cache::PutLocked(const ObjectKey& key, const nlohmann::json& object) {
  Packed packed{ResourceVersionOf(object), {}};
  nlohmann::json::to_cbor(object, packed.bytes);
  packed.bytes.shrink_to_fit();
  objects_.insert_or_assign(key, std::move(packed));
  IndexLocked(key, object, true);
}

void Cache::RemoveLocked(const ObjectKey& key, const nlohmann::json& object) {
  IndexLocked(key, object, false);
  objects_.erase(key);
}

void Cache::IndexLocked(const ObjectKey& key, const nlohmann::json& object, bool add) {
  for (size_t i = 0; i < indexes_.size(); ++i) {
    for (std::string& value : indexes_[i].values(object)) {
      const std::pair<std::string, std::string> place{std::move(value), key.ns};
      if (add) {
        found_[i][place].insert(key.name);
      } else if (const auto it = found_[i].find(place); it != found_[i].end()) {
        it->second.erase(key.name);
        if (it->second.empty()) found_[i].erase(it);
      }
    }
  }
}

}  // namespace hawser::kube
