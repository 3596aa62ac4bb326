// The target first: when nothing answers there, the pod is told at once and no tunnel is opened.
#include "local-cli/forward/carriers.h"

#include <utility>

#include "lib/net/connect.h"
#include "lib/net/relay.h"
#include "lib/net/socket.h"
#include "lib/wire/carried_stream.h"

namespace hawser::cli {

namespace {

constexpr Duration kTargetPatience = std::chrono::seconds(5);
constexpr Duration kStreamPatience = std::chrono::seconds(10);

Result<std::unique_ptr<net::ByteStream>> DialTarget(const ReverseRequest& target,
                                                    const std::stop_token& stop) {
  HAWSER_ASSIGN_OR_RETURN(UniqueFd fd,
                          net::ConnectTcp(target.host, target.local, In(kTargetPatience), stop));
  return net::AdoptSocket(fd.Release(), TargetText(target));
}

}  // namespace

Carriers::Carriers(AgentDialer& dialer, wire::Hello hello, Sink sink, std::function<void()> on_use)
    : dialer_(dialer),
      hello_(std::move(hello)),
      sink_(std::move(sink)),
      on_use_(std::move(on_use)) {}

Carriers::~Carriers() {
  for (const auto& [id, carrier] : carriers_) carrier->thread.request_stop();
}

void Carriers::Begin(const BeginCarry& action) {
  Forget();
  auto carrier = std::make_unique<Carrier>();
  carrier->thread = std::jthread([this, &carrier = *carrier, action](const std::stop_token& stop) {
    Run(action, stop);
    carrier.done = true;
  });
  carriers_[action.carry] = std::move(carrier);
}

void Carriers::Drop(CarryId id) {
  if (const auto found = carriers_.find(id); found != carriers_.end()) {
    found->second->thread.request_stop();
  }
}

void Carriers::Forget() {
  std::erase_if(carriers_, [](const auto& entry) { return entry.second->done.load(); });
}

Result<std::shared_ptr<wire::Channel>> Carriers::OpenStream(const BeginCarry& action,
                                                            const std::stop_token& stop) {
  const Deadline deadline = In(kStreamPatience);
  HAWSER_ASSIGN_OR_RETURN(DialedAgent dialed, dialer_.Dial(action.pod, deadline, stop));
  const std::shared_ptr<wire::Channel> channel = std::move(dialed.channel);
  const std::stop_callback cancel(stop, [&] { channel->Close(); });
  // Both at once, which saves a round trip.
  HAWSER_RETURN_IF_ERROR(
      channel->SendAll({hello_, wire::CarryRequest{.id = action.arrival}}, deadline));
  while (true) {
    HAWSER_ASSIGN_OR_RETURN(const wire::Message answer, channel->Receive(deadline));
    if (const auto* reject = std::get_if<wire::Reject>(&answer)) return RejectStatus(*reject);
    if (const auto* reply = std::get_if<wire::CarryReply>(&answer)) {
      if (!reply->trouble.empty()) return UnavailableError(reply->trouble);
      return channel;
    }
    if (!std::holds_alternative<wire::Welcome>(answer)) {
      return DataLossError("the agent did not answer what it was asked");
    }
  }
}

void Carriers::Run(const BeginCarry& action, const std::stop_token& stop) {
  const CarryId id = action.carry;
  if (on_use_) on_use_();
  const Result<std::unique_ptr<net::ByteStream>> target = DialTarget(action.target, stop);
  if (!target.ok()) return sink_(TargetMissed{.carry = id, .reason = target.status()});
  Result<std::shared_ptr<wire::Channel>> channel = OpenStream(action, stop);
  if (!channel.ok()) {
    (*target)->Abort();
    return sink_(CarryFailed{.carry = id, .reason = channel.status()});
  }
  wire::CarriedStream pod(*std::move(channel), true);
  const std::stop_callback cut(stop, [&] {
    (*target)->Abort();
    pod.Close();
  });
  sink_(CarryBegun{id});
  const net::RelayResult result = net::Relay(**target, pod, {.on_carried = on_use_});
  sink_(CarryEnded{.carry = id, .result = result});
}

}  // namespace hawser::cli
