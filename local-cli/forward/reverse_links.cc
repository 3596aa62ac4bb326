// Dials, then hears until the end. A link that is left is waited for when it has ended, so that the
// one thread never waits for a place in its own inbox.
#include "local-cli/forward/reverse_links.h"

#include <utility>

namespace hawser::cli {

namespace {

constexpr Duration kReachPatience = std::chrono::seconds(10);
constexpr Duration kTellPatience = std::chrono::seconds(5);

}  // namespace

ReverseLinks::ReverseLinks(AgentDialer& dialer, wire::Hello hello, Sink sink)
    : dialer_(dialer), hello_(std::move(hello)), sink_(std::move(sink)) {}

ReverseLinks::~ReverseLinks() {
  while (!links_.empty()) Leave(links_.begin()->first);
}

void ReverseLinks::Reach(const ReachAgent& action) {
  Leave(action.uid);
  auto link = std::make_unique<Link>();
  link->number = ++last_;
  link->thread = std::jthread([this, &link = *link, action](const std::stop_token& stop) {
    Run(link, action, stop);
    link.done = true;
  });
  links_[action.uid] = std::move(link);
}

void ReverseLinks::Leave(const std::string& uid) {
  Forget();
  const auto found = links_.find(uid);
  if (found == links_.end()) return;
  found->second->thread.request_stop();
  leaving_.push_back(std::move(found->second));
  links_.erase(found);
}

void ReverseLinks::Forget() {
  leaving_.remove_if([](const std::unique_ptr<Link>& link) { return link->done.load(); });
}

void ReverseLinks::Tell(const TellAgent& action) {
  const auto found = links_.find(action.uid);
  if (found == links_.end()) return;
  std::unique_lock lock(found->second->mutex);
  const std::shared_ptr<wire::Channel> channel = found->second->channel;
  lock.unlock();
  if (channel != nullptr) (void)channel->Send(action.message, In(kTellPatience));
}

bool ReverseLinks::IsCurrent(const std::string& uid, uint64_t link) const {
  const auto found = links_.find(uid);
  return found != links_.end() && found->second->number == link;
}

void ReverseLinks::Run(Link& link, const ReachAgent& action, const std::stop_token& stop) {
  const Status end = Hear(link, action, stop);
  sink_(link.number, AgentLost{.uid = action.uid, .reason = end});
}

Status ReverseLinks::Hear(Link& link, const ReachAgent& action, const std::stop_token& stop) {
  HAWSER_ASSIGN_OR_RETURN(AgentConnection connection,
                          ConnectAgent(dialer_, action.pod, hello_, In(kReachPatience), stop));
  const std::shared_ptr<wire::Channel> channel = std::move(connection.channel);
  const std::stop_callback cut(stop, [&] { channel->Close(); });
  {
    const std::lock_guard lock(link.mutex);
    link.channel = channel;
  }
  sink_(link.number, AgentReached{.uid = action.uid,
                                  .agent_version = std::move(connection.welcome.agent_version)});
  while (true) {
    HAWSER_ASSIGN_OR_RETURN(wire::Message message, channel->Receive(kNoDeadline));
    if (const auto* reject = std::get_if<wire::Reject>(&message)) return RejectStatus(*reject);
    sink_(link.number, AgentSaid{.uid = action.uid, .message = std::move(message)});
  }
}

}  // namespace hawser::cli
