// One request's answer, handed from the HTTP library's threads to the caller's.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <ostream>
#include <stop_token>
#include <streambuf>
#include <string>

#include "lib/http/transport.h"

namespace hawser::http {

/// Filled by the library (body, SetHead, SetEnd), emptied by one caller (the rest). Thread-safe.
class Exchange : private std::streambuf {
 public:
  /// More than `max_pending` bytes that the caller has not taken are resource_exhausted.
  explicit Exchange(size_t max_pending) : body_(this), max_pending_(max_pending) {}

  /// What is written here becomes the body.
  std::ostream& body() { return body_; }
  void SetHead(Response head);
  /// Nothing follows. Ok: the body is complete.
  void SetEnd(Status status);

  /// The answer without its body. deadline_exceeded, cancelled when `stop` is asked, or why no
  /// answer came.
  Result<Response> WaitForHead(Deadline deadline, const std::stop_token& stop);
  /// The bytes that came since the last call, or "" at the end of a complete body. Failures as
  /// above.
  Result<std::string> Take(Deadline deadline, const std::stop_token& stop);
  /// Everything up to the end.
  Result<std::string> WaitForBody(Deadline deadline, const std::stop_token& stop);

 private:
  std::streamsize xsputn(const char* bytes, std::streamsize count) override;
  int_type overflow(int_type byte) override;
  Status Wait(std::unique_lock<std::mutex>& lock, Deadline deadline, const std::stop_token& stop,
              const std::function<bool()>& ready);

  std::ostream body_;
  const size_t max_pending_;
  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::optional<Response> head_;
  std::optional<Status> end_;
  std::string pending_;
};

}  // namespace hawser::http
