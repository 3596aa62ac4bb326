// The one table from HTTP statuses to codes.
#include "lib/base/http_status.h"

namespace hawser {

Code CodeOfHttpStatus(int64_t http_status) {
  switch (http_status) {
    case 401:
      return Code::kUnauthenticated;
    case 403:
      return Code::kPermissionDenied;
    case 404:
      return Code::kNotFound;
    case 405:
      return Code::kUnimplemented;
    case 408:
      return Code::kDeadlineExceeded;
    case 409:
      return Code::kAborted;
    case 410:
      return Code::kOutOfRange;
    case 412:
      return Code::kFailedPrecondition;
    case 429:
      return Code::kResourceExhausted;
    default:
      break;
  }
  if (http_status >= 500) return Code::kUnavailable;
  return http_status >= 400 ? Code::kInvalidArgument : Code::kInternal;
}

}  // namespace hawser
