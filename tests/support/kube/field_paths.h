// Walks and changes documents by field path: the schema knowledge behind server-side apply in the
// fake API server.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/support/kube/field_owners.h"

namespace hawser::testing {

/// How a list under a field merges: the members that identify an item (keyed), or none (atomic).
std::vector<std::string> ListKeys(const std::string& field, const nlohmann::json& list);

/// True for lists that merge element by element (metadata.finalizers).
bool IsSet(const std::string& field, const nlohmann::json& list);

/// The path element naming an item of a keyed list.
std::string ItemElement(const nlohmann::json& item, const std::vector<std::string>& keys);

/// The value at `path`, or null.
const nlohmann::json* Resolve(const nlohmann::json& object, const FieldPath& path);

/// Puts the leaves of `config` into `live`.
void MergeInto(nlohmann::json& live, const nlohmann::json& config, const std::string& field);

/// Removes the value at `path` and every object and list that this empties.
void RemovePath(nlohmann::json& object, const FieldPath& path);

}  // namespace hawser::testing
