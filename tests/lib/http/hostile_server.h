// A server on loopback that sends whatever bytes a test makes up.
#pragma once

#include <gtest/gtest.h>

#include <array>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

#include "lib/net/socket.h"

namespace hawser::testing {

/// Serves one connection after the other with a script, on a thread of its own.
class HostileServer {
 public:
  /// Talks to one client. The stream is closed behind it, and under it when the server ends.
  using Script = std::function<void(net::ByteStream& client)>;

  explicit HostileServer(Script script) : script_(std::move(script)) {
    Result<net::TcpListener> listening = net::ListenTcp("127.0.0.1", 0);
    EXPECT_TRUE(listening.ok()) << listening.status();
    listening_ = std::move(listening).value();
    thread_ = std::jthread([this] { Serve(); });
  }
  ~HostileServer() {
    listening_.listener->Close();
    const std::lock_guard lock(mutex_);
    ended_ = true;
    if (client_ != nullptr) client_->Close();
  }

  std::string name() const { return "127.0.0.1:" + std::to_string(listening_.port); }
  std::string url() const { return "http://" + name(); }

 private:
  void Serve() {
    while (true) {
      Result<std::unique_ptr<net::ByteStream>> accepted = listening_.listener->Accept(kNoDeadline);
      if (!accepted.ok()) return;
      Set(std::move(accepted).value());
      script_(*client_);
      Set(nullptr);
    }
  }
  void Set(std::unique_ptr<net::ByteStream> client) {
    const std::lock_guard lock(mutex_);
    client_ = std::move(client);
    if (ended_ && client_ != nullptr) client_->Close();
  }

  const Script script_;
  net::TcpListener listening_;
  std::mutex mutex_;
  bool ended_ = false;                       // guarded by mutex_
  std::unique_ptr<net::ByteStream> client_;  // changed by thread_ alone, under mutex_
  std::jthread thread_;                      // last: joined first
};

/// Reads a request's head.
inline void ReadRequest(net::ByteStream& client) {
  std::array<char, 4096> buffer;
  for (std::string head; head.find("\r\n\r\n") == std::string::npos;) {
    const size_t count = client.Read(buffer, kNoDeadline).value_or(0);
    if (count == 0) return;
    head.append(buffer.data(), count);
  }
}

/// Answers each request with `text` and ends the connection.
inline HostileServer::Script Answering(const std::string& text) {
  return [text](net::ByteStream& client) {
    ReadRequest(client);
    (void)client.Write(text, kNoDeadline);
  };
}

/// Answers with `begin`, and then `more` for as long as the client takes it.
inline HostileServer::Script AnsweringForEver(const std::string& begin, const std::string& more) {
  return [begin, more](net::ByteStream& client) {
    ReadRequest(client);
    Status sent = client.Write(begin, kNoDeadline);
    while (sent.ok()) sent = client.Write(more, kNoDeadline);
  };
}

/// The same, with a pause before each `more` in which the client may leave.
inline HostileServer::Script Dripping(const std::string& begin, const std::string& more) {
  return [begin, more](net::ByteStream& client) {
    ReadRequest(client);
    Status sent = client.Write(begin, kNoDeadline);
    std::array<char, 16> buffer;
    const auto pause = std::chrono::milliseconds(5);
    while (sent.ok() && client.Read(buffer, In(pause)).status().code() == Code::kDeadlineExceeded) {
      sent = client.Write(more, kNoDeadline);
    }
  };
}

}  // namespace hawser::testing
