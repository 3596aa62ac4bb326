// One thread for each way that is under way; whichever is not taken is cancelled.
#include "local-cli/cluster/session_dialer.h"

#include <algorithm>
#include <chrono>
#include <functional>
#include <optional>
#include <thread>
#include <utility>

#include "lib/base/bounded_queue.h"
#include "lib/devsession/devsession.h"
#include "lib/net/certificate.h"

namespace hawser::cli {

namespace {

using std::chrono::steady_clock;

/// The direct way is not waited for longer than this, not even when there is no other.
constexpr Duration kDirectPatience = std::chrono::seconds(3);

/// Why the agent was not trusted, or did not trust us, and how to get other keys.
Status KeysRefused(const Status& failure, const std::string& session) {
  if (failure.code() != Code::kUnauthenticated) return failure;
  const std::string secret = devsession::SecretName(session);
  return {failure.code(), failure.message() + "; the keys in Secret " + secret +
                              " are not this pod's: kubectl delete secret " + secret +
                              " lets the controller make new ones"};
}

/// The ways that are under way, each on a thread of its own, and what came of them.
class Attempts {
 public:
  using Stream = Result<std::unique_ptr<net::ByteStream>>;
  using Open = std::function<Stream(Way, const std::stop_token&)>;

  Attempts(const std::stop_token& stop, Open open)
      : open_(std::move(open)), stopped_(stop, [this] { over_.request_stop(); }) {}
  /// Cancels what is still under way, and waits for it.
  ~Attempts() { over_.request_stop(); }

  void Begin(Way way) {
    threads_.emplace_back([this, way] { arrivals_.Push({way, open_(way, over_.get_token())}); });
  }

  /// Waits for the next to end; nothing when none did in time.
  std::optional<Way> Await(TimePoint wake) {
    std::optional<std::pair<Way, Stream>> arrival = arrivals_.Pop(wake);
    if (!arrival) return std::nullopt;
    Of(arrival->first) = std::move(arrival->second);
    return arrival->first;
  }

  /// What came of it.
  Stream& Of(Way way) { return way == Way::kDirect ? direct_ : api_server_; }

 private:
  const Open open_;
  Stream direct_ = UnavailableError("not tried");
  Stream api_server_ = UnavailableError("not tried");
  BoundedQueue<std::pair<Way, Stream>> arrivals_{2};
  std::stop_source over_;
  const std::stop_callback<std::function<void()>> stopped_;
  std::vector<std::jthread> threads_;
};

DialedAgent Greetable(std::unique_ptr<net::ByteStream> stream, Way way) {
  return {std::make_unique<wire::Channel>(std::move(stream)), way == Way::kDirect};
}

}  // namespace

SessionDialer::SessionDialer(kube::Api& api, const Ways& ways, kube::ObjectKey session)
    : api_(api),
      ways_(ways),
      session_(std::move(session)),
      addresses_(std::make_shared<DirectAddresses>()) {}

Result<std::shared_ptr<net::TlsContext>> SessionDialer::Context() {
  const std::lock_guard lock(mutex_);
  if (context_ == nullptr) {
    HAWSER_ASSIGN_OR_RETURN(const net::TlsIdentity keys, ReadClientKeys(api_, session_));
    HAWSER_ASSIGN_OR_RETURN(context_, net::MakeTlsClientContext(keys));
  }
  return context_;
}

void SessionDialer::ForgetKeys() {
  const std::lock_guard lock(mutex_);
  context_ = nullptr;
}

Result<DialedAgent> SessionDialer::Dial(const std::string& pod, Deadline deadline,
                                        const std::stop_token& stop) {
  Goal goal{.pod = pod, .address = {}, .keys = nullptr, .deadline = deadline};
  HAWSER_ASSIGN_OR_RETURN(goal.keys, Context());
  if (ways_.direct != nullptr) {
    goal.address = addresses_->Find(pod, steady_clock::now()).value_or("");
  }
  if (!goal.address.empty()) return Race(goal, stop);
  HAWSER_ASSIGN_OR_RETURN(Stream stream, OpenTunnel(goal, stop));
  return Greetable(std::move(stream), Way::kApiServer);
}

Result<SessionDialer::Stream> SessionDialer::OpenTunnel(const Goal& goal,
                                                        const std::stop_token& stop) {
  auto tunnel = ways_.tunnel.Open({.ns = session_.ns, .name = goal.pod}, devsession::kAgentPort,
                                  goal.deadline, stop);
  if (!tunnel.ok()) return tunnel.status();
  auto encrypted = net::TlsConnect(std::move(tunnel).value(), goal.keys, net::kAgentServerName,
                                   goal.deadline, stop);
  if (!encrypted.ok()) return KeysRefused(encrypted.status(), session_.name);
  return encrypted;
}

/// Whoever listens there gets a greeting without secrets and must show the session's certificate;
/// only then does it see ours.
Result<SessionDialer::Stream> SessionDialer::OpenDirect(const Goal& goal,
                                                        const std::stop_token& stop) {
  const Deadline deadline = std::min(goal.deadline, In(kDirectPatience));
  HAWSER_ASSIGN_OR_RETURN(Stream plain,
                          ways_.direct->Open(goal.address, devsession::kAgentPort, deadline, stop));
  HAWSER_ASSIGN_OR_RETURN(Stream encrypted, net::TlsConnect(std::move(plain), goal.keys,
                                                            net::kAgentServerName, deadline, stop));
  return TellWhenBroken(std::move(encrypted), [addresses = addresses_, address = goal.address] {
    addresses->Rest(address, steady_clock::now());
  });
}

Result<DialedAgent> SessionDialer::Race(const Goal& goal, const std::stop_token& stop) {
  Attempts attempts(stop, [&](Way way, const std::stop_token& over) {
    return way == Way::kDirect ? OpenDirect(goal, over) : OpenTunnel(goal, over);
  });
  attempts.Begin(Way::kDirect);
  WayRace race(steady_clock::now());
  while (true) {
    const std::optional<Way> ended = attempts.Await(race.WakeAt());
    const TimePoint now = steady_clock::now();
    const WayRace::Advice advice = !ended                     ? race.OnTick(now)
                                   : attempts.Of(*ended).ok() ? race.OnOpened(*ended, now)
                                                              : race.OnFailed(*ended, now);
    if (advice.dial_api_server) attempts.Begin(Way::kApiServer);
    if (advice.give_up) return attempts.Of(Way::kApiServer).status();
    if (!advice.take) continue;
    if (*advice.take == Way::kApiServer) addresses_->Rest(goal.address, now);
    return Greetable(*std::move(attempts.Of(*advice.take)), *advice.take);
  }
}

}  // namespace hawser::cli
