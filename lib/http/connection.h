// One served HTTP connection; internal to this folder.
#pragma once

#include <atomic>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <stop_token>

#include "lib/http/transport.h"

namespace hawser::http {

/// Reads requests and writes answers until either side ends. Run blocks its thread; the rest may be
/// called from another.
class Connection {
 public:
  /// `tls` is null for plain HTTP. `handler` and `tls` must outlive this.
  Connection(boost::asio::ip::tcp::socket socket, boost::asio::ssl::context* tls,
             const Handler& handler);

  void Run();
  /// Wakes Run, whatever it waits for.
  void Stop();
  /// Stops a connection whose next request is not complete in time.
  void StopIfOverdue(TimePoint now);
  bool done() const { return done_; }

 private:
  void Serve();
  template <typename Stream>
  void ServeRequests(Stream& stream);
  template <typename Stream, typename Message>
  bool Answer(Stream& stream, const Message& request);

  boost::asio::ip::tcp::socket socket_;
  boost::asio::ssl::context* const tls_;
  const Handler& handler_;
  std::stop_source stop_;
  std::atomic<Duration::rep>
      due_;  ///< when the request being read must be complete; zero while one is answered
  std::atomic<bool> done_ = false;
};

}  // namespace hawser::http
