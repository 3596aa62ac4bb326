// An HTTP transport whose answers a test writes down beforehand.
#pragma once

#include <deque>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "lib/http/transport.h"

namespace hawser::testing {

/// Gives its answers in order, whatever is asked; unavailable once there is none left. A 2xx answer
/// to Stream is handed on in pieces of `piece` bytes. Thread-safe.
class ScriptedTransport final : public http::Transport {
 public:
  void Then(int status, std::string body, std::map<std::string, std::string> headers = {}) {
    const std::lock_guard lock(mutex_);
    answers_.push_back({.status = status, .headers = std::move(headers), .body = std::move(body)});
  }
  void SetPiece(size_t piece) { piece_ = piece; }

  std::vector<http::Request> requests() const {
    const std::lock_guard lock(mutex_);
    return requests_;
  }

  Result<http::Response> Send(const http::Request& request) override {
    const std::lock_guard lock(mutex_);
    requests_.push_back(request);
    if (answers_.empty()) return UnavailableError("nobody answers");
    http::Response answer = std::move(answers_.front());
    answers_.pop_front();
    return answer;
  }

  Result<http::Response> Stream(const http::Request& request, const http::ChunkSink& sink,
                                std::stop_token /*stop*/) override {
    HAWSER_ASSIGN_OR_RETURN(http::Response answer, Send(request));
    if (answer.status / 100 != 2) return answer;
    const std::string body = std::exchange(answer.body, {});
    for (size_t at = 0; at < body.size(); at += piece_) {
      HAWSER_RETURN_IF_ERROR(sink(std::string_view(body).substr(at, piece_)));
    }
    return answer;
  }

 private:
  mutable std::mutex mutex_;
  std::deque<http::Response> answers_;
  std::vector<http::Request> requests_;
  size_t piece_ = 7;
};

}  // namespace hawser::testing
