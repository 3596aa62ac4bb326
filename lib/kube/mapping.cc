// Mappers look at an object both before and after its change: an owner that lost a child matters
// too.
#include "lib/kube/mapping.h"

#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "lib/kube/object.h"

namespace hawser::kube {
namespace {

using NameOfTarget = std::function<std::string(const nlohmann::json&)>;

// Keys in the changed object's namespace, by the names that `name` finds before and after.
KeyMapper MapToName(NameOfTarget name) {
  return [name = std::move(name)](const Change& change) {
    std::set<ObjectKey> keys;
    for (const ObjectPtr& object : {change.before, change.after}) {
      if (object == nullptr) continue;
      if (std::string target = name(*object); !target.empty()) {
        keys.insert({change.key.ns, std::move(target)});
      }
    }
    return std::vector<ObjectKey>(keys.begin(), keys.end());
  };
}

bool Same(const nlohmann::json& before, const nlohmann::json& after, std::string_view pointer) {
  const nlohmann::json* a = Find(before, pointer);
  const nlohmann::json* b = Find(after, pointer);
  return a == nullptr || b == nullptr ? a == b : *a == *b;
}

bool OnlyStatusChanged(const Change& change) {
  if (change.before == nullptr || change.after == nullptr) return false;
  for (const std::string_view pointer :
       {"/metadata/uid", "/metadata/generation", "/metadata/labels", "/metadata/annotations",
        "/metadata/finalizers", "/metadata/deletionTimestamp"}) {
    if (!Same(*change.before, *change.after, pointer)) return false;
  }
  return true;
}

}  // namespace

KeyMapper MapToSelf() {
  return [](const Change& change) { return std::vector<ObjectKey>{change.key}; };
}

KeyMapper MapToController(std::string kind) {
  return MapToName([kind = std::move(kind)](const nlohmann::json& object) {
    const std::optional<OwnerReference> owner = ControllerOf(object);
    return owner && owner->kind == kind ? owner->name : std::string();
  });
}

KeyMapper MapToLabel(std::string label) {
  return MapToName(
      [label = std::move(label)](const nlohmann::json& object) { return LabelOf(object, label); });
}

KeyMapper UnlessOnlyStatusChanged(KeyMapper mapper) {
  return [mapper = std::move(mapper)](const Change& change) {
    return OnlyStatusChanged(change) ? std::vector<ObjectKey>() : mapper(change);
  };
}

}  // namespace hawser::kube
