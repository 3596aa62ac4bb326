// A map of shared objects under one mutex; readers take copies of pointers.
#include "lib/kube/cache.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "lib/kube/object.h"

namespace hawser::kube {

ObjectPtr Cache::Get(const ObjectKey& key) const {
  const std::lock_guard lock(mutex_);
  const auto it = objects_.find(key);
  return it == objects_.end() ? nullptr : it->second;
}

std::vector<ObjectPtr> Cache::List(const std::string& ns,
                                   const std::function<bool(const nlohmann::json&)>& keep) const {
  std::vector<ObjectPtr> found;
  const std::lock_guard lock(mutex_);
  for (auto it = objects_.lower_bound({ns, {}}); it != objects_.end(); ++it) {
    if (!ns.empty() && it->first.ns != ns) break;
    if (!keep || keep(*it->second)) found.push_back(it->second);
  }
  return found;
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

std::vector<Change> Cache::Replace(std::vector<ObjectPtr> objects) {
  std::map<ObjectKey, ObjectPtr> fresh;
  for (ObjectPtr& object : objects) fresh.insert_or_assign(KeyOf(*object), std::move(object));
  std::vector<Change> changes;
  const std::lock_guard lock(mutex_);
  for (const auto& [key, before] : objects_) {
    if (!fresh.contains(key)) changes.push_back({key, before, nullptr});
  }
  for (const auto& [key, after] : fresh) {
    const auto it = objects_.find(key);
    if (it == objects_.end()) {
      changes.push_back({key, nullptr, after});
    } else if (ResourceVersionOf(*it->second) != ResourceVersionOf(*after)) {
      changes.push_back({key, it->second, after});
    }
  }
  objects_ = std::move(fresh);
  synced_ = true;
  filled_.notify_all();
  return changes;
}

std::optional<Change> Cache::Apply(const WatchEvent& event) {
  if (event.type == WatchEvent::Type::kBookmark) return std::nullopt;
  Change change{KeyOf(*event.object), nullptr, nullptr};
  const std::lock_guard lock(mutex_);
  const auto it = objects_.find(change.key);
  if (it != objects_.end()) change.before = it->second;
  if (event.type == WatchEvent::Type::kDeleted) {
    if (change.before == nullptr) return std::nullopt;
    objects_.erase(it);
    return change;
  }
  const bool repeated = change.before != nullptr &&
                        ResourceVersionOf(*change.before) == ResourceVersionOf(*event.object);
  if (repeated) return std::nullopt;
  change.after = event.object;
  objects_[change.key] = event.object;
  return change;
}

}  // namespace hawser::kube
