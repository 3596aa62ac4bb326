// Leaves out of a comparison what every write moves.
#include "controller/plan/vain_apply.h"

#include <nlohmann/json.hpp>

namespace hawser::controller {

namespace {

using nlohmann::json;

/// A server that admits an apply notes its time, also where nothing else comes of it.
json WithoutCounts(json object) {
  object.erase("status");
  if (!object.contains("metadata")) return object;
  for (const char* field : {"resourceVersion", "managedFields", "generation"}) {
    object["metadata"].erase(field);
  }
  return object;
}

}  // namespace

Digest NameOfApply(const json& wanted, const json& live) {
  const json both = {WithoutCounts(wanted), WithoutCounts(live)};
  return Sha256(both.dump(-1, ' ', false, json::error_handler_t::replace));
}

bool IsAsBefore(const json& live, const json& answer) {
  return WithoutCounts(live) == WithoutCounts(answer);
}

bool IsVain(const Observed& observed, const json& wanted, const json& live) {
  return observed.vain_apply && *observed.vain_apply == NameOfApply(wanted, live);
}

}  // namespace hawser::controller
