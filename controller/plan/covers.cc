// Compares as server-side apply merges: maps by key, keyed lists by item, other lists whole.
#include "controller/plan/covers.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>

#include "controller/plan/merge.h"

namespace hawser::controller {

namespace {

using nlohmann::json;

bool CoversItems(const json& live, const json& wanted, const char* key) {
  return std::all_of(wanted.begin(), wanted.end(), [&](const json& item) {
    const auto same = [&](const json& other) {
      return other.is_object() && other.contains(key) && other[key] == item[key];
    };
    const auto found = std::find_if(live.begin(), live.end(), same);
    return found != live.end() && Covers(*found, item);
  });
}

bool CoversFields(const json& live, const json& wanted) {
  for (const auto& [name, value] : wanted.items()) {
    const auto found = live.find(name);
    if (!Covers(found == live.end() ? json() : *found, value)) return false;
  }
  return true;
}

}  // namespace

bool Covers(const json& live, const json& wanted) {
  if (wanted.is_object()) {
    return wanted.empty() || (live.is_object() && CoversFields(live, wanted));
  }
  if (!wanted.is_array()) return live == wanted;
  if (wanted.empty()) return live.is_null() || live == wanted;
  if (!live.is_array()) return false;
  const char* key = ItemKey(wanted);
  return key == nullptr ? live == wanted : CoversItems(live, wanted, key);
}

}  // namespace hawser::controller
