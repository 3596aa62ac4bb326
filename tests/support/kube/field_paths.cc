// Lists merge as Kubernetes' published schemas say: by key, as a set, or whole.
#include "tests/support/kube/field_paths.h"

#include <algorithm>
#include <array>
#include <span>
#include <utility>

namespace hawser::testing {
namespace {

using nlohmann::json;

struct KeyedList {
  std::string_view field;
  std::vector<std::string> keys;
};

// A field may have several entries ("ports"): the first whose keys every item has is taken.
const std::vector<KeyedList>& KeyedLists() {
  static const std::vector<KeyedList> lists = {
      {"containers", {"name"}},
      {"initContainers", {"name"}},
      {"volumes", {"name"}},
      {"env", {"name"}},
      {"volumeMounts", {"mountPath"}},
      {"volumeDevices", {"devicePath"}},
      {"ports", {"containerPort", "protocol"}},
      {"ports", {"port", "protocol"}},
      {"ports", {"name"}},
      {"conditions", {"type"}},
      {"pods", {"name"}},
      {"ownerReferences", {"uid"}},
      {"imagePullSecrets", {"name"}},
      {"hostAliases", {"ip"}},
  };
  return lists;
}

// A port that does not say its protocol is a TCP port.
json KeyValue(const json& item, const std::string& key) {
  if (const auto it = item.find(key); it != item.end()) return *it;
  return key == "protocol" ? json("TCP") : json();
}

bool HasKeys(const json& item, const std::vector<std::string>& keys) {
  return item.is_object() && std::ranges::all_of(keys, [&](const std::string& key) {
           return !KeyValue(item, key).is_null();
         });
}

json* FindElement(json& list, const std::string& element) {
  const json wanted = json::parse(element.substr(2));
  for (json& item : list) {
    if (element.starts_with("v:") ? item == wanted
                                  : std::ranges::all_of(wanted.items(), [&](const auto& key) {
                                      return KeyValue(item, key.key()) == key.value();
                                    })) {
      return &item;
    }
  }
  return nullptr;
}

json* Child(json& value, const std::string& element) {
  if (element.starts_with("f:")) {
    const auto it = value.is_object() ? value.find(element.substr(2)) : value.end();
    return value.is_object() && it != value.end() ? &*it : nullptr;
  }
  return value.is_array() ? FindElement(value, element) : nullptr;
}

void EraseChild(json& value, const std::string& element) {
  if (element.starts_with("f:")) {
    value.erase(element.substr(2));
  } else if (const json* item = FindElement(value, element)) {
    value.erase(static_cast<size_t>(item - &value.front()));
  }
}

bool RemoveBelow(json& value, std::span<const std::string> path) {
  json* child = Child(value, path.front());
  if (child == nullptr) return false;
  if (path.size() > 1 && (!RemoveBelow(*child, path.subspan(1)) || !child->empty())) return false;
  EraseChild(value, path.front());
  return true;
}

void MergeKeyed(json& live, const json& config, const std::vector<std::string>& keys) {
  for (const json& item : config) {
    json* same = FindElement(live, ItemElement(item, keys));
    if (same == nullptr) {
      live.push_back(item);
    } else {
      MergeInto(*same, item, {});
    }
  }
}

}  // namespace

std::vector<std::string> ListKeys(const std::string& field, const json& list) {
  if (!list.is_array() || list.empty()) return {};
  for (const KeyedList& candidate : KeyedLists()) {
    if (candidate.field == field && std::ranges::all_of(list, [&](const json& item) {
          return HasKeys(item, candidate.keys);
        })) {
      return candidate.keys;
    }
  }
  return {};
}

bool IsSet(const std::string& field, const json& list) {
  return field == "finalizers" && list.is_array() && !list.empty();
}

std::string ItemElement(const json& item, const std::vector<std::string>& keys) {
  json key = json::object();
  for (const std::string& name : keys) key[name] = KeyValue(item, name);
  return "k:" + key.dump();
}

const json* Resolve(const json& object, const FieldPath& path) {
  const json* at = &object;
  for (const std::string& element : path) {
    at = Child(const_cast<json&>(*at), element);
    if (at == nullptr) return nullptr;
  }
  return at;
}

void MergeInto(json& live, const json& config, const std::string& field) {
  if (config.is_object() && !config.empty()) {
    if (!live.is_object()) live = json::object();
    for (const auto& [name, value] : config.items()) MergeInto(live[name], value, name);
    return;
  }
  const std::vector<std::string> keys = ListKeys(field, config);
  if (!keys.empty() && live.is_array()) {
    MergeKeyed(live, config, keys);
  } else if (IsSet(field, config) && live.is_array()) {
    for (const json& element : config) {
      if (std::ranges::find(live, element) == live.end()) live.push_back(element);
    }
  } else if (!(config.is_object() && live.is_object())) {
    live = config;
  }
}

void RemovePath(json& object, const FieldPath& path) {
  RemoveBelow(object, path);
}

}  // namespace hawser::testing
