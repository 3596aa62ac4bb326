// Expected failures as values: names, text form, and the mapping from errno.
#include "lib/base/status.h"

#include <cerrno>
#include <system_error>

namespace hawser {

std::string_view CodeName(Code code) {
  switch (code) {
    case Code::kOk:
      return "ok";
    case Code::kCancelled:
      return "cancelled";
    case Code::kInvalidArgument:
      return "invalid";
    case Code::kDeadlineExceeded:
      return "timed out";
    case Code::kNotFound:
      return "not found";
    case Code::kAlreadyExists:
      return "already exists";
    case Code::kPermissionDenied:
      return "permission denied";
    case Code::kUnauthenticated:
      return "not authenticated";
    case Code::kResourceExhausted:
      return "limit reached";
    case Code::kFailedPrecondition:
      return "not possible now";
    case Code::kAborted:
      return "conflict";
    case Code::kOutOfRange:
      return "gone";
    case Code::kUnimplemented:
      return "not supported";
    case Code::kInternal:
      return "internal error";
    case Code::kUnavailable:
      return "unavailable";
    case Code::kDataLoss:
      return "corrupt data";
  }
  return "unknown";
}

Status Status::Annotate(std::string_view context) const {
  if (ok()) return *this;
  return {code_, std::string(context) + ": " + message_};
}

std::string Status::ToString() const {
  if (ok()) return "ok";
  return std::string(CodeName(code_)) + ": " + message_;
}

std::ostream& operator<<(std::ostream& out, const Status& status) {
  return out << status.ToString();
}

Status CancelledError(std::string message) {
  return {Code::kCancelled, std::move(message)};
}
Status InvalidArgumentError(std::string message) {
  return {Code::kInvalidArgument, std::move(message)};
}
Status DeadlineExceededError(std::string message) {
  return {Code::kDeadlineExceeded, std::move(message)};
}
Status NotFoundError(std::string message) {
  return {Code::kNotFound, std::move(message)};
}
Status AlreadyExistsError(std::string message) {
  return {Code::kAlreadyExists, std::move(message)};
}
Status PermissionDeniedError(std::string message) {
  return {Code::kPermissionDenied, std::move(message)};
}
Status UnauthenticatedError(std::string message) {
  return {Code::kUnauthenticated, std::move(message)};
}
Status ResourceExhaustedError(std::string message) {
  return {Code::kResourceExhausted, std::move(message)};
}
Status FailedPreconditionError(std::string message) {
  return {Code::kFailedPrecondition, std::move(message)};
}
Status AbortedError(std::string message) {
  return {Code::kAborted, std::move(message)};
}
Status OutOfRangeError(std::string message) {
  return {Code::kOutOfRange, std::move(message)};
}
Status UnimplementedError(std::string message) {
  return {Code::kUnimplemented, std::move(message)};
}
Status InternalError(std::string message) {
  return {Code::kInternal, std::move(message)};
}
Status UnavailableError(std::string message) {
  return {Code::kUnavailable, std::move(message)};
}
Status DataLossError(std::string message) {
  return {Code::kDataLoss, std::move(message)};
}

namespace {

Code CodeForErrno(int error) {
  switch (error) {
    case 0:
      return Code::kOk;
    case ENOENT:
    case ENOTDIR:
    case ESRCH:
    case EADDRNOTAVAIL:
      return Code::kNotFound;
    case EEXIST:
    case ENOTEMPTY:
    case EADDRINUSE:
      return Code::kAlreadyExists;
    case EACCES:
    case EPERM:
    case EROFS:
      return Code::kPermissionDenied;
    case EINVAL:
    case ENAMETOOLONG:
    case ELOOP:
      return Code::kInvalidArgument;
    case ENOSPC:
    case EDQUOT:
    case EMFILE:
    case ENFILE:
    case ENOMEM:
      return Code::kResourceExhausted;
    case ETIMEDOUT:
      return Code::kDeadlineExceeded;
    case ECONNREFUSED:
    case ECONNRESET:
    case EPIPE:
    case EHOSTUNREACH:
    case ENETUNREACH:
    case EAGAIN:
      return Code::kUnavailable;
    case EISDIR:
    case EXDEV:
    case ETXTBSY:
    case EBUSY:
      return Code::kFailedPrecondition;
    case ENOSYS:
    case EOPNOTSUPP:
    case EAFNOSUPPORT:
      return Code::kUnimplemented;
    case ECANCELED:
    case EINTR:
      return Code::kCancelled;
    default:
      return Code::kInternal;
  }
}

}  // namespace

Status ErrnoStatus(int error, std::string_view what) {
  if (error == 0) return OkStatus();
  return {CodeForErrno(error), std::string(what) + ": " + std::generic_category().message(error)};
}

bool IsRetryable(const Status& status) {
  switch (status.code()) {
    case Code::kUnavailable:
    case Code::kDeadlineExceeded:
    case Code::kAborted:
    case Code::kResourceExhausted:
      return true;
    default:
      return false;
  }
}

}  // namespace hawser
