// A network with a delay and a bandwidth: a TCP relay on loopback that holds every byte back.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <thread>

#include "lib/base/clock.h"
#include "lib/base/result.h"
#include "lib/base/unique_fd.h"

namespace hawser::bench {

/// What lies between the ends.
struct NetworkPath {
  Duration each_way{};            ///< how much later arrives what either side sends
  uint64_t bytes_per_second = 0;  ///< each way, for all connections together; 0: no limit
};

/// Relays connections to one address. Connecting itself takes no round trip.
class NetworkRelay {
 public:
  /// Listens on a free port of 127.0.0.1. `host` is an IPv4 address.
  static Result<std::unique_ptr<NetworkRelay>> Start(const std::string& host, uint16_t port,
                                                     const NetworkPath& path);
  /// Closes all connections.
  ~NetworkRelay();
  NetworkRelay(const NetworkRelay&) = delete;
  NetworkRelay& operator=(const NetworkRelay&) = delete;

  uint16_t port() const { return port_; }

  /// Breaks every connection there is, within a millisecond; new ones are taken at once.
  void Cut() { cut_ = true; }

 private:
  NetworkRelay(UniqueFd listener, uint16_t port) : listener_(std::move(listener)), port_(port) {}

  UniqueFd listener_;
  uint16_t port_;
  std::atomic<bool> cut_ = false;
  std::jthread relay_;
};

}  // namespace hawser::bench
