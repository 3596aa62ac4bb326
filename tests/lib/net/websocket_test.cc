// The WebSocket client against a real server: messages, refusals, deadlines, ends.
#include "lib/net/websocket.h"

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <future>
#include <stop_token>
#include <thread>
#include <utility>

#include "lib/base/unique_fd.h"
#include "lib/net/socket.h"
#include "tests/lib/net/stream_kinds.h"
#include "tests/support/system_authority.h"
#include "tests/support/websocket_server.h"

namespace hawser::testing {
namespace {

using net::ConnectWebSocket;
using net::WebSocket;
using net::WebSocketOptions;
using std::chrono::milliseconds;
using std::chrono::seconds;

WebSocketOptions Plain(const WebSocketServer& server) {
  return {.host = "127.0.0.1", .port = server.port(), .path = "/", .tls = false};
}

WebSocketOptions Tls(const WebSocketServer& server) {
  return {.host = "127.0.0.1",
          .port = server.port(),
          .path = "/",
          .ca = TestKeys().ca,
          .server_name = net::kAgentServerName};
}

WebSocketServerOptions TlsServer() {
  return {.certificate = TestKeys().agent_cert, .key = TestKeys().agent_key};
}

std::unique_ptr<WebSocket> Connect(const WebSocketOptions& options) {
  Result<std::unique_ptr<WebSocket>> socket = ConnectWebSocket(options, In(seconds(20)));
  EXPECT_TRUE(socket.ok()) << socket.status();
  return std::move(socket).value();
}

Status ConnectFailure(const WebSocketOptions& options) {
  return ConnectWebSocket(options, In(seconds(20))).status();
}

/// A listening socket of the least backlog, filled, so that further connections stay under way.
class FullListener {
 public:
  FullListener() : listener_(Make()) {
    EXPECT_EQ(::bind(listener_.get(), Generic(), size_), 0);
    EXPECT_EQ(::listen(listener_.get(), 0), 0);
    EXPECT_EQ(::getsockname(listener_.get(), Generic(), &size_), 0);
    for (UniqueFd& client : clients_) {
      client = Make();
      (void)::connect(client.get(), Generic(), size_);
    }
  }
  uint16_t port() const { return ntohs(address_.sin_port); }

 private:
  static UniqueFd Make() { return UniqueFd(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0)); }
  sockaddr* Generic() { return static_cast<sockaddr*>(static_cast<void*>(&address_)); }

