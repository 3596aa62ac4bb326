// Socket addresses: literals in, text out, and unix paths.
#pragma once

#include <sys/socket.h>

#include <cstdint>
#include <string>

#include "lib/base/result.h"

namespace hawser::net {

/// A socket address of any family.
struct Address {
  sockaddr_storage storage{};
  socklen_t length = 0;

  sockaddr* get() { return reinterpret_cast<sockaddr*>(&storage); }
  const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage); }
  int family() const { return storage.ss_family; }
};

/// From an IPv4 or IPv6 literal; invalid_argument otherwise.
Result<Address> ParseAddress(const std::string& literal, uint16_t port);

/// For a unix socket; invalid_argument when the path does not fit into sockaddr_un.
Result<Address> UnixAddress(const std::string& path);

/// "10.0.0.7:80", "[::1]:80".
std::string AddressText(const Address& address);

/// The port of an IP address, else 0.
uint16_t AddressPort(const Address& address);

}  // namespace hawser::net
