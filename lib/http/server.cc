// Serves HTTP with one thread per connection, on Boost.Beast: cpprestsdk's listener cannot say
// which port it got for port 0 and keeps forty threads for it.
#include <poll.h>
#include <sys/socket.h>

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/ssl/context.hpp>
#include <cctype>
#include <list>
#include <thread>
#include <utility>

#include "lib/http/connection.h"
#include "lib/http/transport.h"

namespace hawser::http {
namespace {

namespace asio = boost::asio;
using Tcp = asio::ip::tcp;

constexpr size_t kMaxConnections = 256;
constexpr int kReapEveryMs = 1000;

/// A connection and the thread that serves it.
struct Worker {
  explicit Worker(Tcp::socket socket, asio::ssl::context* tls, const Handler& handler)
      : connection(std::move(socket), tls, handler), thread([this] { connection.Run(); }) {}
  ~Worker() { connection.Stop(); }

  Connection connection;
  std::jthread thread;  ///< last: joined first
};

class BeastServer final : public Server {
 public:
  BeastServer(std::unique_ptr<asio::ssl::context> tls, Handler handler)
      : tls_(std::move(tls)), handler_(std::move(handler)), acceptor_(io_) {}

  ~BeastServer() override {
    stopping_ = true;
    ::shutdown(acceptor_.native_handle(), SHUT_RDWR);  // wakes the accepting thread
  }

  void Start(const Tcp::endpoint& local) {
    acceptor_.open(local.protocol());
    acceptor_.set_option(asio::socket_base::reuse_address(true));
    if (local.protocol() == Tcp::v6()) acceptor_.set_option(asio::ip::v6_only(false));
    acceptor_.bind(local);
    acceptor_.listen();
    acceptor_.non_blocking(true);
    port_ = acceptor_.local_endpoint().port();
    thread_ = std::jthread([this] { Accept(); });
  }

  uint16_t port() const override { return port_; }

 private:
  void Accept() {
    while (!stopping_) {
      pollfd entry{.fd = acceptor_.native_handle(), .events = POLLIN, .revents = 0};
      ::poll(&entry, 1, kReapEveryMs);
      Reap();
      boost::system::error_code error;
      Tcp::socket socket = acceptor_.accept(error);
      if (error || workers_.size() >= kMaxConnections) continue;
      workers_.emplace_back(std::move(socket), tls_.get(), handler_);
    }
    for (Worker& worker : workers_) worker.connection.Stop();
    workers_.clear();
  }

  void Reap() {
    const TimePoint now = std::chrono::steady_clock::now();
    for (Worker& worker : workers_) worker.connection.StopIfOverdue(now);
    workers_.remove_if([](const Worker& worker) { return worker.connection.done(); });
  }

  const std::unique_ptr<asio::ssl::context> tls_;
  const Handler handler_;
  asio::io_context io_;
  Tcp::acceptor acceptor_;
  uint16_t port_ = 0;
  std::atomic<bool> stopping_ = false;
  std::list<Worker> workers_;  ///< of the accepting thread
  std::jthread thread_;        ///< last: joined first
};

std::unique_ptr<asio::ssl::context> MakeTls(const ServerOptions& options) {
  if (options.certificate.empty()) return nullptr;
  auto tls = std::make_unique<asio::ssl::context>(asio::ssl::context::tls_server);
  tls->set_options(asio::ssl::context::no_tlsv1 | asio::ssl::context::no_tlsv1_1);
  tls->use_certificate_chain(asio::buffer(options.certificate));
  tls->use_private_key(asio::buffer(options.key), asio::ssl::context::pem);
  if (!options.client_ca.empty()) {
    tls->add_certificate_authority(asio::buffer(options.client_ca));
    tls->set_verify_mode(asio::ssl::verify_peer | asio::ssl::verify_fail_if_no_peer_cert);
  }
  return tls;
}

}  // namespace

Result<std::unique_ptr<Server>> Serve(const ServerOptions& options, Handler handler) {
  const std::string where = options.address + ":" + std::to_string(options.port);
  try {
    const auto address = asio::ip::make_address(options.address);
    auto server = std::make_unique<BeastServer>(MakeTls(options), std::move(handler));
    server->Start(Tcp::endpoint(address, options.port));
    return server;
  } catch (const boost::system::system_error& error) {
    const bool taken = error.code() == asio::error::address_in_use;
    return Status(taken ? Code::kAlreadyExists : Code::kInvalidArgument,
                  "cannot serve on " + where + ": " + error.what());
  }
}

Result<std::unique_ptr<Server>> Serve(const std::string& address, uint16_t port, Handler handler) {
  return Serve(ServerOptions{.address = address, .port = port}, std::move(handler));
}

}  // namespace hawser::http
