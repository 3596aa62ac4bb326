// The stream inside a port-forward, against a WebSocket server that plays the API server.
#include "lib/kube/port_forward.h"

#include <gtest/gtest.h>

#include <mutex>

#include "lib/kube/config.h"
#include "tests/lib/kube/renewed_tokens.h"
#include "tests/support/websocket_server.h"

namespace hawser::kube {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::ServedWebSocket;
using testing::WebSocketServer;

constexpr uint16_t kPort = 0x1B58;  // 7000
constexpr char kData = 0;
constexpr char kError = 1;

std::string Message(char channel, const std::string& body) {
  return channel + body;
}

std::string PortBytes(uint16_t port) {
  return {static_cast<char>(port & 0xFF), static_cast<char>(port >> 8)};
}

/// The first messages of the server: each channel's port.
void Announce(ServedWebSocket& socket) {
  socket.Send(Message(kData, PortBytes(kPort)));
  socket.Send(Message(kError, PortBytes(kPort)));
}

class PortForwardTest : public ::testing::Test {
 protected:
  using Script = std::function<void(ServedWebSocket&)>;

  Result<std::unique_ptr<net::ByteStream>> Open(Script script, int refuse_with = 0) {
    server_ = std::make_unique<WebSocketServer>(
        testing::WebSocketServerOptions{.subprotocol = "v4.channel.k8s.io",
                                        .refuse_with = refuse_with,
                                        .refusal_body = R"({"message":"says no"})",
                                        .script = std::move(script)});
    config_.server = "http://127.0.0.1:" + std::to_string(server_->port()) + "/k8s/c1/";
    return OpenPortForward(config_, {"dev", "api-0"}, kPort, In(seconds(60)));
  }
  std::unique_ptr<net::ByteStream> MustOpen(Script script) {
    auto stream = Open(std::move(script));
    EXPECT_TRUE(stream.ok()) << stream.status();
    return *std::move(stream);
  }
  static Result<std::string> Read(net::ByteStream& stream, Duration limit = seconds(60)) {
    std::string buffer(1 << 20, '\0');
    HAWSER_ASSIGN_OR_RETURN(const size_t count, stream.Read(buffer, In(limit)));
    return buffer.substr(0, count);
  }
  // What Read says to these messages of the server.
  Status Failure(const std::vector<std::string>& messages) {
    const auto stream = MustOpen([messages](ServedWebSocket& socket) {
      for (const std::string& message : messages) socket.Send(message);
      socket.Receive();
    });
    return Read(*stream).status();
  }

