// Maps refusals by number and machine-readable reason, never by message.
#include "lib/kube/api_status.h"

#include <nlohmann/json.hpp>

#include "lib/base/http_status.h"
#include "lib/base/text.h"
#include "lib/kube/object.h"

namespace hawser::kube {
namespace {

constexpr size_t kMaxMessage = 4096;

Code CodeOf(int64_t http_status, std::string_view reason) {
  if (http_status == 409 && reason == "AlreadyExists") return Code::kAlreadyExists;
  return CodeOfHttpStatus(http_status);
}

std::string Bounded(std::string_view text) {
  std::string out = Printable(Trim(text.substr(0, kMaxMessage)));
  if (text.size() > kMaxMessage) out += "...";
  return out;
}

}  // namespace

Status StatusOfAnswer(int http_status, std::string_view body) {
  const nlohmann::json object = nlohmann::json::parse(body, nullptr, false);
  if (object.is_object() && StringAt(object, "/kind") == "Status") {
    Status status = StatusOfObject(object);
    if (IntegerAt(object, "/code") != 0) return status;
    return {CodeOf(http_status, StringAt(object, "/reason")), status.message()};
  }
  std::string message = "the server answered HTTP " + std::to_string(http_status);
  if (const std::string said = Bounded(body); !said.empty()) message += ": " + said;
  return {CodeOf(http_status, {}), std::move(message)};
}

Status StatusOfObject(const nlohmann::json& status) {
  const std::string reason = StringAt(status, "/reason");
  std::string message = Bounded(StringAt(status, "/message"));
  if (message.empty()) message = reason.empty() ? "the server gave no reason" : reason;
  return {CodeOf(IntegerAt(status, "/code"), reason), std::move(message)};
}

}  // namespace hawser::kube
