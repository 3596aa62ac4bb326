// The remote port before the first colon, the local one after the last, a host between.
#include "local-cli/forward/reverse_request.h"

#include <charconv>
#include <optional>
#include <set>
#include <string_view>

#include "lib/base/text.h"

namespace hawser::cli {

namespace {

constexpr char kReverseForm[] =
    "expected REMOTE:[HOST:]LOCAL, like 5432:5432, 8081:3000 or 5432:db.lan:5432";
constexpr uint16_t kFirstReversible = 1024;
constexpr size_t kMaxReverseHost = 255;

std::optional<uint16_t> ReversePort(std::string_view text) {
  uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  const bool all = error == std::errc() && end == text.data() + text.size();
  return all && port != 0 ? std::optional(port) : std::nullopt;
}

/// Without the brackets that an IPv6 address is written in; empty when it is no host.
std::string TargetHost(std::string_view text) {
  if (text.size() > 2 && text.front() == '[' && text.back() == ']') {
    return std::string(text.substr(1, text.size() - 2));
  }
  const bool plain = text.find_first_of(":[]/@ ") == std::string_view::npos;
  return plain && text.size() <= kMaxReverseHost ? std::string(text) : std::string();
}

}  // namespace

std::string TargetText(const ReverseRequest& request) {
  const bool v6 = request.host.find(':') != std::string::npos;
  return (v6 ? "[" + request.host + "]" : request.host) + ":" + std::to_string(request.local);
}

Result<ReverseRequest> ParseReverseRequest(const std::string& text) {
  const auto refuse = [&](const std::string& why) {
    return InvalidArgumentError("'" + Printable(text) + "': " + why);
  };
  const size_t first = text.find(':');
  const size_t last = text.rfind(':');
  const std::optional<uint16_t> remote = ReversePort(std::string_view(text).substr(0, first));
  const std::optional<uint16_t> local =
      last == std::string::npos ? remote : ReversePort(std::string_view(text).substr(last + 1));
  if (!remote || !local) return refuse(kReverseForm);
  if (*remote < kFirstReversible) {
    return refuse("port " + std::to_string(*remote) +
                  " of the pod is privileged; choose one from 1024 to 65535");
  }
  ReverseRequest request{.remote = *remote, .local = *local};
  if (first != last)
    request.host = TargetHost(std::string_view(text).substr(first + 1, last - first - 1));
  return request.host.empty() ? Result<ReverseRequest>(refuse(kReverseForm)) : request;
}

Status CheckReverse(const std::vector<ReverseRequest>& requests,
                    const devsession::DevSession& session) {
  std::set<uint16_t> seen;
  for (const ReverseRequest& request : requests) {
    const std::string port = std::to_string(request.remote);
    if (!seen.insert(request.remote).second) {
      return InvalidArgumentError("port " + port + " of the pods is to lead here twice");
    }
    for (const devsession::Port& own : session.spec.ports) {
      if (own.container != request.remote) continue;
      return InvalidArgumentError("port " + port +
                                  " of the pods is the app's own (spec.ports of session " +
                                  session.name + "); choose another");
    }
  }
  return OkStatus();
}

}  // namespace hawser::cli
