// Connecting sockets with a deadline.
#include "lib/net/connect.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

#include <cerrno>

#include "lib/net/poll.h"
#include "lib/net/socket.h"

namespace hawser::net {
namespace {

void SetOption(int fd, int level, int name, int value) {
  ::setsockopt(fd, level, name, &value, sizeof(value));
}

}  // namespace

void TuneTcp(int fd) {
  SetOption(fd, IPPROTO_TCP, TCP_NODELAY, 1);
  SetOption(fd, SOL_SOCKET, SO_KEEPALIVE, 1);
  // A dead peer shows within about a minute: 30 s of silence, then three probes 10 s apart.
  SetOption(fd, IPPROTO_TCP, TCP_KEEPIDLE, 30);
  SetOption(fd, IPPROTO_TCP, TCP_KEEPINTVL, 10);
  SetOption(fd, IPPROTO_TCP, TCP_KEEPCNT, 3);
}

void LimitUnacknowledged(int fd, Duration limit) {
  const auto milliseconds = std::chrono::duration_cast<std::chrono::milliseconds>(limit).count();
  SetOption(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, static_cast<int>(milliseconds));
}

Result<UniqueFd> ConnectSocket(const Address& address, Deadline deadline,
                               const std::stop_token& stop) {
  UniqueFd fd(::socket(address.family(), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!fd.valid()) return ErrnoStatus(errno, "making a socket");
  if (address.family() != AF_UNIX) TuneTcp(fd.get());
  int error = ::connect(fd.get(), address.get(), address.length) == 0 ? 0 : errno;
  if (error == EINPROGRESS || error == EINTR) {
    HAWSER_RETURN_IF_ERROR(WaitFor(fd.get(), POLLOUT, deadline, stop));
    socklen_t size = sizeof(error);
    if (::getsockopt(fd.get(), SOL_SOCKET, SO_ERROR, &error, &size) != 0) error = errno;
  }
  if (error != 0) return ErrnoStatus(error, "connect");
  return fd;
}

Result<std::unique_ptr<ByteStream>> DialUnix(const std::string& path, Deadline deadline) {
  HAWSER_ASSIGN_OR_RETURN(const Address address, UnixAddress(path));
  Result<UniqueFd> fd = ConnectSocket(address, deadline);
  if (!fd.ok()) return fd.status().Annotate(path);
  return AdoptSocket(fd->Release(), path);
}

}  // namespace hawser::net
