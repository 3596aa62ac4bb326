// The listeners, the connections that wait for their clients, and those that are carried.
#include "agent/serve/reverse_ports.h"

#include <algorithm>
#include <utility>

#include "lib/base/log.h"
#include "lib/net/relay.h"
#include "lib/net/socket.h"
#include "lib/wire/carried_stream.h"

namespace hawser::agent {
namespace {

constexpr uint16_t kFirstOpenPort = 1024;
constexpr Duration kAcceptPause = std::chrono::seconds(1);
constexpr Duration kCarryAnswer = std::chrono::seconds(10);

std::string BindTrouble(const Status& failure, uint16_t port) {
  const std::string name = "port " + std::to_string(port) + " of the pod";
  if (failure.code() == Code::kAlreadyExists) {
    return name + " is taken by a program in it; choose another";
  }
  return name + " can't be had: " + failure.message();
}

}  // namespace

Result<std::vector<std::unique_ptr<net::Listener>>> ListenOnLoopback(uint16_t port) {
  std::vector<std::unique_ptr<net::Listener>> listeners;
  for (const char* address : {"127.0.0.1", "::1"}) {
    Result<net::TcpListener> bound = net::ListenTcp(address, port);
    if (bound.ok()) {
      listeners.push_back(std::move(bound->listener));
    } else if (listeners.empty() || bound.status().code() == Code::kAlreadyExists) {
      return bound.status();  // a pod without IPv6 does without
    }
  }
  return listeners;
}

ReversePorts::ReversePorts(Tell tell, Bind bind, ReversePortsOptions options)
    : tell_(std::move(tell)), bind_(std::move(bind)), options_(options) {}

ReversePorts::~ReversePorts() {
  CloseAll();
}

wire::ListenReply ReversePorts::Open(PeerId client, uint16_t port) {
  const auto refuse = [&](std::string why) {
    return wire::ListenReply{.port = port, .trouble = std::move(why)};
  };
  if (port < kFirstOpenPort) {
    return refuse("port " + std::to_string(port) +
                  " is privileged; choose one from 1024 to 65535, and point the app to it");
  }
  {
    const std::lock_guard lock(mutex_);
    for (const Port& open : ports_) {
      if (open.number != port) continue;
      if (open.client == client) return {.port = port};
      tell_(open.client, refuse("another client of this session took the port over"));
    }
  }
  Close([&](const Port& open) { return open.number == port; });
  Result<std::vector<std::unique_ptr<net::Listener>>> bound = bind_(port);
  if (!bound.ok()) return refuse(BindTrouble(bound.status(), port));
  const std::lock_guard lock(mutex_);
  if (closed_ || ports_.size() >= options_.max_ports) {
    return refuse("the agent listens on " + std::to_string(ports_.size()) +
                  " ports already; end a forwarding first");
  }
  Port& opened = ports_.emplace_back();
  opened.client = client;
  opened.number = port;
  opened.listeners = std::move(*bound);
  for (const std::unique_ptr<net::Listener>& listener : opened.listeners) {
    opened.threads.emplace_back([this, &opened, &listener = *listener] { Run(opened, listener); });
  }
  return {.port = port};
}

void ReversePorts::Run(const Port& port, net::Listener& listener) {
  while (true) {
    Result<std::unique_ptr<net::ByteStream>> stream = listener.Accept(NextOverdue());
    DropOverdue();
    if (stream.ok()) {
      Arrive(port, *std::move(stream));
    } else if (stream.status().code() == Code::kCancelled) {
      return;
    } else if (stream.status().code() != Code::kDeadlineExceeded) {
      log::Warning("Could not accept a connection", {{"error", stream.status().ToString()}});
      std::this_thread::sleep_for(kAcceptPause);
    }
  }
}

void ReversePorts::Arrive(const Port& port, std::unique_ptr<net::ByteStream> stream) {
  std::unique_lock lock(mutex_);
  const bool full = waiting_.size() + carried_.size() >= options_.max_connections;
  if (full && !std::exchange(full_, true)) {
    log::Warning("Connections to a reversed port are reset until some end",
                 {{"port", port.number}, {"limit", options_.max_connections}});
  }
  if (full) return stream->Abort();
  full_ = false;
  const uint64_t id = ++last_id_;
  waiting_[id] = {
      .client = port.client, .until = In(options_.patience), .stream = std::move(stream)};
  lock.unlock();
  tell_(port.client, wire::Arrival{.id = id, .port = port.number});
}

Deadline ReversePorts::NextOverdue() const {
  const std::lock_guard lock(mutex_);
  Deadline next = kNoDeadline;
  for (const auto& [id, waiting] : waiting_) next = std::min(next, waiting.until);
  return next;
}

void ReversePorts::DropOverdue() {
  const std::lock_guard lock(mutex_);
  const TimePoint now = std::chrono::steady_clock::now();
  std::erase_if(waiting_, [&](const auto& entry) {
    if (entry.second.until > now) return false;
    entry.second.stream->Abort();
    return true;
  });
}

void ReversePorts::Refuse(PeerId client, uint64_t id) {
  const std::lock_guard lock(mutex_);
  const auto found = waiting_.find(id);
  if (found == waiting_.end() || found->second.client != client) return;
  found->second.stream->Abort();
  waiting_.erase(found);
}

std::unique_ptr<net::ByteStream> ReversePorts::Take(uint64_t id,
                                                    const std::shared_ptr<wire::Channel>& channel) {
  const std::lock_guard lock(mutex_);
  const auto found = waiting_.find(id);
  if (found == waiting_.end()) return nullptr;
  std::unique_ptr<net::ByteStream> app = std::move(found->second.stream);
  carried_[id] = {.client = found->second.client, .app = app.get(), .channel = channel.get()};
  waiting_.erase(found);
  return app;
}

void ReversePorts::Carry(uint64_t id, const std::shared_ptr<wire::Channel>& channel) {
  const std::unique_ptr<net::ByteStream> app = Take(id, channel);
  if (app == nullptr) {
    const std::string trouble = "the connection has waited too long, or its client left";
    (void)channel->Send(wire::CarryReply{.id = id, .trouble = trouble}, In(kCarryAnswer));
    return;
  }
  const Status answered = channel->Send(wire::CarryReply{.id = id}, In(kCarryAnswer));
  if (answered.ok()) {
    wire::CarriedStream client(channel);
    (void)net::Relay(*app, client);
  } else {
    app->Abort();
  }
  const std::lock_guard lock(mutex_);
  carried_.erase(id);
}

void ReversePorts::Forget(PeerId client) {
  Close([&](const Port& port) { return port.client == client; });
  const std::lock_guard lock(mutex_);
  std::erase_if(waiting_, [&](const auto& entry) {
    if (entry.second.client != client) return false;
    entry.second.stream->Abort();
    return true;
  });
  for (const auto& [id, carried] : carried_) {
    if (carried.client != client) continue;
    carried.app->Abort();
    carried.channel->Close();
  }
}

void ReversePorts::CloseAll() {
  std::vector<PeerId> clients;
  {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    for (const Port& port : ports_) clients.push_back(port.client);
    for (const auto& [id, waiting] : waiting_) clients.push_back(waiting.client);
    for (const auto& [id, carried] : carried_) clients.push_back(carried.client);
  }
  for (const PeerId client : clients) Forget(client);
}

void ReversePorts::Close(const std::function<bool(const Port&)>& which) {
  std::list<Port> closing;
  {
    const std::lock_guard lock(mutex_);
    for (auto port = ports_.begin(); port != ports_.end();) {
      const auto next = std::next(port);
      if (which(*port)) closing.splice(closing.end(), ports_, port);
      port = next;
    }
  }
  for (const Port& port : closing) {
    for (const std::unique_ptr<net::Listener>& listener : port.listeners) listener->Close();
  }
}

}  // namespace hawser::agent
