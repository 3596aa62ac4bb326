// Who owns which field of an object, and what server-side apply does with that (the fake API
// server's part).
#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "lib/base/result.h"

namespace hawser::testing {

/// The way to one field: "f:NAME" a member, "k:{KEYS}" the item of a keyed list, "v:VALUE" the
/// element of a set, as in managedFields of the real server.
using FieldPath = std::vector<std::string>;

/// The leaves of `config`: atomic values, and the items of keyed lists themselves.
std::set<FieldPath> LeafPaths(const nlohmann::json& config);

/// "spec.template.spec.containers[{"name":"app"}].image".
std::string FieldPathText(const FieldPath& path);

/// The owners of one object's fields. Lists merge by key where Kubernetes' own types do
/// (containers, volumes, env, conditions, ...), finalizers are a set, other lists are atomic.
class FieldOwners {
 public:
  /// Server-side apply: merges `config` into `live` and removes what `manager` applied before but
  /// does not any more, unless others own it too. aborted names the fields (and their owners) that
  /// another manager holds with another value, unless `force`.
  Result<nlohmann::json> Apply(const nlohmann::json& live, const nlohmann::json& config,
                               const std::string& manager, bool force);

  /// Notes a create, update or patch by `manager`: it alone owns what it changed.
  void NoteUpdate(const nlohmann::json& before, const nlohmann::json& after,
                  const std::string& manager);

 private:
  struct Conflict {
    std::string owner;
    FieldPath path;
  };

  std::vector<Conflict> FindConflicts(const nlohmann::json& live, const nlohmann::json& config,
                                      const std::set<FieldPath>& wanted,
                                      const std::string& self) const;
  bool OwnedByOther(const FieldPath& path, const std::string& self) const;
  void RemoveAbandoned(nlohmann::json& object, const std::set<FieldPath>& wanted,
                       const std::string& self) const;

  std::map<std::string, std::set<FieldPath>> owned_;  // by manager, "Apply" and "Update" apart
};

}  // namespace hawser::testing
