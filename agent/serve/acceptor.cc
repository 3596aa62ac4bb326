// The accepting loop and its bounded set of threads.
#include "agent/serve/acceptor.h"

#include <utility>

#include "lib/base/log.h"

namespace hawser::agent {
namespace {

/// How long to leave a listener alone that fails (out of file descriptors, say).
constexpr Duration kErrorPause = std::chrono::seconds(1);

}  // namespace

Acceptor::Acceptor(std::unique_ptr<net::Listener> listener, size_t limit, Handler handler,
                   Admission admission)
    : listener_(std::move(listener)),
      limit_(limit),
      handler_(std::move(handler)),
      admission_(std::move(admission)),
      thread_([this] { Run(); }) {}

Acceptor::~Acceptor() {
  Stop();
}

void Acceptor::Stop() {
  listener_->Close();
  if (thread_.joinable()) thread_.join();
  connections_.clear();
}

void Acceptor::Run() {
  while (true) {
    Result<std::unique_ptr<net::ByteStream>> stream = listener_->Accept(kNoDeadline);
    connections_.remove_if([](const Connection& connection) { return connection.done.load(); });
    if (stream.ok()) {
      Start(*std::move(stream));
    } else if (stream.status().code() == Code::kCancelled) {
      return;
    } else {
      log::Warning("Could not accept a connection", {{"error", stream.status().ToString()}});
      std::this_thread::sleep_for(kErrorPause);
    }
  }
}

void Acceptor::Start(std::unique_ptr<net::ByteStream> stream) {
  if (connections_.size() >= limit_) {
    log::Warning("Refused a connection beyond the limit",
                 {{"peer", stream->Peer()}, {"limit", limit_}});
    return;
  }
  if (admission_ && !admission_(*stream)) return;
  Connection& connection = connections_.emplace_back();
  connection.thread = std::jthread([this, &connection, stream = std::move(stream)]() mutable {
    handler_(std::move(stream));
    connection.done = true;
  });
}

}  // namespace hawser::agent
