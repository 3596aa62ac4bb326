// One request's answer, handed from the HTTP library's threads to the caller's.
#include "lib/http/exchange.h"

#include <utility>

namespace hawser::http {

void Exchange::SetHead(Response head) {
  const std::lock_guard lock(mutex_);
  head_ = std::move(head);
  changed_.notify_all();
}

void Exchange::SetEnd(Status status) {
  const std::lock_guard lock(mutex_);
  if (!end_) end_ = std::move(status);
  changed_.notify_all();
}

Result<Response> Exchange::WaitForHead(Deadline deadline, const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  HAWSER_RETURN_IF_ERROR(
      Wait(lock, deadline, stop, [this] { return head_.has_value() || end_.has_value(); }));
  if (head_) return *head_;
  return end_->ok() ? UnavailableError("the connection ended without an answer") : *end_;
}

Result<std::string> Exchange::Take(Deadline deadline, const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  HAWSER_RETURN_IF_ERROR(
      Wait(lock, deadline, stop, [this] { return !pending_.empty() || end_.has_value(); }));
  if (!pending_.empty()) return std::exchange(pending_, {});
  if (!end_->ok()) return *end_;
  return std::string();
}

Result<std::string> Exchange::WaitForBody(Deadline deadline, const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  HAWSER_RETURN_IF_ERROR(Wait(lock, deadline, stop, [this] { return end_.has_value(); }));
  if (!end_->ok()) return *end_;
  return std::exchange(pending_, {});
}

std::streamsize Exchange::xsputn(const char* bytes, std::streamsize count) {
  const std::lock_guard lock(mutex_);
  if (end_) return 0;
  if (pending_.size() + static_cast<size_t>(count) > max_pending_) {
    end_ = ResourceExhaustedError("the answer is longer than " + std::to_string(max_pending_) +
                                  " bytes");
    pending_.clear();
  } else {
    pending_.append(bytes, static_cast<size_t>(count));
  }
  changed_.notify_all();
  return end_ ? 0 : count;
}

Exchange::int_type Exchange::overflow(int_type byte) {
  if (traits_type::eq_int_type(byte, traits_type::eof())) return traits_type::not_eof(byte);
  const char character = traits_type::to_char_type(byte);
  return xsputn(&character, 1) == 1 ? byte : traits_type::eof();
}

Status Exchange::Wait(std::unique_lock<std::mutex>& lock, Deadline deadline,
                      const std::stop_token& stop, const std::function<bool()>& ready) {
  const bool met = changed_.wait_until(lock, stop, deadline, ready);
  if (stop.stop_requested()) return CancelledError("asked to stop");
  return met ? OkStatus() : DeadlineExceededError("no answer in time");
}

}  // namespace hawser::http
