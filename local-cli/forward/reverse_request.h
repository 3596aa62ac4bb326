// Which ports of the pods lead back to this machine, as written on the command line.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "lib/base/result.h"
#include "lib/devsession/devsession.h"

namespace hawser::cli {

/// "REMOTE:[HOST:]LOCAL" or one number for both.
struct ReverseRequest {
  uint16_t remote = 0;  ///< on the pods' loopback
  std::string host = "localhost";
  uint16_t local = 0;
  bool operator==(const ReverseRequest&) const = default;
};

/// "localhost:3000", "[::1]:3000".
std::string TargetText(const ReverseRequest& request);

/// invalid_argument says what was expected, and names a remote port below 1024.
Result<ReverseRequest> ParseReverseRequest(const std::string& text);

/// Refuses what can't work whatever the pods say: a remote port asked for twice, or one on which
/// the session's app listens itself.
Status CheckReverse(const std::vector<ReverseRequest>& requests,
                    const devsession::DevSession& session);

}  // namespace hawser::cli
