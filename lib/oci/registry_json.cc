// Looks at the brackets before the parser does.
#include "lib/oci/registry_json.h"

#include <nlohmann/json.hpp>

namespace hawser::oci {
namespace {

using nlohmann::json;

constexpr size_t kMaxJsonDepth = 32;

/// Counts the brackets outside of strings. In text that is no JSON the parser stops at the first
/// mistake, and up to there both see the same.
bool IsTooDeep(std::string_view text) {
  size_t depth = 0;
  bool in_string = false;
  for (size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (in_string && c == '\\') {
      ++at;
    } else if (c == '"') {
      in_string = !in_string;
    } else if (!in_string && (c == '[' || c == '{')) {
      if (++depth > kMaxJsonDepth) return true;
    } else if (!in_string && (c == ']' || c == '}') && depth > 0) {
      --depth;
    }
  }
  return false;
}

}  // namespace

Result<json> ParseRegistryJson(std::string_view text, const std::string& what) {
  if (IsTooDeep(text)) {
    return DataLossError(what + ": nested deeper than " + std::to_string(kMaxJsonDepth) +
                         " levels");
  }
  json document = json::parse(text, nullptr, false);
  if (!document.is_object()) return DataLossError(what + ": expected a JSON object");
  return document;
}

const json* MemberOf(const json* value, const char* name) {
  if (value == nullptr || !value->is_object()) return nullptr;
  const auto it = value->find(name);
  return it == value->end() ? nullptr : &*it;
}

std::string TextOf(const json* value) {
  return value != nullptr && value->is_string() ? value->get<std::string>() : std::string();
}

}  // namespace hawser::oci
