// Typed reads with the field's path in every complaint.
#include "lib/devsession/field_reader.h"

#include <algorithm>
#include <limits>
#include <nlohmann/json.hpp>
#include <utility>

#include "lib/base/text.h"

namespace hawser::devsession {

using nlohmann::json;

FieldReader::FieldReader(const json* object, std::string path, Status& error)
    : object_(object), path_(std::move(path)), error_(error) {}

const json* FieldReader::Field(const char* name) const {
  if (object_ == nullptr || !object_->is_object()) return nullptr;
  const auto found = object_->find(name);
  return found == object_->end() || found->is_null() ? nullptr : &*found;
}

bool FieldReader::Has(const char* name) const {
  return Field(name) != nullptr;
}

std::string FieldReader::PathOf(std::string_view name) const {
  return path_.empty() ? std::string(name) : path_ + "." + std::string(name);
}

void FieldReader::Fail(std::string_view name, const std::string& problem) const {
  if (error_.ok()) error_ = InvalidArgumentError(PathOf(name) + ": " + problem);
}

void FieldReader::Require(const char* name) const {
  if (!Has(name)) Fail(name, "is required");
}

void FieldReader::Read(const char* name, std::string& out) const {
  const json* field = Field(name);
  if (field == nullptr) return;
  if (!field->is_string()) return Fail(name, "expected a string");
  out = field->get<std::string>();
}

void FieldReader::Read(const char* name, bool& out) const {
  const json* field = Field(name);
  if (field == nullptr) return;
  if (!field->is_boolean()) return Fail(name, "expected true or false");
  out = field->get<bool>();
}

void FieldReader::Read(const char* name, int64_t& out) const {
  const json* field = Field(name);
  if (field == nullptr) return;
  if (!field->is_number_integer()) return Fail(name, "expected an integer");
  out = field->get<int64_t>();
}

template <typename Number>
void FieldReader::ReadUnsigned(const char* name, Number& out) const {
  int64_t number = 0;
  if (!Has(name)) return;
  Read(name, number);
  if (number < 0 || static_cast<uint64_t>(number) > std::numeric_limits<Number>::max()) {
    return Fail(name, "is out of range");
  }
  out = static_cast<Number>(number);
}

void FieldReader::Read(const char* name, uint64_t& out) const {
  ReadUnsigned(name, out);
}

void FieldReader::Read(const char* name, uint32_t& out) const {
  ReadUnsigned(name, out);
}

void FieldReader::ReadPort(const char* name, uint16_t& out) const {
  int64_t number = 1;
  Read(name, number);
  if (number < 1 || number > 65535) return Fail(name, "expected a port from 1 to 65535");
  if (Has(name)) out = static_cast<uint16_t>(number);
}

void FieldReader::Read(const char* name, Duration& out) const {
  if (!Has(name)) return;
  std::string text;
  Read(name, text);
  const Result<Duration> duration = ParseDuration(text);
  if (!duration.ok()) return Fail(name, duration.status().message());
  out = *duration;
}

void FieldReader::Read(const char* name, std::vector<std::string>& out) const {
  const json* field = Field(name);
  if (field == nullptr) return;
  if (!field->is_array()) return Fail(name, "expected a list of strings");
  for (const json& item : *field) {
    if (!item.is_string()) {
      const std::string index = std::to_string(&item - &field->front());
      return Fail(std::string(name) + "[" + index + "]", "expected a string");
    }
  }
  out = field->get<std::vector<std::string>>();
}

void FieldReader::Read(const char* name, std::map<std::string, std::string>& out) const {
  const json* field = Field(name);
  if (field == nullptr) return;
  const bool strings =
      field->is_object() &&
      std::all_of(field->begin(), field->end(), [](const json& v) { return v.is_string(); });
  if (!strings) return Fail(name, "expected a map of strings");
  out = field->get<std::map<std::string, std::string>>();
}

void FieldReader::ReadQuantities(const char* name, std::map<std::string, std::string>& out) const {
  const FieldReader quantities = Object(name);
  if (quantities.object_ == nullptr) return;
  for (const auto& [resource, amount] : quantities.object_->items()) {
    if (amount.is_string()) {
      out[resource] = amount.get<std::string>();
    } else if (amount.is_number_integer()) {
      out[resource] = std::to_string(amount.get<int64_t>());
    } else {
      quantities.Fail(resource, "expected an amount, such as 500m or 1Gi");
    }
  }
}

void FieldReader::ReadOneOf(const char* name, std::string& out,
                            std::initializer_list<std::string_view> allowed) const {
  if (!Has(name)) return;
  Read(name, out);
  if (std::find(allowed.begin(), allowed.end(), out) != allowed.end()) return;
  const std::vector<std::string> names(allowed.begin(), allowed.end());
  Fail(name, "expected one of " + Join(names, ", ") + ", got \"" + Printable(out) + "\"");
}

FieldReader FieldReader::Object(const char* name) const {
  const json* field = Field(name);
  if (field != nullptr && !field->is_object()) {
    Fail(name, "expected an object");
    field = nullptr;
  }
  return {field, PathOf(name), error_};
}

void FieldReader::ForEach(const char* name,
                          const std::function<void(const FieldReader&)>& visit) const {
  const json* field = Field(name);
  if (field == nullptr) return;
  if (!field->is_array()) return Fail(name, "expected a list");
  for (size_t i = 0; i < field->size(); ++i) {
    const std::string place = std::string(name) + "[" + std::to_string(i) + "]";
    if (!(*field)[i].is_object()) return Fail(place, "expected an object");
    visit(FieldReader(&(*field)[i], PathOf(place), error_));
  }
}

}  // namespace hawser::devsession
