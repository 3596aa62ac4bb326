// Listening on TCP and unix sockets. As with streams, the descriptor lives until the destructor and
// shutdown(2) wakes Accept.
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <utility>

#include "lib/base/unique_fd.h"
#include "lib/net/address.h"
#include "lib/net/connect.h"
#include "lib/net/poll.h"
#include "lib/net/socket.h"

namespace hawser::net {
namespace {

constexpr int kBacklog = 128;

class SocketListener final : public Listener {
 public:
  SocketListener(UniqueFd fd, std::string path) : fd_(std::move(fd)), path_(std::move(path)) {}
  ~SocketListener() override {
    if (!path_.empty()) ::unlink(path_.c_str());
  }

  Result<std::unique_ptr<ByteStream>> Accept(Deadline deadline) override {
    while (!closed_) {
      Address peer;
      peer.length = sizeof(peer.storage);
      UniqueFd fd(::accept4(fd_.get(), peer.get(), &peer.length, SOCK_NONBLOCK | SOCK_CLOEXEC));
      if (closed_) break;
      if (fd.valid()) return Adopt(std::move(fd), peer);
      if (errno == EINTR || errno == ECONNABORTED) continue;
      if (errno != EAGAIN) return ErrnoStatus(errno, "accepting a connection");
      HAWSER_RETURN_IF_ERROR(WaitFor(fd_.get(), POLLIN, deadline));
    }
    return CancelledError("the listener was closed here");
  }

  void Close() override {
    if (!closed_.exchange(true)) ::shutdown(fd_.get(), SHUT_RDWR);
  }

 private:
  static std::unique_ptr<ByteStream> Adopt(UniqueFd fd, const Address& peer) {
    const bool tcp = peer.family() != AF_UNIX;
    if (tcp) TuneTcp(fd.get());
    return AdoptSocket(fd.Release(), tcp ? AddressText(peer) : "unix socket peer");
  }

  const UniqueFd fd_;
  const std::string path_;  ///< of a unix socket, removed at the end
  std::atomic<bool> closed_ = false;
};

Result<UniqueFd> Bind(const Address& address) {
  UniqueFd fd(::socket(address.family(), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!fd.valid()) return ErrnoStatus(errno, "making a socket");
  const int on = 1;
  ::setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
  if (::bind(fd.get(), address.get(), address.length) != 0) return ErrnoStatus(errno, "bind");
  return fd;
}

/// Removes a socket file that nobody listens on any more.
Status RemoveDeadSocket(const std::string& path, const Address& address) {
  struct stat info {};
  if (::lstat(path.c_str(), &info) != 0) return OkStatus();
  if (!S_ISSOCK(info.st_mode)) return AlreadyExistsError(path + " exists and is not a socket");
  if (ConnectSocket(address, In(std::chrono::seconds(1))).ok()) {
    return AlreadyExistsError(path + " is in use by another process");
  }
  if (::unlink(path.c_str()) != 0 && errno != ENOENT) return ErrnoStatus(errno, "removing " + path);
  return OkStatus();
}

}  // namespace

Result<TcpListener> ListenTcp(const std::string& address, uint16_t port) {
  HAWSER_ASSIGN_OR_RETURN(Address local, ParseAddress(address, port));
  Result<UniqueFd> fd = Bind(local);
  if (!fd.ok()) return fd.status().Annotate(AddressText(local));
  if (::listen(fd->get(), kBacklog) != 0)
    return ErrnoStatus(errno, AddressText(local) + ": listen");
  local.length = sizeof(local.storage);
  if (::getsockname(fd->get(), local.get(), &local.length) != 0) {
    return ErrnoStatus(errno, "reading the listener's port");
  }
  return TcpListener{.listener = std::make_unique<SocketListener>(std::move(*fd), ""),
                     .port = AddressPort(local)};
}

Result<std::unique_ptr<Listener>> ListenUnix(const std::string& path, mode_t mode) {
  HAWSER_ASSIGN_OR_RETURN(const Address address, UnixAddress(path));
  HAWSER_RETURN_IF_ERROR(RemoveDeadSocket(path, address));
  Result<UniqueFd> fd = Bind(address);
  if (!fd.ok()) return fd.status().Annotate(path);
  if (::chmod(path.c_str(), mode) != 0) return ErrnoStatus(errno, "setting the mode of " + path);
  if (::listen(fd->get(), kBacklog) != 0) return ErrnoStatus(errno, path + ": listen");
  return std::make_unique<SocketListener>(std::move(*fd), path);
}

}  // namespace hawser::net
