// What a server's refusal to upgrade to WebSocket means.
#pragma once

#include <string_view>

#include "lib/base/status.h"

namespace hawser::net {

/// The failure for an HTTP answer other than 101, by CodeOfHttpStatus; unavailable where that table
/// knows only that the request was refused (a pod that is not running yet is a 400). `body` may be
/// a Kubernetes Status object, whose "message" is then used, or any text; it is bounded and made
/// printable.
Status RefusalStatus(unsigned http_status, std::string_view body);

}  // namespace hawser::net
