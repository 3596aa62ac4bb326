// What an HTTP status means in our codes.
#pragma once

#include <cstdint>

#include "lib/base/status.h"

namespace hawser {

/// The code for a refusal: 401 unauthenticated, 403 permission_denied, 404 not_found, 405
/// unimplemented, 408 deadline_exceeded, 409 aborted, 410 out_of_range, 412 failed_precondition,
/// 429 resource_exhausted, other 4xx invalid_argument, 5xx unavailable. Never ok: what is no
/// refusal is internal.
Code CodeOfHttpStatus(int64_t http_status);

}  // namespace hawser
