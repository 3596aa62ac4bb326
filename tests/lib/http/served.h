// What tests of clients let our own server answer.
#pragma once

#include <gtest/gtest.h>

#include <condition_variable>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <utility>

#include "lib/http/transport.h"

namespace hawser::http {

inline std::unique_ptr<Server> MustServe(const ServerOptions& options, Handler handler) {
  Result<std::unique_ptr<Server>> server = Serve(options, std::move(handler));
  EXPECT_TRUE(server.ok()) << server.status();
  return std::move(server).value();
}

inline std::string Url(const Server& server, const std::string& scheme = "http") {
  return scheme + "://127.0.0.1:" + std::to_string(server.port());
}

/// Answers with what was asked, as text.
inline Response Reflect(const Request& request) {
  return {.status = 200,
          .headers = {{"X-Token",
                       request.headers.contains("x-token") ? request.headers.at("x-token") : ""}},
          .body = request.method + " " + request.path + " " + request.body};
}

/// A gate that a served body waits at until the test opens it or the server ends.
class Gate {
 public:
  void Open() {
    const std::lock_guard lock(mutex_);
    open_ = true;
    changed_.notify_all();
  }
  bool Wait(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    return changed_.wait(lock, stop, [this] { return open_; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable_any changed_;
  bool open_ = false;
};

}  // namespace hawser::http
