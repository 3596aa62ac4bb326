// Whose the fields are that an injection takes by force, in server-side apply's books.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

namespace hawser::controller {

/// One writer's part of what an injection takes from the app's container.
struct FieldOwner {
  std::string manager;
  std::string operation;    ///< "Apply" or "Update"
  std::string api_version;  ///< in which it wrote
  /// "command", "args", or the probe whose failureThreshold it is; in the order of kTakenFields.
  std::vector<std::string> fields;
  bool operator==(const FieldOwner&) const = default;
};

/// The writers other than us who own such fields of that container, as the workload's
/// metadata.managedFields say.
std::vector<FieldOwner> OwnersOf(const nlohmann::json& workload, const std::string& container);

/// `stored`, but where `live` says whose a field is, what that says.
std::vector<FieldOwner> Renewed(std::vector<FieldOwner> stored,
                                const std::vector<FieldOwner>& live);

/// Enters the owners in `managers`, a list of managedFields, again: each where it still has an
/// entry, and the fields that `container`, as restored, still has.
void GiveBack(const std::vector<FieldOwner>& owners, const nlohmann::json& container,
              nlohmann::json& managers);

nlohmann::json OwnersToJson(const std::vector<FieldOwner>& owners);
/// What of `value` can be read.
std::vector<FieldOwner> OwnersFromJson(const nlohmann::json& value);

}  // namespace hawser::controller
