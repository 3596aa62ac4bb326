// Structural merge of JSON documents with Kubernetes' keyed lists.
#include "controller/plan/merge.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

namespace hawser::controller {

namespace {

using nlohmann::json;

json MergedItems(json base, const json& part, const char* key) {
  for (const json& item : part) {
    const auto same = std::find_if(base.begin(), base.end(), [&](const json& other) {
      return other.is_object() && other.contains(key) && other[key] == item[key];
    });
    if (same == base.end()) {
      base.push_back(item);
    } else {
      *same = Merged(std::move(*same), item);
    }
  }
  return base;
}

}  // namespace

const char* ItemKey(const json& list) {
  if (list.empty()) return nullptr;
  // Mounts come before names: one volume may be mounted twice.
  for (const char* key : {"mountPath", "name", "type"}) {
    const bool all = std::all_of(list.begin(), list.end(), [key](const json& item) {
      return item.is_object() && item.contains(key);
    });
    if (all) return key;
  }
  return nullptr;
}

json Merged(json base, const json& part) {
  if (part.is_object() && base.is_object()) {
    for (const auto& [name, value] : part.items())
      base[name] = Merged(std::move(base[name]), value);
    return base;
  }
  const char* key = part.is_array() && base.is_array() ? ItemKey(part) : nullptr;
  return key == nullptr ? part : MergedItems(std::move(base), part, key);
}

}  // namespace hawser::controller
