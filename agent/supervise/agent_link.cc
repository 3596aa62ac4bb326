// Dials the agent, reads what it says.
#include "agent/supervise/agent_link.h"

#include <utility>

#include "lib/base/backoff.h"
#include "lib/base/random.h"
#include "lib/net/socket.h"

namespace hawser::agent {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr BackoffOptions kReconnect = {
    .initial = milliseconds(50), .max = seconds(2), .factor = 2.0, .jitter = 0.2};
constexpr Duration kDial = seconds(5);

}  // namespace

AgentLink::AgentLink(std::string socket, const std::string& container_root, LogRing& ring,
                     std::function<void(SupervisorEvent)> deliver)
    : socket_(std::move(socket)),
      ring_(ring),
      deliver_(std::move(deliver)),
      pulls_(container_root, [this](wire::Message answer) { Send(std::move(answer)); }),
      thread_([this](const std::stop_token& stop) { Run(stop); }) {}

AgentLink::~AgentLink() {
  thread_.request_stop();
  const std::lock_guard lock(mutex_);
  if (peer_) peer_->Close();
}

void AgentLink::Send(wire::Message message) {
  const std::lock_guard lock(mutex_);
  const bool hello = std::holds_alternative<wire::SupervisorHello>(message);
  if (peer_ == nullptr || hello == greeted_) return;
  greeted_ = true;
  peer_->Send(std::move(message));
}

void AgentLink::Flush(Deadline deadline) {
  std::unique_lock lock(mutex_);
  const std::shared_ptr<Peer> peer = peer_;
  lock.unlock();
  if (peer) peer->Flush(deadline);
}

void AgentLink::Run(const std::stop_token& stop) {
  Backoff backoff(kReconnect, RandomU64());
  while (!stop.stop_requested()) {
    Result<std::unique_ptr<net::ByteStream>> stream = net::DialUnix(socket_, In(kDial));
    const bool connected = stream.ok();
    if (connected) {
      const auto peer = std::make_shared<Peer>(*std::move(stream), &ring_);
      Use(peer);
      if (stop.stop_requested()) return;
      Converse(peer);
      Use(nullptr);
    }
    std::unique_lock lock(mutex_);
    stopped_.wait_for(lock, stop, backoff.Next(), [] { return false; });
    if (connected) backoff.Reset();
  }
}

void AgentLink::Converse(const std::shared_ptr<Peer>& peer) {
  deliver_(AgentConnected{});
  while (true) {
    Result<wire::Message> message = peer->Receive(kNoDeadline);
    if (!message.ok()) return;
    if (const auto* request = std::get_if<wire::LogRequest>(&*message)) {
      peer->SendLog(*request);
    } else if (!Pulls(*message)) {
      deliver_(AgentSaid{.message = *std::move(message)});
    }
  }
}

bool AgentLink::Pulls(const wire::Message& message) {
  if (const auto* configure = std::get_if<wire::Configure>(&message)) {
    pulls_.SetRoots(configure->roots);
    return false;
  }
  if (const auto* list = std::get_if<wire::PullList>(&message)) {
    pulls_.Ask(*list);
    return true;
  }
  const auto* read = std::get_if<wire::PullRead>(&message);
  if (read != nullptr) pulls_.Ask(*read);
  return read != nullptr;
}

void AgentLink::Use(std::shared_ptr<Peer> peer) {
  const std::lock_guard lock(mutex_);
  peer_ = std::move(peer);
  greeted_ = false;
}

}  // namespace hawser::agent
