// One queue in, one machine, and the effects it asks for.
#include "local-cli/forward/reverse_forwarder.h"

namespace hawser::cli {

namespace {

kube::ObjectKey SessionKey(const devsession::DevSession& session) {
  return {.ns = session.ns, .name = session.name};
}

}  // namespace

ReverseForwarder::ReverseForwarder(ReverseParts parts, const ReverseMachineOptions& options)
    : parts_(std::move(parts)),
      machine_(options),
      carriers_(
          parts_.dialer, MakeHello(wire::Role::kCarry, SessionKey(options.session)),
          [this](ReverseInput input) { inbox_.Push({.input = std::move(input)}); }, parts_.on_use),
      links_(parts_.dialer, MakeHello(wire::Role::kObserve, SessionKey(options.session)),
             [this](uint64_t link, ReverseInput input) {
               inbox_.Push({.link = link, .input = std::move(input)});
             }) {}

void ReverseForwarder::Tell(const SessionNews& news) {
  inbox_.Push({.input = std::visit([](const auto& what) { return ReverseInput(what); }, news)});
}

Status ReverseForwarder::Run(const std::stop_token& stop) {
  const std::stop_callback stopped(stop, [this] { inbox_.Push({.input = ReverseStopped{}}); });
  while (!done_) {
    const std::optional<Item> item = inbox_.Pop(machine_.WakeAt());
    if (item) {
      Take(*item);
    } else {
      Do(machine_.OnTick(parts_.clock.Now()));
    }
  }
  inbox_.Close();  // whoever waits to tell something is let go before it is waited for
  return *done_;
}

void ReverseForwarder::Take(const Item& item) {
  if (IsStale(item)) return;
  Do(machine_.Step(item.input, parts_.clock.Now()));
}

bool ReverseForwarder::IsStale(const Item& item) const {
  if (item.link == 0) return false;
  const auto is_current = [&](const auto& input) {
    if constexpr (requires { input.uid; }) return links_.IsCurrent(input.uid, item.link);
    return true;
  };
  return !std::visit(is_current, item.input);
}

void ReverseForwarder::Do(const ReverseMachine::Actions& actions) {
  for (const ReverseAction& action : actions) {
    std::visit([this](const auto& chosen) { Do(chosen); }, action);
  }
}

}  // namespace hawser::cli
