// Binding a port on every address or on none.
#include "local-cli/forward/local_port.h"

#include <algorithm>
#include <utility>

#include "local-cli/forward/port_owner.h"
#include "local-cli/interrupt.h"

namespace hawser::cli {

namespace {

/// How far from the wanted port the next free one may be, and how often a free one of the first
/// address may be taken on the second.
constexpr int kMaxTries = 100;
constexpr uint16_t kFirstUnprivileged = 1024;
/// After a failed accept, which is the lack of descriptors.
constexpr Duration kAcceptPause = std::chrono::milliseconds(100);

/// True where IPv6's loopback is refused because this machine has no IPv6.
bool MayBeLeftOut(const std::string& address, const Status& failure) {
  return address == "::1" &&
         (failure.code() == Code::kNotFound || failure.code() == Code::kUnimplemented);
}

/// On each address; the status of the first that refused.
Result<BoundPort> BindAll(uint16_t port, const std::vector<std::string>& addresses) {
  BoundPort bound{.port = port};
  Status missing = InvalidArgumentError("no address to listen on");
  for (const std::string& address : addresses) {
    Result<net::TcpListener> listening = net::ListenTcp(address, bound.port);
    if (!listening.ok()) {
      missing = listening.status();
      if (MayBeLeftOut(address, missing)) continue;
      return missing;
    }
    bound.port = listening->port;
    bound.listeners.push_back(std::move(listening->listener));
    bound.addresses.push_back(address);
  }
  if (bound.listeners.empty()) return missing;
  return bound;
}

Status Explain(const Status& failure, uint16_t port) {
  const std::string number = std::to_string(port);
  if (failure.code() == Code::kPermissionDenied && port < kFirstUnprivileged) {
    return PermissionDeniedError("local port " + number +
                                 " needs the rights of root; choose one from 1024 on, like " +
                                 std::to_string(8000 + port) + ":" + number);
  }
  if (failure.code() != Code::kAlreadyExists) return failure.Annotate("local port " + number);
  const std::string owner = PortOwner(port);
  return AlreadyExistsError("local port " + number + " is taken by " +
                            (owner.empty() ? "another program" : owner) +
                            "; end that, choose another local port, or take the next free one "
                            "with --next-free");
}

/// True for a refusal that another number may escape.
bool MayMove(const Status& failure) {
  return failure.code() == Code::kAlreadyExists || failure.code() == Code::kPermissionDenied;
}

Result<BoundPort> BindNextFree(uint16_t port, const LocalPortOptions& options) {
  const std::string owner = PortOwner(port);
  int next = std::max<int>(port, kFirstUnprivileged - 1) + 1;
  Status last = AlreadyExistsError("taken");
  for (int tries = 0; tries < kMaxTries && next <= UINT16_MAX; ++tries, ++next) {
    Result<BoundPort> bound = BindAll(static_cast<uint16_t>(next), options.addresses);
    if (bound.ok()) bound->taken_by = owner;
    if (bound.ok() || !MayMove(bound.status())) return bound;
    last = bound.status();
  }
  return last.Annotate("none of the " + std::to_string(kMaxTries) + " ports after " +
                       std::to_string(port) + " is free");
}

}  // namespace

Result<BoundPort> BindLocalPort(uint16_t port, const LocalPortOptions& options) {
  Result<BoundPort> bound = BindAll(port, options.addresses);
  for (int tries = 0; port == 0 && !bound.ok() && MayMove(bound.status()); ++tries) {
    if (tries == kMaxTries) break;
    bound = BindAll(port, options.addresses);
  }
  if (bound.ok()) return bound;
  if (options.next_free && MayMove(bound.status())) return BindNextFree(port, options);
  return Explain(bound.status(), port);
}

Acceptor::Acceptor(BoundPort bound, Sink sink)
    : listeners_(std::move(bound.listeners)), sink_(std::move(sink)) {
  for (const auto& listener : listeners_) {
    threads_.emplace_back(
        [this, &listener = *listener](const std::stop_token& stop) { Run(listener, stop); });
  }
}

Acceptor::~Acceptor() {
  for (std::jthread& thread : threads_) thread.request_stop();
  for (const auto& listener : listeners_) listener->Close();
}

void Acceptor::Run(net::Listener& listener, const std::stop_token& stop) const {
  while (!stop.stop_requested()) {
    Result<std::unique_ptr<net::ByteStream>> stream = listener.Accept(kNoDeadline);
    if (stream.ok()) {
      sink_(std::move(*stream));
    } else {
      WaitFor(kAcceptPause, stop);
    }
  }
}

}  // namespace hawser::cli
