// One queue in, one machine, and the effects it asks for.
#include "local-cli/forward/forwarder.h"

#include <utility>

namespace hawser::cli {

namespace {

/// Connections that nobody has looked at yet; further ones are closed.
constexpr int kMaxArriving = 1024;

}  // namespace

Forwarder::Forwarder(ForwardParts parts, ForwardMachineOptions options)
    : parts_(std::move(parts)),
      connections_(
          parts_.tunnel, options.session.ns,
          [this](ForwardInput input) { inbox_.Push(std::move(input)); }, parts_.on_use),
      machine_(std::move(options)) {}

void Forwarder::Tell(const SessionNews& news) {
  inbox_.Push(std::visit([](const auto& what) { return ForwardInput(what); }, news));
}

Status Forwarder::Run(const std::stop_token& stop) {
  const std::stop_callback stopped(stop, [this] { inbox_.Push(ForwardInput(ForwardStopped{})); });
  Do(machine_.Begin(parts_.clock.Now()));
  while (!done_) {
    std::optional<Item> item = inbox_.Pop(machine_.WakeAt());
    if (item) {
      Take(std::move(*item));
    } else {
      Do(machine_.OnTick(parts_.clock.Now()));
    }
  }
  // Whoever waits to tell something is let go before it is waited for.
  inbox_.Close();
  acceptors_.clear();
  return *done_;
}

void Forwarder::Take(Item item) {
  ForwardInput input;
  if (auto* arrival = std::get_if<Arrival>(&item)) {
    --arriving_;
    if (parts_.on_use) parts_.on_use();
    const ConnectionId id = ++last_connection_;
    input = Accepted{.connection = id, .port = arrival->port, .from = arrival->stream->Peer()};
    connections_.Add(id, std::move(arrival->stream));
  } else {
    input = std::move(std::get<ForwardInput>(item));
  }
  Do(machine_.Step(input, parts_.clock.Now()));
  if (const auto* ended = std::get_if<Ended>(&input)) connections_.Forget(ended->connection);
}

void Forwarder::Do(const ForwardMachine::Actions& actions) {
  for (const ForwardAction& action : actions) {
    std::visit([this](const auto& chosen) { Do(chosen); }, action);
  }
}

void Forwarder::Do(const OpenPort& action) {
  Result<BoundPort> bound = BindLocalPort(action.local, parts_.local);
  if (!bound.ok()) {
    return Do(machine_.Step(PortRefused{.port = action.port, .reason = bound.status()},
                            parts_.clock.Now()));
  }
  const PortOpen opened{.port = action.port,
                        .addresses = bound->addresses,
                        .local = bound->port,
                        .taken_by = bound->taken_by};
  acceptors_[action.port] = std::make_unique<Acceptor>(
      std::move(*bound), [this, port = action.port](std::unique_ptr<net::ByteStream> stream) {
        if (arriving_ >= kMaxArriving) return;
        ++arriving_;
        inbox_.Push(Arrival{.port = port, .stream = std::move(stream)});
      });
  Do(machine_.Step(opened, parts_.clock.Now()));
}

}  // namespace hawser::cli
