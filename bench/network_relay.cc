// One thread, all connections: bytes wait in a queue with the time they are due.
#include "bench/network_relay.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>

#include <algorithm>
#include <deque>
#include <list>
#include <vector>

namespace hawser::bench {
namespace {

constexpr size_t kPiece = 256 << 10;
/// Bytes on their way in one direction of a connection; the second where bandwidth is limited, as
/// routers hold little.
constexpr size_t kHeldLimit = 64 << 20;
constexpr size_t kHeldBySlowLink = 1 << 20;
constexpr auto kLook = std::chrono::milliseconds(1);

void MakeReady(int fd) {
  const int on = 1;
  ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
  ::fcntl(fd, F_SETFL, O_NONBLOCK);
}

/// One direction of the path, which all connections share.
class Lane {
 public:
  explicit Lane(const NetworkPath& path) : path_(path) {}

  size_t held_limit() const { return path_.bytes_per_second == 0 ? kHeldLimit : kHeldBySlowLink; }

  /// When the last of so many bytes arrives that are sent now.
  TimePoint Arrival(size_t bytes, TimePoint now) {
    if (path_.bytes_per_second == 0) return now + path_.each_way;
    const std::chrono::duration<double> takes(static_cast<double>(bytes) /
                                              static_cast<double>(path_.bytes_per_second));
    free_at_ = std::max(free_at_, now) + std::chrono::duration_cast<Duration>(takes);
    return free_at_ + path_.each_way;
  }

 private:
  const NetworkPath path_;
  TimePoint free_at_{};
};

/// One direction of a connection.
class Pipe {
 public:
  Pipe(int from, int to, Lane& lane) : from_(from), to_(to), lane_(lane) {}

  bool WantsToRead() const { return !ended_ && held_ < lane_.held_limit(); }
  bool WantsToWrite(TimePoint now) const { return !queue_.empty() && queue_.front().due <= now; }
  bool Done() const { return closed_; }
  TimePoint Due() const { return queue_.empty() ? TimePoint::max() : queue_.front().due; }

  /// Takes what arrived. False when the connection broke.
  bool Read(TimePoint now) {
    std::string bytes(kPiece, '\0');
    const ssize_t count = ::recv(from_, bytes.data(), bytes.size(), 0);
    if (count < 0) return errno == EAGAIN;
    ended_ = count == 0;
    bytes.resize(static_cast<size_t>(count));
    held_ += bytes.size();
    const TimePoint due = lane_.Arrival(bytes.size(), now);
    queue_.push_back({due, std::move(bytes)});
    return true;
  }

  /// Passes on what is due; an empty piece is the end. False when the connection broke.
  bool Write(TimePoint now) {
    while (WantsToWrite(now)) {
      std::string& bytes = queue_.front().bytes;
      if (bytes.empty()) {
        ::shutdown(to_, SHUT_WR);
        closed_ = true;
      } else if (!Send(bytes)) {
        return errno == EAGAIN;
      }
      if (bytes.empty()) queue_.pop_front();
    }
    return true;
  }

 private:
  struct Piece {
    TimePoint due;
    std::string bytes;
  };

  /// Sends some of `bytes` and takes it away.
  bool Send(std::string& bytes) {
    const ssize_t count = ::send(to_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (count < 0) return false;
    held_ -= static_cast<size_t>(count);
    bytes.erase(0, static_cast<size_t>(count));
    return true;
  }

  int from_, to_;
  Lane& lane_;
  std::deque<Piece> queue_;
  size_t held_ = 0;
  bool ended_ = false, closed_ = false;
};

struct Connection {
  Connection(UniqueFd near_end, UniqueFd far_end, Lane& there, Lane& back)
      : near(std::move(near_end)),
        far(std::move(far_end)),
        out(near.get(), far.get(), there),
        in(far.get(), near.get(), back) {}

