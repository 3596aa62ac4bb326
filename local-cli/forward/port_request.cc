// Ports from words, and their meaning in a session.
#include "local-cli/forward/port_request.h"

#include <algorithm>
#include <charconv>
#include <map>

#include "lib/base/text.h"
#include "lib/net/address.h"

namespace hawser::cli {

namespace {

using devsession::DevSession;

constexpr size_t kMaxName = 15;
constexpr char kForm[] =
    "expected [LOCAL:]REMOTE, like 8080:80, 8080:http, http or :http (any free local port)";

std::optional<uint16_t> ParsePort(std::string_view text) {
  uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return port;
}

/// A port's name (IANA service name), of which one letter tells it from a number.
bool IsPortName(std::string_view text) {
  const auto letter = [](char c) { return c >= 'a' && c <= 'z'; };
  const auto fits = [&](char c) { return letter(c) || (c >= '0' && c <= '9') || c == '-'; };
  return !text.empty() && text.size() <= kMaxName && std::all_of(text.begin(), text.end(), fits) &&
         std::any_of(text.begin(), text.end(), letter);
}

/// A port of the session, from its spec or, for a copy, from what its Service leads to.
struct KnownPort {
  std::string name;
  uint16_t container = 0;
  uint16_t local = 0;
};

std::vector<KnownPort> KnownPorts(const DevSession& session) {
  std::vector<KnownPort> ports;
  for (const devsession::Port& port : session.spec.ports) {
    ports.push_back({port.name, port.container, port.local});
  }
  if (!ports.empty()) return ports;
  for (const devsession::PortStatus& port : session.status.ports) {
    ports.push_back({port.name, port.container, 0});
  }
  return ports;
}

PortMapping ToMapping(const KnownPort& port) {
  return {.name = port.name.empty() ? std::to_string(port.container) : port.name,
          .local = port.local != 0 ? port.local : port.container,
          .remote = port.container};
}

Status UnknownPort(const std::string& name, const DevSession& session,
                   const std::vector<KnownPort>& known) {
  std::vector<std::string> names;
  for (const KnownPort& port : known) {
    if (!port.name.empty()) names.push_back(port.name);
  }
  return InvalidArgumentError("session " + session.name + " names no port \"" + name + "\"; " +
                              (names.empty() ? "give its number, or name it in spec.ports"
                                             : "it names: " + Join(names, ", ")));
}

Result<PortMapping> Resolve(const PortRequest& request, const DevSession& session,
                            const std::vector<KnownPort>& known) {
  const auto same = [&](const KnownPort& port) {
    return request.number != 0 ? port.container == request.number : port.name == request.name;
  };
  const auto found = std::find_if(known.begin(), known.end(), same);
  if (found == known.end() && request.number == 0) return UnknownPort(request.name, session, known);
  PortMapping mapping{.name = std::to_string(request.number), .remote = request.number};
  if (found != known.end()) mapping = ToMapping(*found);
  // A number alone is the same number here, as everywhere else; a name brings its own.
  if (request.number != 0) mapping.local = request.number;
  if (request.local) mapping.local = *request.local;
  return mapping;
}

Status CheckLocals(const std::vector<PortMapping>& mappings) {
  std::map<uint16_t, std::string> users;
  for (const PortMapping& mapping : mappings) {
    if (mapping.local == 0) continue;
    const auto [user, fresh] = users.emplace(mapping.local, mapping.name);
    if (fresh) continue;
    return InvalidArgumentError("local port " + std::to_string(mapping.local) +
                                " is wanted for both " + user->second + " and " + mapping.name +
                                "; give one of them another, like " +
                                std::to_string(mapping.local + 1) + ":" + mapping.name);
  }
  return OkStatus();
}

}  // namespace

std::string PortText(const PortMapping& mapping) {
  const std::string number = std::to_string(mapping.remote);
  return mapping.name == number ? "port " + number : mapping.name;
}

Result<PortRequest> ParsePortRequest(const std::string& text) {
  const auto refuse = [&] {
    return InvalidArgumentError(std::string(kForm) + ", got '" + text + "'");
  };
  PortRequest request;
  std::string_view remote = text;
  if (const size_t colon = text.find(':'); colon != std::string::npos) {
    const std::string_view local = std::string_view(text).substr(0, colon);
    request.local = local.empty() ? 0 : ParsePort(local);
    if (!request.local) return refuse();
    remote.remove_prefix(colon + 1);
  }
  if (IsPortName(remote)) {
    request.name = remote;
    return request;
  }
  request.number = ParsePort(remote).value_or(0);
  if (request.number == 0) return refuse();
  return request;
}

Result<std::vector<std::string>> ParseAddresses(const std::vector<std::string_view>& texts) {
  std::vector<std::string> addresses;
  const auto add = [&](const std::string& address) {
    const bool known = std::find(addresses.begin(), addresses.end(), address) != addresses.end();
    if (!known) addresses.push_back(address);
  };
  for (const std::string_view word : texts) {
    const std::string text(word);
    if (text == "localhost") {
      add("127.0.0.1");
      add("::1");
      continue;
    }
    if (!net::ParseAddress(text, 0).ok()) {
      return InvalidArgumentError("expected IP addresses of this machine or localhost, got '" +
                                  text + "'");
    }
    add(text);
  }
  return addresses;
}

Result<std::vector<PortMapping>> ResolvePorts(const std::vector<PortRequest>& requests,
                                              const DevSession& session) {
  const std::vector<KnownPort> known = KnownPorts(session);
  std::vector<PortMapping> mappings;
  for (const PortRequest& request : requests) {
    HAWSER_ASSIGN_OR_RETURN(PortMapping mapping, Resolve(request, session, known));
    mappings.push_back(std::move(mapping));
  }
  if (requests.empty()) {
    std::transform(known.begin(), known.end(), std::back_inserter(mappings), ToMapping);
  }
  if (mappings.empty()) {
    return FailedPreconditionError("session " + session.name +
                                   " names no ports; say which to forward, like 'hawser forward " +
                                   session.name + " 8080:80', or list them in spec.ports");
  }
  HAWSER_RETURN_IF_ERROR(CheckLocals(mappings));
  return mappings;
}

std::vector<PortMapping> LocalPortsOf(const DevSession& session) {
  std::vector<PortMapping> mappings;
  for (const KnownPort& port : KnownPorts(session)) {
    if (port.local != 0) mappings.push_back(ToMapping(port));
  }
  return mappings;
}

}  // namespace hawser::cli
