// The agent's threads: what each connection reads goes to the hub, what the hub decides goes to the
// connections.
#include "agent/serve/server.h"

#include <utility>

#include "agent/restart_request.h"
#include "agent/serve/greeting.h"
#include "lib/base/log.h"

namespace hawser::agent {
namespace {

using std::chrono::seconds;

constexpr Duration kHandshake = seconds(10);
constexpr Duration kStrangersHandshake = seconds(3);
constexpr Duration kFirstMessage = seconds(10);
constexpr Duration kSilence = seconds(90);
constexpr size_t kMaxLocals = 8;  ///< one supervisor, now and then a probe
constexpr char kRestartFile[] = "restart";
constexpr size_t kMaxCarried = ReversePortsOptions{}.max_connections;
constexpr size_t kWaitingInputs = 16;  ///< messages; each may be large

wire::ListenReply NotReversed(uint16_t port) {
  return {.port = port,
          .trouble =
              "the pod is in its node's network (hostNetwork), where others could connect to "
              "the port; forward back to one that is not"};
}

}  // namespace

Server::Server(Options options, std::unique_ptr<ConfirmedState> confirmed, Listeners listeners)
    : options_(std::move(options)),
      confirmed_(std::move(confirmed)),
      keys_(options_.keys),
      inputs_(kWaitingInputs),
      hub_({.session = options_.session,
            .pod = options_.pod,
            .version = options_.version,
            .restart_record = options_.restart_record},
           *confirmed_, clock_),
      ready_probe_([this](uint64_t number) { inputs_.Push(AppReady{.number = number}); }),
      reverse_([this](PeerId client, wire::Message message) {
        if (const auto peer = switchboard_.Find(client)) peer->Send(std::move(message));
      }),
      hub_thread_([this] { RunHub(); }),
      locals_(std::move(listeners.local), kMaxLocals,
              [this](std::unique_ptr<net::ByteStream> stream) { ServeLocal(std::move(stream)); }),
      clients_(std::move(listeners.loopback), options_.max_clients + kMaxCarried,
               [this](std::unique_ptr<net::ByteStream> stream) { ServeClient(std::move(stream)); }),
      restarts_(options_.pod_info, kRestartFile,
                [this](const std::string& text) { OnRestartText(text); }) {
  if (listeners.direct == nullptr) return;
  direct_clients_.emplace(
      std::move(listeners.direct), options_.max_clients + kMaxCarried,
      [this](std::unique_ptr<net::ByteStream> stream) { ServeDirect(std::move(stream)); },
      [this](const net::ByteStream& stream) { return AdmitDirect(stream); });
}

Server::~Server() {
  switchboard_.CloseAll({.reason = wire::RejectReason::kShuttingDown,
                         .message = "the agent is shutting down: connect again"});
  reverse_.CloseAll();
  inputs_.Close();
  clients_.Stop();
  if (direct_clients_) direct_clients_->Stop();
  locals_.Stop();
}

void Server::ServeClient(std::unique_ptr<net::ByteStream> stream) {
  const std::string name = stream->Peer();
  Result<std::unique_ptr<net::ByteStream>> secured = Secure(std::move(stream), kHandshake);
  if (secured.ok()) return Attend(*std::move(secured));
  log::Warning("Refused a client", {{"peer", name}, {"error", secured.status().ToString()}});
}

bool Server::AdmitDirect(const net::ByteStream& stream) {
  if (gate_.Enter(clock_.Now())) return true;
  TellRefused(stream.Peer(), ResourceExhaustedError("too many connections without proof"));
  return false;
}

void Server::TellRefused(const std::string& peer, const Status& why) {
  if (!gate_.ShouldTell(clock_.Now())) return;
  log::Warning("Refused a client on the pod's address; others are not told for a while",
               {{"peer", peer}, {"error", why.ToString()}});
}

void Server::ServeDirect(std::unique_ptr<net::ByteStream> stream) {
  const std::string name = stream->Peer();
  Result<std::unique_ptr<net::ByteStream>> secured = Secure(std::move(stream), kStrangersHandshake);
  gate_.Leave(secured.ok(), clock_.Now());
  if (secured.ok()) return Attend(*std::move(secured));
  TellRefused(name, secured.status());
}

void Server::Attend(std::unique_ptr<net::ByteStream> stream) {
  const std::string name = stream->Peer();
  const auto peer = std::make_shared<Peer>(std::move(stream), &log_);
  const PeerId id = switchboard_.Add(peer);
  const Result<wire::Message> first = peer->Receive(In(kFirstMessage));
  if (!first.ok()) {
    OnReadFailure(*peer, first.status());
  } else if (const auto* hello = std::get_if<wire::Hello>(&*first);
             hello != nullptr && hello->role == wire::Role::kCarry) {
    ServeCarrier(peer, *hello);
  } else if (hello != nullptr) {
    log::Info("Client connected", {{"peer", name},
                                   {"identity", hello->identity},
                                   {"pushes", hello->role == wire::Role::kPush}});
    inputs_.Push(ClientOpened{.peer = id, .hello = *hello});
    ReadClient(id, *peer);
    reverse_.Forget(id);
    inputs_.Push(PeerClosed{.peer = id});
  } else {
    OnReadFailure(*peer, DataLossError("the first message of a client must be Hello"));
  }
  peer->Flush(In(seconds(1)));
  switchboard_.Remove(id);
}

void Server::ServeCarrier(const std::shared_ptr<Peer>& peer, const wire::Hello& hello) {
  if (const auto reject = RefuseHello(hello, options_.session, options_.version)) {
    peer->Send(*reject);
    return;
  }
  const Result<wire::Message> request = peer->Receive(In(kFirstMessage));
  const auto* carry = request.ok() ? std::get_if<wire::CarryRequest>(&*request) : nullptr;
  if (carry == nullptr) {
    return OnReadFailure(
        *peer, request.ok() ? DataLossError("expected a CarryRequest") : request.status());
  }
  wire::Channel& channel = peer->channel();
  const wire::Welcome welcome{.agent_version = options_.version, .pod = options_.pod};
  if (!channel.Send(welcome, In(kFirstMessage)).ok()) return;
  reverse_.Carry(carry->id, {peer, &channel});
}

Result<std::unique_ptr<net::ByteStream>> Server::Secure(std::unique_ptr<net::ByteStream> stream,
                                                        Duration patience) {
  std::unique_lock lock(keys_mutex_);
  HAWSER_ASSIGN_OR_RETURN(const std::shared_ptr<net::TlsContext> context, keys_.Current());
  lock.unlock();
  return net::TlsAccept(std::move(stream), context, In(patience));
}

void Server::ReadClient(PeerId id, Peer& peer) {
  while (true) {
    Result<wire::Message> message = peer.Receive(In(kSilence));
    if (!message.ok()) return OnReadFailure(peer, message.status());
    if (const auto* ping = std::get_if<wire::Ping>(&*message)) {
      peer.Send(wire::Pong{.nonce = ping->nonce});
    } else if (const auto* request = std::get_if<wire::LogRequest>(&*message)) {
      peer.SendLog(*request);
    } else if (const auto* listen = std::get_if<wire::ListenRequest>(&*message)) {
      peer.Send(options_.reverse ? reverse_.Open(id, listen->port) : NotReversed(listen->port));
    } else if (const auto* refused = std::get_if<wire::ArrivalRefused>(&*message)) {
      reverse_.Refuse(id, refused->id);
    } else if (!std::holds_alternative<wire::Pong>(*message)) {
      if (!inputs_.Push(ClientMessage{.peer = id, .message = *std::move(message)})) return;
    }
  }
}

void Server::ServeLocal(std::unique_ptr<net::ByteStream> stream) {
  const auto peer = std::make_shared<Peer>(std::move(stream), nullptr);
  const PeerId id = switchboard_.Add(peer);
  Result<wire::Message> first = peer->Receive(In(kFirstMessage));
  if (!first.ok()) {
    OnReadFailure(*peer, first.status());
  } else if (const auto* hello = std::get_if<wire::SupervisorHello>(&*first)) {
    log::Info("Supervisor connected", {{"version", hello->agent_version}, {"uid", hello->uid}});
    inputs_.Push(SupervisorOpened{.peer = id, .hello = *hello});
    peer->Send(
        wire::LogRequest{.follow = true, .tail_bytes = LogRing::kCapacity, .from = log_.Newest()});
    ReadSupervisor(id, *peer);
    log::Info("Supervisor disconnected");
    inputs_.Push(PeerClosed{.peer = id});
  } else {
    inputs_.Push(ProbeMessage{.peer = id, .message = *std::move(first)});
    (void)peer->Receive(In(kFirstMessage));
  }
  peer->Flush(In(seconds(1)));
  switchboard_.Remove(id);
}

void Server::ReadSupervisor(PeerId id, Peer& peer) {
  while (true) {
    Result<wire::Message> message = peer.Receive(kNoDeadline);
    if (!message.ok()) return OnReadFailure(peer, message.status());
    if (const auto* chunk = std::get_if<wire::LogChunk>(&*message)) {
      log_.Append(chunk->at, chunk->bytes);
    } else if (!inputs_.Push(SupervisorMessage{.peer = id, .message = *std::move(message)})) {
      return;
    }
  }
}

void Server::OnReadFailure(Peer& peer, const Status& status) {
  if (status.code() == Code::kDataLoss || status.code() == Code::kInvalidArgument) {
    log::Warning("Closed a stream that broke the protocol",
                 {{"peer", peer.name()}, {"reason", status.message()}});
    peer.Send(wire::Reject{.reason = wire::RejectReason::kProtocol, .message = status.message()});
  } else {
    log::Info("Connection ended", {{"peer", peer.name()}, {"reason", status.ToString()}});
  }
}

void Server::OnRestartText(const std::string& text) {
  const Result<std::optional<wire::RestartOrder>> request = ParseRestartRequest(text);
  if (!request.ok()) {
    log::Warning("Ignored the pod's annotation", {{"error", request.status().ToString()}});
  } else if (*request) {
    log::Info("A restart is asked for", {{"request", (*request)->id}});
    inputs_.Push(RestartWanted{.request = **request});
  }
}

void Server::RunHub() {
  for (;;) {
    std::optional<HubInput> input = inputs_.Pop(hub_.RestAt());
    if (!input && inputs_.closed()) return;
    if (!input) {
      hub_.Rest();
      continue;
    }
    for (const HubOutput& output : hub_.Step(*input)) {
      std::visit([this](const auto& action) { Perform(action); }, output);
    }
    hub_.Tidy();
  }
}

void Server::Perform(const Send& output) {
  if (const auto* result = std::get_if<wire::BatchResult>(&output.message)) {
    log::Info("Batch finished", {{"batch", result->number},
                                 {"outcome", static_cast<int>(result->outcome)},
                                 {"tree", result->tree.ToShortHex()},
                                 {"problems", result->problems.size()},
                                 {"restarted", result->restarted},
                                 {"message", result->message}});
  }
  const std::shared_ptr<Peer> peer = switchboard_.Find(output.peer);
  if (peer == nullptr) return;
  output.optional ? peer->SendOptional(output.message)
                  : static_cast<void>(peer->Send(output.message));
}

void Server::Perform(const Close& output) {
  const std::shared_ptr<Peer> peer = switchboard_.Find(output.peer);
  if (peer == nullptr) return;
  log::Warning("Closed a connection", {{"peer", peer->name()}, {"reason", output.reject.message}});
  peer->Send(output.reject);
  peer->Finish();
}

void Server::Perform(const WatchReady& output) {
  ready_probe_.Watch(output.number, output.port);
}

}  // namespace hawser::agent
