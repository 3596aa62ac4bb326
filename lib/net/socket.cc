// Byte streams over connected sockets. The descriptor lives until the destructor, so that Close on
// another thread never races with its reuse; shutdown(2) is what wakes blocked calls.
#include "lib/net/socket.h"

#include <poll.h>
#include <sys/socket.h>

#include <atomic>
#include <cassert>
#include <cerrno>
#include <utility>

#include "lib/base/unique_fd.h"
#include "lib/net/poll.h"

namespace hawser::net {
namespace {

class SocketStream final : public ByteStream {
 public:
  SocketStream(UniqueFd fd, std::string peer) : fd_(std::move(fd)), peer_(std::move(peer)) {}

  Result<size_t> Read(std::span<char> out, Deadline deadline) override {
    assert(!out.empty());
    while (!closed_) {
      const ssize_t count = ::recv(fd_.get(), out.data(), out.size(), MSG_DONTWAIT);
      if (closed_) break;
      if (count >= 0) return static_cast<size_t>(count);
      if (errno == EINTR) continue;
      if (errno != EAGAIN) return Broken(errno);
      if (const Status status = WaitFor(fd_.get(), POLLIN, deadline); !status.ok()) {
        return status.Annotate(peer_);
      }
    }
    return ClosedHere();
  }

  Status Write(std::string_view data, Deadline deadline) override {
    while (!data.empty()) {
      if (closed_) return ClosedHere();
      const ssize_t count =
          ::send(fd_.get(), data.data(), data.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
      if (count >= 0) {
        data.remove_prefix(static_cast<size_t>(count));
        continue;
      }
      if (errno == EINTR) continue;
      if (errno != EAGAIN) return closed_ ? ClosedHere() : Broken(errno);
      HAWSER_RETURN_IF_ERROR(WaitFor(fd_.get(), POLLOUT, deadline).Annotate(peer_));
    }
    return OkStatus();
  }

  bool HasHalves() const override { return true; }
  void EndWrite() override { ::shutdown(fd_.get(), SHUT_WR); }

  void Close() override {
    if (!closed_.exchange(true)) ::shutdown(fd_.get(), SHUT_RDWR);
  }

  /// Dissolving the association of a TCP socket (connect(2)) resets the connection at once and
  /// wakes whoever waits; on a unix socket it does nothing.
  void Abort() override {
    if (closed_.exchange(true)) return;
    const sockaddr none{.sa_family = AF_UNSPEC, .sa_data = {}};
    (void)::connect(fd_.get(), &none, sizeof(none));
    ::shutdown(fd_.get(), SHUT_RDWR);
  }

  std::string Peer() const override { return peer_; }

 private:
  Status ClosedHere() const {
    return CancelledError("the connection to " + peer_ + " was closed here");
  }
  /// Whatever broke a connection, a new one may work.
  Status Broken(int error) const {
    return UnavailableError(ErrnoStatus(error, "the connection to " + peer_ + " broke").message());
  }

  const UniqueFd fd_;
  const std::string peer_;
  std::atomic<bool> closed_ = false;
};

}  // namespace

std::unique_ptr<ByteStream> AdoptSocket(int fd, std::string peer) {
  return std::make_unique<SocketStream>(UniqueFd(fd), std::move(peer));
}

}  // namespace hawser::net
