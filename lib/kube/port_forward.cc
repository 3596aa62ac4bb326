// Port-forward over WebSocket: framing, and opening one through the API server.
#include "lib/kube/port_forward.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include "lib/base/text.h"
#include "lib/kube/client_options.h"
#include "lib/kube/config.h"
#include "lib/kube/paths.h"

namespace hawser::kube {
namespace {

constexpr char kDataChannel = 0;
constexpr char kErrorChannel = 1;
constexpr size_t kMaxPiece = 64U << 10;  // of data in one message
constexpr size_t kMaxError = 1024;       // of the kubelet's message

class PortForwardStream final : public net::ByteStream {
 public:
  PortForwardStream(std::unique_ptr<net::WebSocket> socket, uint16_t port, std::string peer)
      : socket_(std::move(socket)), port_(port), peer_(std::move(peer)) {}

  ~PortForwardStream() override { socket_->Close(); }

  Result<size_t> Read(std::span<char> out, Deadline deadline) override {
    while (unread_.empty()) {
      HAWSER_RETURN_IF_ERROR(Receive(deadline));
      if (ended_) return size_t{0};
    }
    const size_t count = std::min(out.size(), unread_.size());
    std::memcpy(out.data(), unread_.data(), count);
    unread_.remove_prefix(count);
    return count;
  }

  Status Write(std::string_view data, Deadline deadline) override {
    while (!data.empty()) {
      const std::string_view piece = data.substr(0, kMaxPiece);
      HAWSER_RETURN_IF_ERROR(socket_->Send({&kDataChannel, 1}, piece, deadline));
      data.remove_prefix(piece.size());
    }
    return OkStatus();
  }

  void Close() override { socket_->Close(); }
  std::string Peer() const override { return peer_; }

 private:
  // Takes the next message in; `unread_` may stay empty.
  Status Receive(Deadline deadline) {
    Result<std::string> message = socket_->Receive(deadline);
    if (!message.ok()) {
      ended_ = socket_->EndedWell();
      return ended_ ? OkStatus() : message.status();
    }
    message_ = *std::move(message);
    if (message_.empty()) return Broken("an empty message");
    const char channel = message_.front();
    const std::string_view body = std::string_view(message_).substr(1);
    if (channel != kDataChannel && channel != kErrorChannel) return Broken("an unknown channel");
    bool& announced = announced_[static_cast<unsigned char>(channel)];
    if (!std::exchange(announced, true)) return CheckPort(body);
    if (channel == kErrorChannel) {
      return UnavailableError(peer_ + ": " + Printable(Trim(body.substr(0, kMaxError))));
    }
    unread_ = body;
    return OkStatus();
  }

  Status CheckPort(std::string_view body) const {
    if (body.size() != 2) return Broken("no port at the start of a channel");
    const int port = static_cast<uint8_t>(body[0]) | static_cast<uint8_t>(body[1]) << 8;
    return port == port_ ? OkStatus() : Broken("another port than was asked for");
  }

  Status Broken(const std::string& what) const {
    return DataLossError(peer_ + ": the port-forward sent " + what);
  }

  std::unique_ptr<net::WebSocket> socket_;
  const uint16_t port_;
  const std::string peer_;
  std::array<bool, 2> announced_{};  // the channels whose port has come
  bool ended_ = false;               // in good order, after all that came before was read
  std::string message_;
  std::string_view unread_;  // into message_
};

// Connects with the token of `tokens` (may be null), and once more with a new one when that is
// refused.
Result<std::unique_ptr<net::WebSocket>> Connect(net::WebSocketOptions& options, TokenSource* tokens,
                                                Deadline deadline, const std::stop_token& stop) {
  const auto connect = [&](const std::string& token) {
    if (!token.empty()) options.headers["Authorization"] = "Bearer " + token;
    return net::ConnectWebSocket(options, deadline, stop);
  };
  if (tokens == nullptr) return connect({});
  HAWSER_ASSIGN_OR_RETURN(const std::string token, tokens->Token());
  Result<std::unique_ptr<net::WebSocket>> socket = connect(token);
  if (socket.status().code() != Code::kUnauthenticated) return socket;
  tokens->Invalidate(token);
  HAWSER_ASSIGN_OR_RETURN(const std::string renewed, tokens->Token());
  return renewed == token ? std::move(socket) : connect(renewed);
}

}  // namespace

std::unique_ptr<net::ByteStream> MakePortForwardStream(std::unique_ptr<net::WebSocket> socket,
                                                       uint16_t port, std::string peer) {
  return std::make_unique<PortForwardStream>(std::move(socket), port, std::move(peer));
}

Result<std::unique_ptr<net::ByteStream>> OpenPortForward(const ClusterConfig& config,
                                                         const ObjectKey& pod, uint16_t port,
                                                         Deadline deadline,
                                                         const std::stop_token& stop) {
  HAWSER_ASSIGN_OR_RETURN(const ServerAddress server, ParseServer(config.server));
  net::WebSocketOptions options{.host = server.host,
                                .port = server.port,
                                .path = server.prefix +
                                        ObjectPath(resources::kPods, pod, "portforward") +
                                        Query({{"ports", std::to_string(port)}}),
                                .subprotocol = "v4.channel.k8s.io",
                                .headers = {{"User-Agent", "hawser"}},
                                .tls = server.tls,
                                .ca = config.ca,
                                .certificate = config.client_cert,
                                .key = config.client_key,
                                .server_name = config.tls_server_name,
                                .insecure = config.insecure};
  const std::shared_ptr<TokenSource> tokens = TokensOf(config);
  Result<std::unique_ptr<net::WebSocket>> socket = Connect(options, tokens.get(), deadline, stop);
  if (!socket.ok()) return socket.status().Annotate("port-forward to pod " + pod.ToString());
  return MakePortForwardStream(*std::move(socket), port,
                               "pod " + pod.ToString() + " through the API server");
}

}  // namespace hawser::kube
