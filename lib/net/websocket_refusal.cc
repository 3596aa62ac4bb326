// What a server's refusal to upgrade to WebSocket means.
#include "lib/net/websocket_refusal.h"

#include <optional>
#include <string>

#include "lib/base/http_status.h"
#include "lib/base/text.h"

namespace hawser::net {
namespace {

constexpr size_t kMaxText = 512;

/// The string value of the first "message" member, or nothing. Enough for a Status object, whose
/// nested objects have none; a whole JSON parser has no other use in this library.
std::optional<std::string> MessageMember(std::string_view json) {
  constexpr std::string_view kKey = "\"message\"";
  const size_t key = json.find(kKey);
  if (key == std::string_view::npos) return std::nullopt;
  size_t at = json.find_first_not_of(" \t\r\n", key + kKey.size());
  if (at == std::string_view::npos || json[at] != ':') return std::nullopt;
  at = json.find_first_not_of(" \t\r\n", at + 1);
  if (at == std::string_view::npos || json[at] != '"') return std::nullopt;
  std::string text;
  for (++at; at < json.size() && json[at] != '"' && text.size() < kMaxText; ++at) {
    if (json[at] == '\\' && at + 1 < json.size()) ++at;
    text += json[at];
  }
  return text;
}

// A pod that is not running yet is a 400 too: without a code of its own, a refusal may pass.
Code RefusalCode(unsigned http_status) {
  const Code code = CodeOfHttpStatus(http_status);
  return code == Code::kInvalidArgument || code == Code::kInternal ? Code::kUnavailable : code;
}

}  // namespace

Status RefusalStatus(unsigned http_status, std::string_view body) {
  const std::string said = MessageMember(body).value_or(std::string(body.substr(0, kMaxText)));
  std::string message = "the server answered " + std::to_string(http_status);
  if (const std::string_view trimmed = Trim(said); !trimmed.empty()) {
    message += ": " + Printable(trimmed);
  }
  return {RefusalCode(http_status), message};
}

}  // namespace hawser::net
