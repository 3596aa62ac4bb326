// Who listens on a port of this machine, as far as the kernel tells this user.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace hawser::cli {

/// A listening socket as a line of /proc/net/tcp or tcp6 tells.
struct ListeningSocket {
  uint64_t inode = 0;
  uint32_t uid = 0;
  bool operator==(const ListeningSocket&) const = default;
};

/// The sockets that listen on `port`, on whatever address; `table` is the text of /proc/net/tcp or
/// tcp6. Lines of another form are passed over.
std::vector<ListeningSocket> ParseListening(std::string_view table, uint16_t port);

/// "python3 (process 4711)" for a process that this user may look at, else "a process of user bob";
/// "" when nobody seems to listen. Printable.
std::string PortOwner(uint16_t port);

}  // namespace hawser::cli
