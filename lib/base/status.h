// Expected failures as values: a canonical code and a message for people.
#pragma once

#include <ostream>
#include <string>
#include <string_view>
#include <utility>

namespace hawser {

/// Why an operation failed. Callers decide by code, never by message text.
enum class Code {
  kOk,
  kCancelled,         ///< the caller asked to stop
  kInvalidArgument,   ///< the input is wrong whatever the state; do not retry
  kDeadlineExceeded,  ///< time ran out; the effect may or may not have happened
  kNotFound,
  kAlreadyExists,
  kPermissionDenied,    ///< known caller, not allowed
  kUnauthenticated,     ///< unknown caller or wrong key
  kResourceExhausted,   ///< a limit, quota or disk is full; back off
  kFailedPrecondition,  ///< the state forbids it; retry only after it changed
  kAborted,             ///< lost a race (write conflict); read again and retry
  kOutOfRange,          ///< asked for something that is gone (an expired resourceVersion)
  kUnimplemented,
  kInternal,     ///< a broken promise of ours or of a library
  kUnavailable,  ///< not reachable now; retry with backoff
  kDataLoss,     ///< bytes do not match their digest or their format
};

/// The code's name in words, for messages: "not found".
std::string_view CodeName(Code code);

/// The outcome of an operation that returns nothing else. Cheap to copy when ok.
class [[nodiscard]] Status {
 public:
  Status() = default;
  Status(Code code, std::string message) : code_(code), message_(std::move(message)) {}

  bool ok() const { return code_ == Code::kOk; }
  Code code() const { return code_; }
  const std::string& message() const { return message_; }

  /// The same failure with "context: " before its message; ok stays ok.
  Status Annotate(std::string_view context) const;

  /// "not found: secret hawser-api", or "ok".
  std::string ToString() const;

  bool operator==(const Status&) const = default;

 private:
  Code code_ = Code::kOk;
  std::string message_;
};

std::ostream& operator<<(std::ostream& out, const Status& status);

inline Status OkStatus() {
  return {};
}
Status CancelledError(std::string message);
Status InvalidArgumentError(std::string message);
Status DeadlineExceededError(std::string message);
Status NotFoundError(std::string message);
Status AlreadyExistsError(std::string message);
Status PermissionDeniedError(std::string message);
Status UnauthenticatedError(std::string message);
Status ResourceExhaustedError(std::string message);
Status FailedPreconditionError(std::string message);
Status AbortedError(std::string message);
Status OutOfRangeError(std::string message);
Status UnimplementedError(std::string message);
Status InternalError(std::string message);
Status UnavailableError(std::string message);
Status DataLossError(std::string message);

/// The failure behind a failed system call: maps `error` (an errno value) to a code and says "what:
/// strerror".
Status ErrnoStatus(int error, std::string_view what);

/// True for failures that the same call may survive later: unavailable, deadline, aborted,
/// exhausted.
bool IsRetryable(const Status& status);

}  // namespace hawser

/// Leaves the function with the failure, if `expression` (a Status) is one.
#define HAWSER_RETURN_IF_ERROR(expression)                                    \
  do {                                                                        \
    if (::hawser::Status hawser_status = (expression); !hawser_status.ok()) { \
      return hawser_status;                                                   \
    }                                                                         \
  } while (false)
