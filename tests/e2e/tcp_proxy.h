// A TCP proxy on loopback whose connections a test cuts.
#pragma once

#include <atomic>
#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "lib/net/socket.h"

namespace hawser::e2e {

/// Passes every connection on to one place until told to cut them all.
class TcpProxy {
 public:
  /// Listens on a free port of 127.0.0.1 and forwards to `host`:`port`.
  TcpProxy(std::string host, uint16_t port);
  ~TcpProxy();
  TcpProxy(const TcpProxy&) = delete;
  TcpProxy& operator=(const TcpProxy&) = delete;

  uint16_t port() const { return listener_.port; }

  /// Cuts all connections, once, in the middle of the byte stream: after `bytes` more bytes from
  /// clients.
  void CutAfter(int64_t bytes);
  /// How often connections were cut.
  int cuts() const { return cuts_; }

 private:
  struct Connection {
    std::unique_ptr<net::ByteStream> client;
    std::unique_ptr<net::ByteStream> server;
    std::jthread up;
    std::jthread down;
  };

  void Accept();
  void Forward(net::ByteStream& from, net::ByteStream& to, bool counted);
  /// How many of `size` bytes may still pass; cuts when that is fewer.
  bool Spend(int64_t size, int64_t& allowed);
  void CutAll();

  const std::string host_;
  const uint16_t server_port_;
  const net::TcpListener listener_;
  std::mutex mutex_;
  std::list<Connection> connections_;
  int64_t until_cut_ = -1;  ///< under mutex_; -1 when no cut is asked for
  std::atomic<int> cuts_ = 0;
  std::jthread acceptor_;
};

}  // namespace hawser::e2e
