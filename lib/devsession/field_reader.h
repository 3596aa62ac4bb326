// Reads typed fields of a JSON object, remembering the first one that is wrong.
#pragma once

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "lib/base/clock.h"
#include "lib/base/status.h"

namespace hawser::devsession {

/// A view of one object and its place in the document ("spec.sync[0]"). An absent field leaves the
/// destination as it is; null counts as absent. Object and error outlive the reader.
class FieldReader {
 public:
  /// `object` may be null: every field is then absent. The first problem found is kept in `error`.
  FieldReader(const nlohmann::json* object, std::string path, Status& error);

  bool Has(const char* name) const;
  std::string PathOf(std::string_view name) const;

  void Read(const char* name, std::string& out) const;
  void Read(const char* name, bool& out) const;
  void Read(const char* name, int64_t& out) const;
  void Read(const char* name, uint64_t& out) const;
  void Read(const char* name, uint32_t& out) const;
  void Read(const char* name, Duration& out) const;
  void Read(const char* name, std::vector<std::string>& out) const;
  void Read(const char* name, std::map<std::string, std::string>& out) const;
  /// Amounts by name, each a string or an integer ("500m", 2).
  void ReadQuantities(const char* name, std::map<std::string, std::string>& out) const;
  /// A TCP port, 1 to 65535.
  void ReadPort(const char* name, uint16_t& out) const;
  /// A string that must be one of `allowed`.
  void ReadOneOf(const char* name, std::string& out,
                 std::initializer_list<std::string_view> allowed) const;

  /// The object in that field; absent or of another type, a reader of nothing.
  FieldReader Object(const char* name) const;
  /// Calls `visit` for each object of the list in that field.
  void ForEach(const char* name, const std::function<void(const FieldReader&)>& visit) const;

  /// Reports that a field must be there.
  void Require(const char* name) const;
  /// Reports a problem with a field.
  void Fail(std::string_view name, const std::string& problem) const;

 private:
  const nlohmann::json* Field(const char* name) const;
  template <typename Number>
  void ReadUnsigned(const char* name, Number& out) const;

  const nlohmann::json* object_;
  std::string path_;
  Status& error_;
};

}  // namespace hawser::devsession