  sockaddr_in address_{
      .sin_family = AF_INET, .sin_port = 0, .sin_addr = {htonl(INADDR_LOOPBACK)}, .sin_zero = {}};
  socklen_t size_ = sizeof(address_);
  UniqueFd listener_;
  std::array<UniqueFd, 4> clients_;
};

TEST(WebSocketTest, EchoesMessagesMadeOfHeadAndBody) {
  const WebSocketServer server({});
  const auto socket = Connect(Plain(server));
  ASSERT_TRUE(socket->Send("head ", "body", In(seconds(20))).ok());
  const Result<std::string> echo = socket->Receive(In(seconds(20)));
  ASSERT_TRUE(echo.ok()) << echo.status();
  EXPECT_EQ(*echo, "head body");
}

TEST(WebSocketTest, EchoesMessagesOverTls) {
  const WebSocketServer server(TlsServer());
  const auto socket = Connect(Tls(server));
  ASSERT_TRUE(socket->Send("", "secret", In(seconds(20))).ok());
  EXPECT_EQ(socket->Receive(In(seconds(20))).value_or(""), "secret");
}

TEST(WebSocketTest, CarriesManyLargeMessagesBothWaysAtOnce) {
  const WebSocketServer server(TlsServer());
  const auto socket = Connect(Tls(server));
  const std::string body(200U << 10, 'b');
  constexpr int kMessages = 100;
  const std::jthread sender([&] {
    for (int i = 0; i < kMessages; ++i) {
      ASSERT_TRUE(socket->Send(std::to_string(i) + " ", body, In(seconds(60))).ok());
    }
  });
  for (int i = 0; i < kMessages; ++i) {
    const Result<std::string> echo = socket->Receive(In(seconds(60)));
    ASSERT_TRUE(echo.ok()) << echo.status();
    ASSERT_EQ(*echo, std::to_string(i) + " " + body);
  }
}

TEST(WebSocketTest, SendsPathHeadersAndSubprotocol) {
  std::promise<std::map<std::string, std::string>> seen;
  const WebSocketServer server(
      {.subprotocol = "v4.channel.k8s.io",
       .script = [&](ServedWebSocket& socket) { seen.set_value(socket.headers()); }});
  WebSocketOptions options = Plain(server);
  options.path = "/api/v1/pods?ports=80";
  options.subprotocol = "v4.channel.k8s.io";
  options.headers["Authorization"] = "Bearer token";
  const auto socket = Connect(options);
  auto headers = seen.get_future().get();
  EXPECT_EQ(headers[":path"], "/api/v1/pods?ports=80");
  EXPECT_EQ(headers["authorization"], "Bearer token");
  EXPECT_EQ(headers["sec-websocket-protocol"], "v4.channel.k8s.io");
}

TEST(WebSocketTest, RefusesAServerWithoutTheSubprotocol) {
  const WebSocketServer server({});
  WebSocketOptions options = Plain(server);
  options.subprotocol = "v4.channel.k8s.io";
  const Status status = ConnectFailure(options);
  EXPECT_EQ(status.code(), Code::kUnavailable);
  EXPECT_NE(status.message().find("v4.channel.k8s.io"), std::string::npos) << status;
}

TEST(WebSocketTest, TurnsARefusalIntoItsCodeAndMessage) {
  // Longer than the first read of the answer, as the API server's are.
  const std::string padding(4096, ' ');
  const WebSocketServer server({.refuse_with = 403,
                                .refusal_body = R"({"kind":"Status",)" + padding +
                                                R"("message":"pods \"api\" is forbidden"})"});
  const Status status = ConnectFailure(Plain(server));
  EXPECT_EQ(status.code(), Code::kPermissionDenied);
  EXPECT_NE(status.message().find("pods \"api\" is forbidden"), std::string::npos) << status;
}

TEST(WebSocketTest, StaysUsableAfterAReceiveDeadline) {
  const WebSocketServer server({});
  const auto socket = Connect(Plain(server));
  EXPECT_EQ(socket->Receive(In(milliseconds(5))).status().code(), Code::kDeadlineExceeded);
  ASSERT_TRUE(socket->Send("late", "", In(seconds(20))).ok());
  EXPECT_EQ(socket->Receive(In(seconds(20))).value_or(""), "late");
}

TEST(WebSocketTest, AnswersPings) {
  const WebSocketServer server({.script = [](ServedWebSocket& socket) {
    ASSERT_TRUE(socket.Ping());
    socket.Send(socket.Receive().value_or("gone"));
  }});
  const auto socket = Connect(Plain(server));
  ASSERT_TRUE(socket->Send("alive", "", In(seconds(20))).ok());
  EXPECT_EQ(socket->Receive(In(seconds(20))).value_or(""), "alive");
}

TEST(WebSocketTest, StaysOpenWhileIdleBecauseItPings) {
  const WebSocketServer server({});
  WebSocketOptions options = Plain(server);
  options.ping_every = milliseconds(500);
  const auto socket = Connect(options);
  EXPECT_EQ(socket->Receive(In(milliseconds(1500))).status().code(), Code::kDeadlineExceeded);
  ASSERT_TRUE(socket->Send("still here", "", In(seconds(20))).ok());
  EXPECT_EQ(socket->Receive(In(seconds(20))).value_or(""), "still here");
}

TEST(WebSocketTest, NoticesAServerThatStoppedAnswering) {
  std::promise<void> done;
  const std::shared_future<void> wait = done.get_future().share();
  const WebSocketServer server({.script = [wait](ServedWebSocket&) { wait.wait(); }});
  WebSocketOptions options = Plain(server);
  options.ping_every = milliseconds(100);
  const auto socket = Connect(options);
  EXPECT_EQ(socket->Receive(In(seconds(20))).status().code(), Code::kUnavailable);
  done.set_value();
}

TEST(WebSocketTest, ReportsTheReasonOfAClose) {
  const WebSocketServer server(
      {.script = [](ServedWebSocket& socket) { socket.CloseWith("pod is gone"); }});
  const auto socket = Connect(Plain(server));
  const Status status = socket->Receive(In(seconds(20))).status();
  EXPECT_EQ(status.code(), Code::kUnavailable);
  EXPECT_NE(status.message().find("code 1000: pod is gone"), std::string::npos) << status;
}

TEST(WebSocketTest, DeliversWhatCameBeforeTheClose) {
  constexpr int kMessages = 200;  // more than are read ahead
  const WebSocketServer server({.script = [](ServedWebSocket& socket) {
    for (int i = 0; i < kMessages; ++i) socket.Send(std::to_string(i));
    socket.CloseWith("bye");
  }});
  for (const bool sends : {false, true}) {
    const auto socket = Connect(Plain(server));
    if (sends) (void)socket->Send("", "may come too late", In(seconds(20)));
    for (int i = 0; i < kMessages; ++i) {
      ASSERT_EQ(socket->Receive(In(seconds(20))).value_or("none"), std::to_string(i));
    }
    const Status end = socket->Receive(In(seconds(20))).status();
    EXPECT_NE(end.message().find("bye"), std::string::npos) << end;
    EXPECT_EQ(socket->Send("", "too late", In(seconds(20))), end);
  }
}

TEST(WebSocketTest, EndsTheConnectionOnAnOversizedMessage) {
  const WebSocketServer server({});
  WebSocketOptions options = Plain(server);
  options.max_message = 1000;
  const auto socket = Connect(options);
  ASSERT_TRUE(socket->Send("", std::string(1001, 'x'), In(seconds(20))).ok());
  EXPECT_EQ(socket->Receive(In(seconds(20))).status().code(), Code::kUnavailable);
}

TEST(WebSocketTest, ReadsAheadOnlyABoundedNumberOfMessages) {
  constexpr int kMessages = 500;
  const WebSocketServer server({.script = [](ServedWebSocket& socket) {
    for (int i = 0; i < kMessages; ++i) socket.Send(std::to_string(i));
    socket.Receive();
  }});
  const auto socket = Connect(Plain(server));
  for (int i = 0; i < kMessages; ++i) {
    ASSERT_EQ(socket->Receive(In(seconds(20))).value_or("none"), std::to_string(i));
  }
}

TEST(WebSocketTest, CloseWakesABlockedReceive) {
  const WebSocketServer server({});
  const auto socket = Connect(Plain(server));
  Status status;
  {
    const std::jthread receiver([&] { status = socket->Receive(kNoDeadline).status(); });
    socket->Close();
  }
  EXPECT_EQ(status.code(), Code::kCancelled);
  EXPECT_EQ(socket->Send("x", "", In(seconds(20))).code(), Code::kCancelled);
}

TEST(WebSocketTest, ASendThatCannotFinishInTimeEndsTheConnection) {
  std::promise<void> done;
  const std::shared_future<void> wait = done.get_future().share();
  const WebSocketServer server({.script = [wait](ServedWebSocket&) { wait.wait(); }});
  const auto socket = Connect(Plain(server));
  const std::string endless(64U << 20, 'x');
  EXPECT_EQ(socket->Send("", endless, In(milliseconds(50))).code(), Code::kDeadlineExceeded);
  EXPECT_FALSE(socket->Send("", "more", In(seconds(20))).ok());
  done.set_value();
}

TEST(WebSocketTest, RefusesACertificateForAnotherName) {
  const WebSocketServer server(TlsServer());
  WebSocketOptions options = Tls(server);
  options.server_name.clear();
  EXPECT_EQ(ConnectFailure(options).code(), Code::kUnauthenticated);
}

TEST(WebSocketTest, RefusesACertificateOfAnotherAuthority) {
  const WebSocketServer server(TlsServer());
  WebSocketOptions options = Tls(server);
  options.ca =
      net::MakeSessionKeys("team/other", std::chrono::system_clock::now(), std::chrono::hours(1))
          ->ca;
  EXPECT_EQ(ConnectFailure(options).code(), Code::kUnauthenticated);
}

TEST(WebSocketTest, TrustsTheSystemsAuthoritiesWithoutOnesOfItsOwnAndReadsThemOnlyThen) {
  const WebSocketServer server(TlsServer());
  WebSocketOptions options = Tls(server);
  testing::SystemAuthority system(std::exchange(options.ca, ""));
  EXPECT_NE(Connect(options), nullptr);
  EXPECT_TRUE(system.WasRead());
  EXPECT_NE(Connect(Tls(server)), nullptr);
  EXPECT_FALSE(system.WasRead());
}

TEST(WebSocketTest, AcceptsAnyCertificateWhenInsecure) {
  const WebSocketServer server(TlsServer());
  WebSocketOptions options = Tls(server);
  options.ca.clear();
  options.server_name.clear();
  options.insecure = true;
  EXPECT_NE(Connect(options), nullptr);
}

TEST(WebSocketTest, NamesThePemPartThatDoesNotParse) {
  const Status status = ConnectFailure({.host = "127.0.0.1", .port = 1, .ca = "nonsense"});
  EXPECT_EQ(status.code(), Code::kInvalidArgument);
  EXPECT_NE(status.message().find("ca"), std::string::npos) << status;
}

TEST(WebSocketTest, GivesUpOnAServerThatNeverAnswers) {
  Result<net::TcpListener> silent = net::ListenTcp("127.0.0.1", 0);
  ASSERT_TRUE(silent.ok());
  const auto socket = ConnectWebSocket(
      {.host = "127.0.0.1", .port = silent->port, .path = "/", .tls = false}, In(milliseconds(50)));
  EXPECT_EQ(socket.status().code(), Code::kDeadlineExceeded) << socket.status();
}

/// Starts a dial that cannot succeed, stops it when `reached` returns, and gives its outcome:
/// cancelled, or deadline_exceeded where the stop was not noticed.
template <typename Reached>
Status StoppedDial(const WebSocketOptions& options, const Reached& reached) {
  Status status;
  {
    const std::jthread dial([&](const std::stop_token& stop) {
      status = ConnectWebSocket(options, In(seconds(60)), stop).status();
    });
    reached();
  }
  return status;
}

TEST(WebSocketTest, StopsDuringTheHandshakesAtOnce) {
  Result<net::TcpListener> silent = net::ListenTcp("127.0.0.1", 0);
  ASSERT_TRUE(silent.ok());
  for (const bool tls : {false, true}) {
    std::unique_ptr<net::ByteStream> accepted;
    const Status status =
        StoppedDial({.host = "127.0.0.1", .port = silent->port, .path = "/", .tls = tls}, [&] {
          accepted = std::move(silent->listener->Accept(In(seconds(20)))).value();
          char first = 0;
          EXPECT_EQ(accepted->Read({&first, 1}, In(seconds(20))).value_or(0), 1U);
        });
    EXPECT_EQ(status.code(), Code::kCancelled) << status;
  }
}

TEST(WebSocketTest, StopsWhileTheServerDoesNotAcceptAtOnce) {
  const FullListener full;
  const Status status =
      StoppedDial({.host = "127.0.0.1", .port = full.port(), .path = "/", .tls = false}, [] {});
  EXPECT_EQ(status.code(), Code::kCancelled) << status;
}

}  // namespace
}  // namespace hawser::testing