  UniqueFd near, far;
  Pipe out, in;
};

/// What a descriptor is to be watched for.
short Events(const Pipe& reads, const Pipe& writes, TimePoint now) {
  return static_cast<short>((reads.WantsToRead() ? POLLIN : 0) |
                            (writes.WantsToWrite(now) ? POLLOUT : 0));
}

/// Moves what can be moved. False when the connection is over.
bool Move(Connection& connection, TimePoint now) {
  const auto read = [now](Pipe& pipe) { return !pipe.WantsToRead() || pipe.Read(now); };
  if (!read(connection.out) || !read(connection.in)) return false;
  if (!connection.out.Write(now) || !connection.in.Write(now)) return false;
  return !connection.out.Done() || !connection.in.Done();
}

UniqueFd Connect(const sockaddr_in& address) {
  UniqueFd fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const auto* generic = reinterpret_cast<const sockaddr*>(&address);
  if (!fd.valid() || ::connect(fd.get(), generic, sizeof(address)) != 0) return UniqueFd();
  return fd;
}

void Accept(int listener, const sockaddr_in& target, Lane& there, Lane& back,
            std::list<Connection>& connections) {
  UniqueFd near(::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC));
  if (!near.valid()) return;
  UniqueFd far = Connect(target);
  if (!far.valid()) return;
  MakeReady(near.get());
  MakeReady(far.get());
  connections.emplace_back(std::move(near), std::move(far), there, back);
}

/// Waits until something arrives, can be sent, or is due, a millisecond at most. True when there
/// is a new connection.
bool WaitForWork(int listener, const std::list<Connection>& connections) {
  const TimePoint now = std::chrono::steady_clock::now();
  Duration wait = kLook;
  std::vector<pollfd> watched = {{listener, POLLIN, 0}};
  for (const Connection& connection : connections) {
    watched.push_back({connection.near.get(), Events(connection.out, connection.in, now), 0});
    watched.push_back({connection.far.get(), Events(connection.in, connection.out, now), 0});
    for (const Pipe* pipe : {&connection.out, &connection.in})
      if (pipe->Due() > now) wait = std::min(wait, pipe->Due() - now);
  }
  const timespec limit = {0, std::chrono::nanoseconds(wait).count()};
  return ::ppoll(watched.data(), watched.size(), &limit, nullptr) > 0 &&
         (watched[0].revents & POLLIN) != 0;
}

void Relay(const std::stop_token& stop, int listener, const sockaddr_in& target,
           const NetworkPath& path, std::atomic<bool>& cut) {
  Lane there(path);
  Lane back(path);
  std::list<Connection> connections;
  while (!stop.stop_requested()) {
    if (WaitForWork(listener, connections)) Accept(listener, target, there, back, connections);
    if (cut.exchange(false)) connections.clear();
    const TimePoint now = std::chrono::steady_clock::now();
    connections.remove_if([now](Connection& connection) { return !Move(connection, now); });
  }
}

sockaddr_in Address(const std::string& host, uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  ::inet_pton(AF_INET, host.c_str(), &address.sin_addr);
  return address;
}

}  // namespace

Result<std::unique_ptr<NetworkRelay>> NetworkRelay::Start(const std::string& host, uint16_t port,
                                                          const NetworkPath& path) {
  UniqueFd listener(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  sockaddr_in own = Address("127.0.0.1", 0);
  socklen_t length = sizeof(own);
  auto* generic = reinterpret_cast<sockaddr*>(&own);
  if (!listener.valid() || ::bind(listener.get(), generic, length) != 0 ||
      ::listen(listener.get(), SOMAXCONN) != 0 ||
      ::getsockname(listener.get(), generic, &length) != 0) {
    return ErrnoStatus(errno, "listening on 127.0.0.1");
  }
  const int fd = listener.get();
  std::unique_ptr<NetworkRelay> proxy(new NetworkRelay(std::move(listener), ntohs(own.sin_port)));
  proxy->relay_ =
      std::jthread([fd, target = Address(host, port), path, &cut = proxy->cut_](
                       const std::stop_token& stop) { Relay(stop, fd, target, path, cut); });
  return proxy;
}

NetworkRelay::~NetworkRelay() = default;

}  // namespace hawser::bench
