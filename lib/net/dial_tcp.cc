// Dialling TCP by name. Apart from the other sockets because getaddrinfo has no place in a static
// binary.
#include <netdb.h>
#include <sys/socket.h>

#include <cstring>
#include <memory>

#include "lib/net/connect.h"
#include "lib/net/socket.h"

namespace hawser::net {
namespace {

using AddressList = std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)>;

Result<AddressList> LookUp(const std::string& host, uint16_t port) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_NUMERICSERV;
  addrinfo* found = nullptr;
  const int error = ::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found);
  if (error != 0) return UnavailableError("cannot look up " + host + ": " + ::gai_strerror(error));
  return AddressList(found, &::freeaddrinfo);
}

Address ToAddress(const addrinfo& info) {
  Address address;
  std::memcpy(&address.storage, info.ai_addr, info.ai_addrlen);
  address.length = info.ai_addrlen;
  return address;
}

/// "host:port", with an IPv6 literal in brackets.
std::string HostPort(const std::string& host, uint16_t port) {
  const bool v6 = host.find(':') != std::string::npos;
  return (v6 ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

}  // namespace

Result<UniqueFd> ConnectTcp(const std::string& host, uint16_t port, Deadline deadline,
                            const std::stop_token& stop) {
  HAWSER_ASSIGN_OR_RETURN(const AddressList list, LookUp(host, port));
  Status last = UnavailableError("no address");
  for (const addrinfo* info = list.get(); info != nullptr; info = info->ai_next) {
    Result<UniqueFd> fd = ConnectSocket(ToAddress(*info), deadline, stop);
    if (fd.ok()) return fd;
    last = fd.status();
    if (last.code() == Code::kDeadlineExceeded || last.code() == Code::kCancelled) break;
  }
  return last.Annotate(HostPort(host, port));
}

Result<std::unique_ptr<ByteStream>> DialTcp(const std::string& host, uint16_t port,
                                            Deadline deadline) {
  HAWSER_ASSIGN_OR_RETURN(UniqueFd fd, ConnectTcp(host, port, deadline));
  return AdoptSocket(fd.Release(), HostPort(host, port));
}

}  // namespace hawser::net
