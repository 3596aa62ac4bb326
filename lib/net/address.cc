// Socket addresses: literals in, text out, and unix paths.
#include "lib/net/address.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/un.h>

#include <cstddef>
#include <cstring>

namespace hawser::net {
namespace {

template <typename T>
Address From(const T& specific, socklen_t length = sizeof(T)) {
  Address address;
  std::memcpy(&address.storage, &specific, sizeof(T));
  address.length = length;
  return address;
}

template <typename T>
T As(const Address& address) {
  T specific;
  std::memcpy(&specific, &address.storage, sizeof(T));
  return specific;
}

}  // namespace

Result<Address> ParseAddress(const std::string& literal, uint16_t port) {
  sockaddr_in v4{};
  v4.sin_family = AF_INET;
  v4.sin_port = htons(port);
  if (::inet_pton(AF_INET, literal.c_str(), &v4.sin_addr) == 1) return From(v4);
  sockaddr_in6 v6{};
  v6.sin6_family = AF_INET6;
  v6.sin6_port = htons(port);
  if (::inet_pton(AF_INET6, literal.c_str(), &v6.sin6_addr) == 1) return From(v6);
  return InvalidArgumentError("\"" + literal + "\" is not an IP address");
}

Result<Address> UnixAddress(const std::string& path) {
  sockaddr_un local{};
  local.sun_family = AF_UNIX;
  if (path.empty() || path.size() >= sizeof(local.sun_path)) {
    return InvalidArgumentError("socket path " + path + " must have 1 to " +
                                std::to_string(sizeof(local.sun_path) - 1) + " bytes");
  }
  std::memcpy(local.sun_path, path.data(), path.size());
  return From(local, static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + path.size() + 1));
}

std::string AddressText(const Address& address) {
  char text[INET6_ADDRSTRLEN] = "";
  const std::string port = ":" + std::to_string(AddressPort(address));
  if (address.family() == AF_INET) {
    const auto v4 = As<sockaddr_in>(address);
    return ::inet_ntop(AF_INET, &v4.sin_addr, text, sizeof(text)) + port;
  }
  if (address.family() == AF_INET6) {
    const auto v6 = As<sockaddr_in6>(address);
    return std::string("[") + ::inet_ntop(AF_INET6, &v6.sin6_addr, text, sizeof(text)) + "]" + port;
  }
  return "unix socket";
}

uint16_t AddressPort(const Address& address) {
  if (address.family() == AF_INET) return ntohs(As<sockaddr_in>(address).sin_port);
  if (address.family() == AF_INET6) return ntohs(As<sockaddr_in6>(address).sin6_port);
  return 0;
}

}  // namespace hawser::net
