// Which ports to forward: as written on the command line, and as a session resolves them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lib/base/result.h"
#include "lib/devsession/devsession.h"

namespace hawser::cli {

/// "LOCAL:REMOTE" or "REMOTE", where REMOTE is a number or a name.
struct PortRequest {
  std::optional<uint16_t>
      local;            ///< 0: any free one; nothing: the session's choice, or REMOTE's number
  uint16_t number = 0;  ///< of the pod's port; 0: it is named
  std::string name;
  bool operator==(const PortRequest&) const = default;
};

/// A local port and the pod's port that it leads to.
struct PortMapping {
  std::string name;    ///< of the pod's port; its number where it has none
  uint16_t local = 0;  ///< 0: any free one
  uint16_t remote = 0;
  bool operator==(const PortMapping&) const = default;
};

/// What messages call it: "http", "port 8080".
std::string PortText(const PortMapping& mapping);

/// invalid_argument says what was expected.
Result<PortRequest> ParsePortRequest(const std::string& text);

/// The IP addresses of a list of literals and "localhost", which is both loopback addresses.
/// invalid_argument names the one that is neither.
Result<std::vector<std::string>> ParseAddresses(const std::vector<std::string_view>& texts);

/// What was requested of this session; with no request, all its ports. invalid_argument for a name
/// that the session does not know or a local port that is wanted twice; failed_precondition when
/// there is nothing to forward.
Result<std::vector<PortMapping>> ResolvePorts(const std::vector<PortRequest>& requests,
                                              const devsession::DevSession& session);

/// The ports that the session itself asks to have locally; may be none.
std::vector<PortMapping> LocalPortsOf(const devsession::DevSession& session);

}  // namespace hawser::cli
