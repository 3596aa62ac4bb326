// Reads and writes status.restarts and status.directRestarts.
#include "lib/devsession/restarts.h"

#include <nlohmann/json.hpp>

namespace hawser::devsession {

using nlohmann::json;

Restarts ReadRestarts(const FieldReader& reader) {
  Restarts restarts;
  reader.Read("requested", restarts.requested);
  reader.Read("handled", restarts.handled);
  reader.Read("lastTime", restarts.last_time);
  reader.Read("policy", restarts.policy);
  reader.Read("reason", restarts.reason);
  reader.Read("message", restarts.message);
  reader.Read("annotation", restarts.annotation);
  reader.Read("spec", restarts.spec);
  reader.Read("pending", restarts.pending);
  return restarts;
}

DirectRestarts ReadDirectRestarts(const FieldReader& reader) {
  DirectRestarts restarts;
  reader.Read("count", restarts.count);
  reader.Read("lastTime", restarts.last_time);
  reader.Read("pods", restarts.pods);
  return restarts;
}

json ToJson(const Restarts& restarts) {
  json out = {{"requested", restarts.requested}, {"handled", restarts.handled}};
  const auto add = [&out](const char* field, const std::string& value) {
    if (!value.empty()) out[field] = value;
  };
  add("lastTime", restarts.last_time);
  add("policy", restarts.policy);
  add("reason", restarts.reason);
  add("message", restarts.message);
  add("annotation", restarts.annotation);
  add("spec", restarts.spec);
  if (!restarts.pending.empty()) out["pending"] = restarts.pending;
  return out;
}

json ToJson(const DirectRestarts& restarts) {
  return {{"count", restarts.count}, {"lastTime", restarts.last_time}, {"pods", restarts.pods}};
}

}  // namespace hawser::devsession
