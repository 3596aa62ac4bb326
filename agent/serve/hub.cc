// Clients, supervisor and what each may ask; batches are in hub_batches.cc.
#include "agent/serve/hub.h"

#include <algorithm>
#include <utility>

#include "agent/serve/greeting.h"
#include "lib/base/memory.h"
#include "lib/sync/tree/answer.h"

namespace hawser::agent {
namespace {

constexpr size_t kManyChanges = 1000;

template <typename... Handlers>
struct Overloaded : Handlers... {
  using Handlers::operator()...;
};
template <typename... Handlers>
Overloaded(Handlers...) -> Overloaded<Handlers...>;

}  // namespace

Hub::Hub(HubOptions options, ConfirmedState& confirmed, const Clock& clock)
    : options_(std::move(options)),
      confirmed_(confirmed),
      clock_(clock),
      restarts_(options_.restart_record) {
  app_.app = wire::AppState::kNoSupervisor;
}

std::vector<HubOutput> Hub::Step(const HubInput& input) {
  outputs_.clear();
  std::visit([this](const auto& event) { On(event); }, input);
  return std::move(outputs_);
}

void Hub::Tidy() {
  // A batch that is being read, and one that is not applied yet, may need what looks old.
  if (!untidy_ || !applying_.empty() || receiving_) return;
  confirmed_.CollectGarbage();
  if (untidy_changes_ >= kManyChanges)
    ReturnFreeMemory();  // a first sync takes far more than what stays
  untidy_changes_ = 0;
  untidy_ = false;
}

void Hub::Rest() {
  const bool busy = receiving_ || !applying_.empty();
  rest_at_ = busy ? clock_.Now() + kRestAfter : kNoDeadline;
  if (busy) return;
  confirmed_.Rest();
  ReturnFreeMemory();
  ReturnProgramPages();
}

void Hub::On(const ClientOpened& input) {
  const wire::Hello& hello = input.hello;
  if (auto reject = RefuseHello(hello, options_.session, options_.version)) {
    return Refuse(input.peer, reject->reason, std::move(reject->message));
  }
  if (hello.role == wire::Role::kPush) {
    const std::optional<PeerId> before = pusher_;
    SetPusher(input.peer);
    if (before) {
      Refuse(*before, wire::RejectReason::kSuperseded,
             "superseded by " + hello.identity + ", which pushes now");
    }
  }
  clients_[input.peer] = {.role = hello.role, .identity = hello.identity};
  Reply(input.peer, wire::Welcome{.version = AgreedVersion(hello),
                                  .agent_version = options_.version,
                                  .pod = options_.pod,
                                  .tree = confirmed_.digest(),
                                  .last_batch = confirmed_.state().last_batch,
                                  .config_generation = confirmed_.state().configure.generation,
                                  .app = app_.app});
}

void Hub::On(const ClientMessage& input) {
  if (!clients_.contains(input.peer)) return;  // refused already; what was under way is void
  const PeerId peer = input.peer;
  const auto by_pusher = [&](const auto& act) {
    if (pusher_ == peer) return act();
    Refuse(peer, wire::RejectReason::kProtocol,
           "only a client that said it pushes may change anything");
  };
  std::visit(
      Overloaded{
          [&](const wire::TreeRequest&) {
            ReplyAll(peer, sync::AnswerTree(confirmed_.state().tree));
          },
          [&](const wire::NodesRequest& request) {
            ReplyAll(peer, sync::AnswerNodes(confirmed_.state().tree, request));
          },
          [&](const wire::StatusRequest&) { Reply(peer, CurrentStatus()); },
          [&](const wire::RestartRequest&) { OnRestartRequest(peer); },
          [&](const wire::PullList& request) {
            OnPullRequest<wire::PullList, wire::PullListing>(peer, request);
          },
          [&](const wire::PullRead& request) {
            OnPullRequest<wire::PullRead, wire::PullPiece>(peer, request);
          },
          [&](const wire::SumsRequest& request) {
            by_pusher([&] { OnSumsRequest(peer, request); });
          },
          [&](const wire::RangeSumsRequest& request) {
            by_pusher([&] { OnSumsRequest(peer, request); });
          },
          [&](const wire::Configure& configure) { by_pusher([&] { OnConfigure(configure); }); },
          [&](const wire::BatchBegin&) { by_pusher([&] { OnBatchMessage(peer, input.message); }); },
          [&](const wire::Changes&) { by_pusher([&] { OnBatchMessage(peer, input.message); }); },
          [&](const wire::Data&) { by_pusher([&] { OnBatchMessage(peer, input.message); }); },
          [&](const wire::BatchEnd&) { by_pusher([&] { OnBatchMessage(peer, input.message); }); },
          [&](const auto&) {
            Refuse(peer, wire::RejectReason::kProtocol, "a client may not send this message here");
          },
      },
      input.message);
}

void Hub::On(const SupervisorOpened& input) {
  if (input.hello.version != wire::kProtocolVersion) {
    return Refuse(input.peer, wire::RejectReason::kVersion,
                  "agent and supervisor are of different releases");
  }
  if (supervisor_)
    Refuse(*supervisor_, wire::RejectReason::kSuperseded, "another supervisor connected");
  supervisor_ = input.peer;
  app_.app = wire::AppState::kStarting;
  const sync::AgentState& state = confirmed_.state();
  if (state.configure.generation > 0) Reply(input.peer, state.configure);
  Reply(input.peer, wire::PushState{.connected = pusher_.has_value()});
  // Without a batch there is nothing to look for, whatever the container holds.
  if (state.last_batch > 0 && input.hello.applied_tree != confirmed_.digest()) {
    Reply(input.peer, wire::ApplyRequest{
                          .number = state.last_batch, .steps = state.steps_due, .restart = true});
  }
}

void Hub::On(const SupervisorMessage& input) {
  if (supervisor_ != input.peer) return;
  std::visit(Overloaded{
                 [&](const wire::AppStatus& status) { app_ = status; },
                 [&](const wire::Progress& progress) {
                   const auto batch = applying_.find(progress.number);
                   if (batch != applying_.end())
                     ReplyProgress(batch->first, batch->second, progress.phase);
                 },
                 [&](const wire::StepOutput& output) {
                   const auto batch = applying_.find(output.number);
                   if (batch != applying_.end()) Reply(batch->second.peer, output);
                 },
                 [&](const wire::ApplyResult& result) { OnApplied(result); },
                 [&](const wire::ContainerState& state) { OnContainerState(state); },
                 [&](const wire::PullListing& listing) {
                   if (auto answer = pulls_.Route(listing)) outputs_.push_back(*std::move(answer));
                 },
                 [&](const wire::PullPiece& piece) {
                   if (auto answer = pulls_.Route(piece)) outputs_.push_back(*std::move(answer));
                 },
                 [&](const wire::RestartState& state) { Order(restarts_.OnState(state)); },
                 [&](const wire::RestartResult& result) {
                   if (restart_askers_.empty()) return;
                   Reply(restart_askers_.front(), result);
                   restart_askers_.pop_front();
                 },
                 [&](const wire::Reject& reject) {
                   Refuse(input.peer, wire::RejectReason::kProtocol,
                          "the supervisor ended the connection: " + reject.message);
                 },
                 [&](const auto&) {
                   Refuse(input.peer, wire::RejectReason::kProtocol,
                          "a supervisor may not send this message");
                 },
             },
             input.message);
}

void Hub::On(const ProbeMessage& input) {
  if (std::holds_alternative<wire::StatusRequest>(input.message))
    return Reply(input.peer, CurrentStatus());
  Refuse(input.peer, wire::RejectReason::kProtocol,
         "only a supervisor or a probe may connect here");
}

void Hub::On(const PeerClosed& input) {
  Drop(input.peer);
}

void Hub::On(const AppReady& input) {
  if (!awaiting_ready_ || awaiting_ready_->first != input.number) return;
  if (app_.app == wire::AppState::kRunning) {
    ReplyProgress(input.number, awaiting_ready_->second, wire::Phase::kReady);
  }
  awaiting_ready_.reset();
}

void Hub::On(const RestartWanted& input) {
  Order(restarts_.OnRequest(input.request));
}

void Hub::Order(std::optional<wire::RestartOrder> order) {
  if (order && supervisor_) Reply(*supervisor_, *std::move(order));
}

void Hub::OnRestartRequest(PeerId peer) {
  if (!supervisor_) {
    return Reply(peer,
                 wire::RestartResult{.ok = false, .message = "the app container is not running"});
  }
  restart_askers_.push_back(peer);
  Reply(*supervisor_, wire::RestartRequest{});
}

template <typename Request, typename Answer>
void Hub::OnPullRequest(PeerId peer, const Request& request) {
  if (!supervisor_) {
    return Reply(peer, Answer{.id = request.id, .trouble = "the app container is not running"});
  }
  std::optional<Request> passed_on = pulls_.Take(peer, request);
  if (!passed_on) {
    return Reply(peer, Answer{.id = request.id, .trouble = "too many requests at once"});
  }
  Reply(*supervisor_, *std::move(passed_on));
}

template <typename Replies>
void Hub::ReplyAll(PeerId peer, Replies replies) {
  for (auto& reply : replies) Reply(peer, std::move(reply));
}

void Hub::Refuse(PeerId peer, wire::RejectReason reason, std::string message) {
  outputs_.push_back(
      Close{.peer = peer, .reject = {.reason = reason, .message = std::move(message)}});
  Drop(peer);
}

void Hub::SetPusher(std::optional<PeerId> peer) {
  const bool changed = pusher_.has_value() != peer.has_value();
  pusher_ = peer;
  if (changed && supervisor_) {
    Reply(*supervisor_, wire::PushState{.connected = pusher_.has_value()});
  }
}

void Hub::Drop(PeerId peer) {
  clients_.erase(peer);
  pulls_.Forget(peer);
  if (pusher_ == peer) SetPusher(std::nullopt);
  if (receiving_ && receiving_->peer == peer) receiving_.reset();
  if (supervisor_ != peer) return;
  supervisor_.reset();
  restarts_.OnSupervisorGone();
  app_ = {.app = wire::AppState::kNoSupervisor};
  applied_tree_ = {};
  problems_.clear();
  for (const auto& [number, batch] : std::exchange(applying_, {})) {
    ReplyResult(batch.peer, number, wire::BatchOutcome::kNoSupervisor,
                "the app container went away while the batch was applied; it is applied when the "
                "container comes back");
  }
  for (Send& answer : pulls_.FailAll("the app container went away")) {
    outputs_.emplace_back(std::move(answer));
  }
  for (const PeerId asker : std::exchange(restart_askers_, {})) {
    Reply(asker, wire::RestartResult{.ok = false, .message = "the app container went away"});
  }
}

void Hub::Reply(PeerId peer, wire::Message message) {
  outputs_.push_back(Send{.peer = peer, .message = std::move(message)});
}

wire::StatusReply Hub::CurrentStatus() const {
  return {.app = app_.app,
          .pid = app_.pid,
          .restarts = app_.restarts,
          .last_exit = app_.last_exit,
          .tree = confirmed_.digest(),
          .last_batch = confirmed_.state().last_batch,
          .config_generation = confirmed_.state().configure.generation,
          .problems = problems_,
          .applied_tree = applied_tree_};
}

}  // namespace hawser::agent
