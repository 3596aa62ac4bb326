// Reads and writes fieldsV1, the form in which managedFields name fields (structured-merge-diff's
// serialization: "f:NAME" for a field, "k:{KEYS}" for an item of a list).
#include "controller/plan/ownership.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <utility>

#include "lib/devsession/devsession.h"
#include "lib/kube/object.h"

namespace hawser::controller {

namespace {

using nlohmann::json;
using Path = json::json_pointer;

/// A field that an injection takes, and where it is below its container.
struct TakenField {
  const char* name;
  const char* in_fields;     ///< pointer in fieldsV1
  const char* in_container;  ///< pointer in the object
};
constexpr std::array<TakenField, 4> kTakenFields = {
    {{"command", "/f:command", "/command"},
     {"args", "/f:args", "/args"},
     {"livenessProbe", "/f:livenessProbe/f:failureThreshold", "/livenessProbe/failureThreshold"},
     {"startupProbe", "/f:startupProbe/f:failureThreshold", "/startupProbe/failureThreshold"}}};

Path FieldsOfContainer(const std::string& container) {
  return Path("/fieldsV1/f:spec/f:template/f:spec/f:containers") /
         ("k:" + json{{"name", container}}.dump());
}

bool IsEntryOf(const json& entry, const FieldOwner& owner) {
  return kube::StringAt(entry, "/manager") == owner.manager &&
         kube::StringAt(entry, "/operation") == owner.operation &&
         kube::StringAt(entry, "/apiVersion") == owner.api_version;
}

bool Has(const FieldOwner& owner, const std::string& field) {
  return std::find(owner.fields.begin(), owner.fields.end(), field) != owner.fields.end();
}

const TakenField* Find(const std::string& name) {
  const auto* const found =
      std::find_if(kTakenFields.begin(), kTakenFields.end(),
                   [&](const TakenField& field) { return field.name == name; });
  return found == kTakenFields.end() ? nullptr : found;
}

}  // namespace

std::vector<FieldOwner> OwnersOf(const json& workload, const std::string& container) {
  std::vector<FieldOwner> owners;
  const json* managers = kube::Find(workload, "/metadata/managedFields");
  if (managers == nullptr || !managers->is_array()) return owners;
  const Path fields = FieldsOfContainer(container);
  for (const json& entry : *managers) {
    FieldOwner owner{.manager = kube::StringAt(entry, "/manager"),
                     .operation = kube::StringAt(entry, "/operation"),
                     .api_version = kube::StringAt(entry, "/apiVersion"),
                     .fields = {}};
    if (owner.manager == devsession::kControllerManager || !entry.contains(fields)) continue;
    for (const TakenField& field : kTakenFields) {
      if (entry[fields].contains(Path(field.in_fields))) owner.fields.emplace_back(field.name);
    }
    if (!owner.fields.empty()) owners.push_back(std::move(owner));
  }
  return owners;
}

std::vector<FieldOwner> Renewed(std::vector<FieldOwner> stored,
                                const std::vector<FieldOwner>& live) {
  const auto is_owned = [&](const std::string& field) {
    return std::any_of(live.begin(), live.end(),
                       [&](const FieldOwner& owner) { return Has(owner, field); });
  };
  for (FieldOwner& owner : stored) std::erase_if(owner.fields, is_owned);
  std::erase_if(stored, [](const FieldOwner& owner) { return owner.fields.empty(); });
  stored.insert(stored.end(), live.begin(), live.end());
  return stored;
}

void GiveBack(const std::vector<FieldOwner>& owners, const json& container, json& managers) {
  const Path fields = FieldsOfContainer(kube::StringAt(container, "/name"));
  for (const FieldOwner& owner : owners) {
    const auto entry = std::find_if(managers.begin(), managers.end(),
                                    [&](const json& each) { return IsEntryOf(each, owner); });
    // A writer that gave up the container wants nothing of it.
    if (entry == managers.end() || !entry->contains(fields)) continue;
    for (const std::string& name : owner.fields) {
      const TakenField* field = Find(name);
      if (field == nullptr || !container.contains(Path(field->in_container))) continue;
      (*entry)[fields / Path(field->in_fields)] = json::object();
    }
  }
}

json OwnersToJson(const std::vector<FieldOwner>& owners) {
  json list = json::array();
  for (const FieldOwner& owner : owners) {
    list.push_back({{"manager", owner.manager},
                    {"operation", owner.operation},
                    {"apiVersion", owner.api_version},
                    {"fields", owner.fields}});
  }
  return list;
}

std::vector<FieldOwner> OwnersFromJson(const json& value) {
  std::vector<FieldOwner> owners;
  if (!value.is_array()) return owners;
  for (const json& item : value) {
    const json* names = kube::Find(item, "/fields");
    if (names == nullptr || !names->is_array()) continue;
    FieldOwner owner{.manager = kube::StringAt(item, "/manager"),
                     .operation = kube::StringAt(item, "/operation"),
                     .api_version = kube::StringAt(item, "/apiVersion"),
                     .fields = {}};
    for (const TakenField& field : kTakenFields) {
      if (std::find(names->begin(), names->end(), field.name) != names->end()) {
        owner.fields.emplace_back(field.name);
      }
    }
    if (!owner.fields.empty()) owners.push_back(std::move(owner));
  }
  return owners;
}

}  // namespace hawser::controller
