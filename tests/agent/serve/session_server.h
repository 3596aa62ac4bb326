// An agent in this process: memory pipes instead of sockets, and time that a test may move ahead.
#pragma once

#include <atomic>
#include <filesystem>
#include <memory>
#include <string>

#include "agent/serve/server.h"
#include "lib/base/bounded_queue.h"
#include "lib/net/certificate.h"
#include "tests/support/memory_pipe.h"
#include "tests/support/temp_dir.h"

namespace hawser::testing {

/// How far the agent's deadlines are ahead of the real clock.
using TimeAhead = std::atomic<Duration>;

/// A stream whose reads end at their deadline as if it were `ahead` later.
class HurriedStream final : public net::ByteStream {
 public:
  /// `ahead` must outlive the stream.
  HurriedStream(std::unique_ptr<net::ByteStream> inner, const TimeAhead& ahead)
      : inner_(std::move(inner)), ahead_(ahead) {}
  Result<size_t> Read(std::span<char> out, Deadline deadline) override {
    while (true) {
      const Result<size_t> read =
          inner_->Read(out, std::min(deadline, In(std::chrono::milliseconds(2))));
      const bool late = read.status().code() == Code::kDeadlineExceeded;
      if (!late || In(ahead_.load()) >= deadline) return read;
    }
  }
  Status Write(std::string_view data, Deadline deadline) override {
    return inner_->Write(data, deadline);
  }
  void Close() override { inner_->Close(); }
  std::string Peer() const override { return inner_->Peer(); }

 private:
  const std::unique_ptr<net::ByteStream> inner_;
  const TimeAhead& ahead_;
};

/// Accepts what a test puts into its queue.
class QueueListener final : public net::Listener {
 public:
  using Queue = BoundedQueue<std::unique_ptr<net::ByteStream>>;
  explicit QueueListener(Queue& queue) : queue_(queue) {}
  Result<std::unique_ptr<net::ByteStream>> Accept(Deadline deadline) override {
    auto stream = queue_.Pop(deadline);
    if (!stream) return CancelledError("closed");
    return *std::move(stream);
  }
  void Close() override { queue_.Close(); }

 private:
  Queue& queue_;
};

/// A served session "team/api" with its keys on disk.
class SessionServer {
 public:
  SessionServer() {
    RotateKeys();
    Start();
  }

  /// New keys, as when the controller replaces the Secret.
  void RotateKeys() {
    keys = *net::MakeSessionKeys("team/api", SystemClock().WallNow(), std::chrono::hours(1));
    key_files_.Write("new/ca.crt", keys.ca);
    key_files_.Write("new/agent.crt", keys.agent_cert);
    key_files_.Write("new/agent.key", keys.agent_key);
    for (const char* file : {"ca.crt", "agent.crt", "agent.key"}) {
      std::filesystem::rename(key_files_ / (std::string("new/") + file), key_files_ / file);
    }
  }

  /// A TLS stream with `with`, before any message.
  Result<std::unique_ptr<net::ByteStream>> Dial(const net::SessionKeys& with) {
    return Encrypt(Connect(clients_), with);
  }

  /// The same on the pod's address.
  Result<std::unique_ptr<net::ByteStream>> DialDirect(const net::SessionKeys& with) {
    return Encrypt(ConnectDirect(), with);
  }

  /// A connection to the pod's address on which nothing was said yet.
  std::unique_ptr<net::ByteStream> ConnectDirect() { return Connect(direct_); }

  /// A stream as the supervisor and the probe open it.
  std::unique_ptr<net::ByteStream> DialLocal() { return Connect(locals_); }

  net::SessionKeys keys;
  TimeAhead ahead{Duration{}};

 private:
  std::unique_ptr<net::ByteStream> Connect(QueueListener::Queue& listener) {
    StreamPair pipe = MakeMemoryPipe();
    listener.Push(std::make_unique<HurriedStream>(std::move(pipe.second), ahead));
    return std::move(pipe.first);
  }

  static Result<std::unique_ptr<net::ByteStream>> Encrypt(std::unique_ptr<net::ByteStream> stream,
                                                          const net::SessionKeys& with) {
    HAWSER_ASSIGN_OR_RETURN(
        const auto context,
        net::MakeTlsClientContext(
            {.ca = with.ca, .certificate = with.client_cert, .key = with.client_key}));
    return net::TlsConnect(std::move(stream), context, net::kAgentServerName,
                           In(std::chrono::seconds(30)));
  }

  void Start() {
    std::string warning;
    server_ = std::make_unique<agent::Server>(
        agent::Server::Options{.session = "team/api",
                               .pod = "api-1",
                               .version = "1",
                               .keys = key_files_.path(),
                               .max_clients = 32,
                               .reverse = true},
        agent::ConfirmedState::Open({.dir = volume_.path()}, &warning).value(),
        agent::Server::Listeners{.loopback = std::make_unique<QueueListener>(clients_),
                                 .local = std::make_unique<QueueListener>(locals_),
                                 .direct = std::make_unique<QueueListener>(direct_)});
  }

  TempDir volume_;
  TempDir key_files_;
  QueueListener::Queue clients_{8};
  QueueListener::Queue locals_{8};
  QueueListener::Queue direct_{8};
  std::unique_ptr<agent::Server> server_;
};

}  // namespace hawser::testing
