// What a server's refusal to upgrade to WebSocket means.
#pragma once

#include <string_view>

#include "lib/base/status.h"

namespace hawser::net {

/// The failure for an HTTP answer other than 101: 401 unauthenticated, 403 permission_denied, 404
/// not_found, others unavailable. `body` may be a Kubernetes Status object, whose "message" is then
/// used, or any text; it is bounded and made printable.
Status RefusalStatus(unsigned http_status, std::string_view body);

}  // namespace hawser::net
