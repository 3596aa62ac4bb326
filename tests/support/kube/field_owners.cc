// Server-side apply in a simple but honest form: one set of field paths per manager.
#include "tests/support/kube/field_owners.h"

#include <algorithm>
#include <iterator>

#include "tests/support/kube/field_paths.h"

namespace hawser::testing {
namespace {

using nlohmann::json;

FieldPath Extend(const FieldPath& path, std::string element) {
  FieldPath longer = path;
  longer.push_back(std::move(element));
  return longer;
}

void CollectLeaves(const json& value, const std::string& field, const FieldPath& path,
                   std::set<FieldPath>& out) {
  if (value.is_object() && !value.empty()) {
    for (const auto& [name, member] : value.items()) {
      CollectLeaves(member, name, Extend(path, "f:" + name), out);
    }
    return;
  }
  if (const std::vector<std::string> keys = ListKeys(field, value); !keys.empty()) {
    for (const json& item : value) {
      const FieldPath item_path = Extend(path, ItemElement(item, keys));
      out.insert(item_path);
      CollectLeaves(item, {}, item_path, out);
    }
    return;
  }
  if (IsSet(field, value)) {
    for (const json& element : value) out.insert(Extend(path, "v:" + element.dump()));
    return;
  }
  if (!path.empty()) out.insert(path);
}

bool IsItem(const FieldPath& path) {
  return path.back().starts_with("k:");
}

bool IsWithin(const FieldPath& path, const FieldPath& ancestor) {
  return path.size() >= ancestor.size() &&
         std::equal(ancestor.begin(), ancestor.end(), path.begin());
}

// The members that identify an item go only with the whole item.
bool IsKeyOfItem(const FieldPath& path) {
  if (path.size() < 2 || !path[path.size() - 2].starts_with("k:")) return false;
  return json::parse(path[path.size() - 2].substr(2)).contains(path.back().substr(2));
}

}  // namespace

std::set<FieldPath> LeafPaths(const json& config) {
  std::set<FieldPath> paths;
  CollectLeaves(config, {}, {}, paths);
  return paths;
}

std::string FieldPathText(const FieldPath& path) {
  std::string text;
  for (const std::string& element : path) {
    if (element.starts_with("f:")) {
      text += (text.empty() ? "" : ".") + element.substr(2);
    } else {
      text += "[" + element.substr(2) + "]";
    }
  }
  return text;
}

Result<json> FieldOwners::Apply(const json& live, const json& config, const std::string& manager,
                                bool force) {
  const std::string self = manager + " (Apply)";
  std::set<FieldPath> wanted = LeafPaths(config);
  const std::vector<Conflict> conflicts = FindConflicts(live, config, wanted, self);
  if (!conflicts.empty() && !force) {
    std::string message = "Apply failed with " + std::to_string(conflicts.size()) + " conflict(s):";
    for (const Conflict& conflict : conflicts) {
      message += " with \"" + conflict.owner + "\": ." + FieldPathText(conflict.path);
    }
    return AbortedError(std::move(message));
  }
  for (const Conflict& conflict : conflicts) owned_[conflict.owner].erase(conflict.path);
  json merged = live;
  RemoveAbandoned(merged, wanted, self);
  MergeInto(merged, config, {});
  owned_[self] = std::move(wanted);
  return merged;
}

void FieldOwners::NoteUpdate(const json& before, const json& after, const std::string& manager) {
  const std::string self = manager + " (Update)";
  for (const FieldPath& path : LeafPaths(after)) {
    const json* old = Resolve(before, path);
    if (old != nullptr && (IsItem(path) || *old == *Resolve(after, path))) continue;
    for (auto& [owner, paths] : owned_) paths.erase(path);
    owned_[self].insert(path);
  }
  for (auto& [owner, paths] : owned_) {
    std::erase_if(paths, [&](const FieldPath& path) { return Resolve(after, path) == nullptr; });
  }
}

std::vector<FieldOwners::Conflict> FieldOwners::FindConflicts(const json& live, const json& config,
                                                              const std::set<FieldPath>& wanted,
                                                              const std::string& self) const {
  std::vector<Conflict> conflicts;
  for (const auto& [owner, paths] : owned_) {
    if (owner == self) continue;
    for (const FieldPath& path : wanted) {
      if (IsItem(path) || !paths.contains(path)) continue;
      const json* current = Resolve(live, path);
      if (current != nullptr && *current != *Resolve(config, path)) {
        conflicts.push_back({owner, path});
      }
    }
  }
  return conflicts;
}

bool FieldOwners::OwnedByOther(const FieldPath& path, const std::string& self) const {
  return std::ranges::any_of(owned_, [&](const auto& entry) {
    return entry.first != self && std::ranges::any_of(entry.second, [&](const FieldPath& theirs) {
             return theirs == path || (IsItem(path) && IsWithin(theirs, path));
           });
  });
}

void FieldOwners::RemoveAbandoned(json& object, const std::set<FieldPath>& wanted,
                                  const std::string& self) const {
  const auto before = owned_.find(self);
  if (before == owned_.end()) return;
  for (const FieldPath& path : before->second) {
    if (wanted.contains(path) || IsKeyOfItem(path) || OwnedByOther(path, self)) continue;
    RemovePath(object, path);
  }
}

}  // namespace hawser::testing