  ClusterConfig config_;
  std::unique_ptr<WebSocketServer> server_;
};

TEST_F(PortForwardTest, AsksForThePodsPortAsTheUser) {
  std::map<std::string, std::string> headers;
  config_.token = "t0ken";
  const auto stream = MustOpen([&](ServedWebSocket& socket) {
    headers = socket.headers();
    Announce(socket);
    socket.Send(Message(kData, "ready"));
    socket.Receive();
  });
  EXPECT_EQ(*Read(*stream), "ready");
  EXPECT_EQ(headers[":path"], "/k8s/c1/api/v1/namespaces/dev/pods/api-0/portforward?ports=7000");
  EXPECT_EQ(headers["authorization"], "Bearer t0ken");
  EXPECT_EQ(headers["sec-websocket-protocol"], "v4.channel.k8s.io");
  EXPECT_EQ(stream->Peer(), "pod dev/api-0 through the API server");
}

TEST_F(PortForwardTest, CarriesBytesBothWays) {
  const auto stream = MustOpen([](ServedWebSocket& socket) {
    Announce(socket);
    socket.Send(Message(kData, ""));
    while (const std::optional<std::string> message = socket.Receive()) socket.Send(*message);
  });
  std::string sent;
  for (int i = 0; i < 200'000; ++i) sent += static_cast<char>(i % 251);
  ASSERT_TRUE(stream->Write(sent, In(seconds(60))).ok());
  std::string received;
  while (received.size() < sent.size()) {
    const Result<std::string> more = Read(*stream);
    ASSERT_TRUE(more.ok()) << more.status();
    received += *more;
  }
  EXPECT_TRUE(received == sent);
}

TEST_F(PortForwardTest, HandsOutAMessageInPieces) {
  const auto stream = MustOpen([](ServedWebSocket& socket) {
    Announce(socket);
    socket.Send(Message(kData, "abc"));
    socket.Receive();
  });
  std::string two(2, '\0');
  EXPECT_EQ(*stream->Read(two, In(seconds(60))), 2U);
  EXPECT_EQ(two, "ab");
  EXPECT_EQ(*Read(*stream), "c");
}

TEST_F(PortForwardTest, StaysUsableWhenNothingComesInTime) {
  const auto stream = MustOpen([](ServedWebSocket& socket) {
    Announce(socket);
    if (socket.Receive()) socket.Send(Message(kData, "late"));
    socket.Receive();
  });
  EXPECT_EQ(Read(*stream, milliseconds(20)).status().code(), Code::kDeadlineExceeded);
  ASSERT_TRUE(stream->Write("go", In(seconds(60))).ok());
  EXPECT_EQ(*Read(*stream), "late");
}

TEST_F(PortForwardTest, FailsWithTheKubeletsMessage) {
  const Status status =
      Failure({Message(kData, PortBytes(kPort)), Message(kError, PortBytes(kPort)),
               Message(kError, "connection refused\x1b\n" + std::string(1 << 16, 'x'))});
  EXPECT_EQ(status.code(), Code::kUnavailable);
  EXPECT_NE(status.message().find("pod dev/api-0 through the API server: connection refused"),
            std::string::npos)
      << status;
  EXPECT_LT(status.message().size(), 2000U);
  EXPECT_EQ(status.message().find('\x1b'), std::string::npos);
}

TEST_F(PortForwardTest, RefusesMessagesThatBreakTheProtocol) {
  EXPECT_EQ(Failure({""}).code(), Code::kDataLoss);
  EXPECT_EQ(Failure({Message(2, "x")}).code(), Code::kDataLoss);
  EXPECT_EQ(Failure({Message('\xff', "x")}).code(), Code::kDataLoss);
  EXPECT_EQ(Failure({Message(kData, "data before the port")}).code(), Code::kDataLoss);
  EXPECT_EQ(Failure({Message(kData, PortBytes(kPort + 1))}).code(), Code::kDataLoss);
  EXPECT_EQ(Failure({Message(kError, PortBytes(0x581B))}).code(), Code::kDataLoss);
}

TEST_F(PortForwardTest, EndsWhenTheServerEndsItInGoodOrder) {
  const auto stream = MustOpen([](ServedWebSocket& socket) {
    Announce(socket);
    socket.Send(Message(kData, "last"));
    socket.CloseWith("done");
  });
  EXPECT_EQ(*Read(*stream), "last");
  EXPECT_EQ(*Read(*stream), "") << "the end";
}

TEST_F(PortForwardTest, TellsTheKubeletsErrorBeforeTheEnd) {
  const auto stream = MustOpen([](ServedWebSocket& socket) {
    Announce(socket);
    socket.Send(Message(kError, "connection refused"));
    socket.CloseWith("done");
  });
  const Status status = Read(*stream).status();
  EXPECT_NE(status.message().find("connection refused"), std::string::npos) << status;
}

TEST_F(PortForwardTest, IsUnavailableWhenTheServerBreaksOff) {
  const auto stream = MustOpen([](ServedWebSocket& socket) { Announce(socket); });
  EXPECT_EQ(Read(*stream).status().code(), Code::kUnavailable);
}

TEST_F(PortForwardTest, CloseWakesAReader) {
  const auto stream = MustOpen([](ServedWebSocket& socket) {
    Announce(socket);
    socket.Receive();
  });
  const std::jthread closer([&] { stream->Close(); });
  EXPECT_EQ(Read(*stream).status().code(), Code::kCancelled);
}

TEST_F(PortForwardTest, NamesThePodItWasRefusedFor) {
  const std::vector<std::pair<int, Code>> refusals = {{400, Code::kUnavailable},
                                                      {401, Code::kUnauthenticated},
                                                      {403, Code::kPermissionDenied},
                                                      {404, Code::kNotFound},
                                                      {503, Code::kUnavailable}};
  for (const auto& [http_status, code] : refusals) {
    const Status status = Open({}, http_status).status();
    EXPECT_EQ(status.code(), code) << http_status;
    EXPECT_NE(status.message().find("pod dev/api-0"), std::string::npos) << status;
    EXPECT_NE(status.message().find("says no"), std::string::npos) << status;
  }
}

TEST_F(PortForwardTest, TriesOnceMoreWithARenewedToken) {
  const auto tokens = std::make_shared<testing::RenewedTokens>();
  config_.tokens = tokens;
  const Status status = Open({}, 401).status();
  EXPECT_EQ(status.code(), Code::kUnauthenticated);
  EXPECT_EQ(tokens->refused(), std::vector<std::string>{"token-0"});
  EXPECT_EQ(status.message().find("token-"), std::string::npos) << status;
}

TEST_F(PortForwardTest, RefusesAServerThatIsNoUrl) {
  config_.server = "api.example";
  EXPECT_EQ(OpenPortForward(config_, {"dev", "api-0"}, kPort, In(seconds(60))).status().code(),
            Code::kInvalidArgument);
}

}  // namespace
}  // namespace hawser::kube
