// The agent's connections: who is let in, who is dropped, and that a broken stream changes nothing.
#include "agent/serve/server.h"

#include <gtest/gtest.h>

#include <array>
#include <optional>

#include "lib/net/socket.h"
#include "lib/wire/compress.h"
#include "lib/wire/frame.h"
#include "lib/wire/message_codec.h"
#include "tests/agent/serve/session_server.h"

namespace hawser::agent {
namespace {

using std::chrono::seconds;
using testing::SessionServer;

constexpr Duration kServerPatience = seconds(30);

/// A client that was let in.
class ServedClient {
 public:
  /// `next` is sent right behind the greeting, if it is there.
  explicit ServedClient(SessionServer& server, wire::Role role = wire::Role::kPush,
                        const std::optional<wire::Message>& next = std::nullopt)
      : ServedClient(*server.Dial(server.keys), role, next) {}
  explicit ServedClient(std::unique_ptr<net::ByteStream> stream,
                        wire::Role role = wire::Role::kPush,
                        const std::optional<wire::Message>& next = std::nullopt)
      : channel_(std::move(stream)) {
    Send(
        wire::Hello{.role = role, .client_version = "1", .session = "team/api", .identity = "ann"});
    if (next) Send(*next);
    welcome = Await<wire::Welcome>();
  }

  void Send(const wire::Message& message) {
    EXPECT_TRUE(channel_.Send(message, In(kServerPatience)).ok());
  }
  Result<wire::Message> Receive() { return channel_.Receive(In(kServerPatience)); }

  /// The next message of this kind; a failed test and an empty one when the stream ends before.
  template <typename T>
  T Await() {
    while (true) {
      const Result<wire::Message> message = Receive();
      EXPECT_TRUE(message.ok()) << message.status();
      if (!message.ok()) return T{};
      if (const T* wanted = std::get_if<T>(&*message)) return *wanted;
    }
  }

  wire::Welcome welcome;

 private:
  wire::Channel channel_;
};

/// What the agent answers on a stream before it ends it: the last message, if any.
Result<wire::Message> LastWord(wire::Channel& channel) {
  Result<wire::Message> last = UnavailableError("nothing was said");
  while (true) {
    Result<wire::Message> message = channel.Receive(In(kServerPatience));
    if (message.status().code() == Code::kDeadlineExceeded) return message;
    if (!message.ok()) return last;
    last = std::move(message);
  }
}

TEST(ServerTest, AcceptsRotatedKeysAndRefusesTheOldOnes) {
  SessionServer server;
  const net::SessionKeys old = server.keys;
  ServedClient before(server);
  server.RotateKeys();
  const ServedClient after(server, wire::Role::kObserve);
  EXPECT_EQ(after.welcome.pod, "api-1");
  net::SessionKeys stale = old;
  stale.ca = server.keys.ca;  // so that only the agent has a reason to refuse
  Result<std::unique_ptr<net::ByteStream>> refused = server.Dial(stale);
  if (refused.ok()) {  // a client of TLS 1.3 may be done before the server has judged it
    char byte = 0;
    EXPECT_FALSE((*refused)->Read({&byte, 1}, In(kServerPatience)).ok());
  }
  before.Send(wire::Ping{7});
  EXPECT_EQ(before.Await<wire::Pong>().nonce, 7U) << "a stream that is open stays";
}

/// Waits for the end of a connection that nobody proved anything on; what was said before, but for
/// the handshake that failed.
::testing::AssertionResult Ended(net::ByteStream& stream) {
  std::array<char, 4096> dropped;
  while (true) {
    const Result<size_t> read = stream.Read(dropped, In(kServerPatience));
    if (read.status().code() == Code::kDeadlineExceeded) {
      return ::testing::AssertionFailure() << "still open";
    }
    if (!read.ok() || *read == 0) return ::testing::AssertionSuccess();
  }
}

TEST(ServerTest, ServesClientsOnThePodsAddressAsOnLoopback) {
  SessionServer server;
  ServedClient client(*server.DialDirect(server.keys));
  EXPECT_EQ(client.welcome.pod, "api-1");
  client.Send(wire::Ping{7});
  EXPECT_EQ(client.Await<wire::Pong>().nonce, 7U);
}

TEST(ServerTest, RefusesKeysOfAnotherSessionOnThePodsAddress) {
  SessionServer server;
  net::SessionKeys other =
      *net::MakeSessionKeys("team/other", SystemClock().WallNow(), std::chrono::hours(1));
  other.ca = server.keys.ca;  // so that only the agent has a reason to refuse
  Result<std::unique_ptr<net::ByteStream>> refused = server.DialDirect(other);
  if (refused.ok()) {
    EXPECT_TRUE(Ended(**refused));
  }
}

TEST(ServerTest, SaysNothingToAStrangerThatSaysNothingAndDropsIt) {
  SessionServer server;
  const auto silent = server.ConnectDirect();
  server.ahead = seconds(3);
  char byte = 0;
  const Result<size_t> read = silent->Read({&byte, 1}, In(kServerPatience));
  EXPECT_EQ(read.value_or(0), 0U) << "not a byte came";
  EXPECT_NE(read.status().code(), Code::kDeadlineExceeded) << "and the agent ended it";
}

TEST(ServerTest, AnswersNoBytesThatAreNoHandshake) {
  SessionServer server;
  for (const char* bytes :
       {"GET / HTTP/1.1\r\n\r\n", "\x16\x03\x01\xff\xff....................."}) {
    const auto stream = server.ConnectDirect();
    ASSERT_TRUE(stream->Write(bytes, In(kServerPatience)).ok());
    server.ahead = seconds(3);
    EXPECT_TRUE(Ended(*stream));
    server.ahead = Duration{};
  }
  EXPECT_EQ(ServedClient(*server.DialDirect(server.keys)).welcome.pod, "api-1");
}

TEST(ServerTest, StrangersBeyondEightAreDroppedAndHoldUpNobodyOnLoopback) {
  SessionServer server;
  std::vector<std::unique_ptr<net::ByteStream>> strangers;
  for (int i = 0; i < 8; ++i) strangers.push_back(server.ConnectDirect());
  const auto ninth = server.ConnectDirect();
  EXPECT_TRUE(Ended(*ninth));
  EXPECT_FALSE(server.DialDirect(server.keys).ok()) << "no place, not even for the client";
  EXPECT_EQ(ServedClient(server).welcome.pod, "api-1");
  server.ahead = seconds(3);
  for (const auto& stranger : strangers) EXPECT_TRUE(Ended(*stranger));
}

TEST(ServerTest, DropsAClientThatIsSilentFor90Seconds) {
  SessionServer server;
  ServedClient client(server);
  server.ahead = seconds(85);
  client.Send(wire::Ping{1});
  EXPECT_EQ(client.Await<wire::Pong>().nonce, 1U);
  client.Send(wire::Ping{2});
  EXPECT_EQ(client.Await<wire::Pong>().nonce, 2U) << "85 seconds of silence are allowed";
  server.ahead = seconds(90);
  EXPECT_EQ(client.Receive().status().code(), Code::kUnavailable);
}

TEST(ServerTest, DropsAClientThatDoesNotSayHelloIn10Seconds) {
  SessionServer server;
  const auto stream = *server.Dial(server.keys);
  server.ahead = seconds(10);
  char byte = 0;
  const Result<size_t> read = stream->Read({&byte, 1}, In(kServerPatience));
  EXPECT_EQ(read.value_or(0), 0U) << "the agent ended the stream";
  EXPECT_NE(read.status().code(), Code::kDeadlineExceeded);
}

TEST(ServerTest, KeepsASupervisorHoweverLongItIsSilent) {
  SessionServer server;
  wire::Channel supervisor(server.DialLocal());
  ASSERT_TRUE(
      supervisor.Send(wire::SupervisorHello{.agent_version = "1"}, In(kServerPatience)).ok());
  ASSERT_TRUE(supervisor.Receive(In(kServerPatience)).ok());
  server.ahead = std::chrono::hours(24);
  ASSERT_TRUE(
      supervisor.Send(wire::AppStatus{.app = wire::AppState::kRunning, .pid = 5}, In(seconds(30)))
          .ok());
  server.ahead = Duration{};
  while (true) {
    ServedClient observer(server, wire::Role::kObserve);
    if (observer.welcome.app == wire::AppState::kRunning) break;
    ASSERT_EQ(observer.welcome.app, wire::AppState::kStarting) << "it is still connected";
  }
}

/// Bytes that no client of this protocol sends.
struct BrokenStream {
  const char* name;
  std::string bytes;
};

std::vector<BrokenStream> BrokenStreams() {
  const std::string hello = *wire::EncodeMessage(
      wire::Hello{.role = wire::Role::kPush, .session = "team/api", .identity = "x"});
  const std::string length(1, static_cast<char>(hello.size()));
  const std::string zeros(3, '\0');
  const std::string type("\x01\0", 2);
  return {{"noise", std::string(64, '\xff')},
          {"http", "GET / HTTP/1.1\r\nHost: api\r\n\r\n"},
          {"oversized", std::string("\xff\xff\xff\x7f\0\x01\0", 7) + hello},
          {"unknown flag", length + zeros + "\x02" + type + hello},
          {"not compressed", length + zeros + "\x01" + type + hello},
          {"bytes left over", std::string("\x03\0\0\0\0\x33\0", 7) + "\x01zz"}};
}

TEST(ServerTest, EndsABrokenStreamSaysWhyAndChangesNothing) {
  SessionServer server;
  for (const BrokenStream& broken : BrokenStreams()) {
    SCOPED_TRACE(broken.name);
    auto stream = *server.Dial(server.keys);
    ASSERT_TRUE(stream->Write(broken.bytes, In(kServerPatience)).ok());
    wire::Channel channel(std::move(stream));
    const Result<wire::Message> last = LastWord(channel);
    ASSERT_TRUE(last.ok()) << last.status();
    const auto* reject = std::get_if<wire::Reject>(&*last);
    ASSERT_NE(reject, nullptr);
    EXPECT_EQ(reject->reason, wire::RejectReason::kProtocol);
    EXPECT_FALSE(reject->message.empty());
  }
  EXPECT_EQ(ServedClient(server).welcome.last_batch, 0U);
}

TEST(ServerTest, EndsTheStreamOfAReplayedBatchAndKeepsWhatWasConfirmed) {
  SessionServer server;
  ServedClient client(server);
  client.Send(wire::Configure{.generation = 1, .roots = {{.path = "/app"}}});
  const std::string content = "print(1)\n";
  const wire::Entry file{.size = content.size(), .digest = ContentDigest(content)};
  const std::vector<wire::Message> batch = {
      wire::BatchBegin{
          .number = 1, .result_tree = sync::Tree{{"/app/f", file}}.digest(), .change_count = 1},
      wire::Changes{{{.path = "/app/f", .entry = file, .encoding = wire::Encoding::kWhole}}},
      wire::Data{0, true, wire::Compress(content)}, wire::BatchEnd{1}};
  for (const wire::Message& message : batch) client.Send(message);
  const Digest confirmed = client.Await<wire::BatchResult>().tree;
  client.Send(batch.front());
  EXPECT_EQ(client.Await<wire::Reject>().reason, wire::RejectReason::kProtocol);
  const ServedClient next(server);
  EXPECT_EQ(next.welcome.last_batch, 1U);
  EXPECT_EQ(next.welcome.tree, confirmed);
}

TEST(ServerTest, RefusesWhatIsNeitherSupervisorNorProbeOnItsSocket) {
  SessionServer server;
  wire::Channel stranger(server.DialLocal());
  ASSERT_TRUE(stranger.Send(wire::RestartRequest{}, In(kServerPatience)).ok());
  const Result<wire::Message> last = LastWord(stranger);
  ASSERT_TRUE(last.ok()) << last.status();
  EXPECT_TRUE(std::holds_alternative<wire::Reject>(*last));
}

TEST(ServerTest, CarriesAConnectionToAReversedPort) {
  SessionServer server;
  ServedClient client(server, wire::Role::kObserve);
  uint16_t port = 0;
  for (uint16_t tried = 40200; port == 0 && tried < 40300; ++tried) {
    client.Send(wire::ListenRequest{.port = tried});
    if (client.Await<wire::ListenReply>().trouble.empty()) port = tried;
  }
  ASSERT_NE(port, 0);
  auto app = net::DialTcp("127.0.0.1", port, In(kServerPatience));
  ASSERT_TRUE(app.ok()) << app.status();
  const wire::Arrival arrival = client.Await<wire::Arrival>();
  EXPECT_EQ(arrival.port, port);
  ServedClient stream(server, wire::Role::kCarry, wire::CarryRequest{.id = arrival.id});
  EXPECT_EQ(stream.Await<wire::CarryReply>().trouble, "");
  ASSERT_TRUE((*app)->Write("hello", In(kServerPatience)).ok());
  EXPECT_EQ(stream.Await<wire::StreamPiece>().bytes, "hello");
  (*app)->EndWrite();
  stream.Await<wire::StreamEnd>();
}

TEST(ServerTest, RefusesToCarryForAnotherSession) {
  SessionServer server;
  wire::Channel channel(*server.Dial(server.keys));
  ASSERT_TRUE(channel
                  .Send(wire::Hello{.role = wire::Role::kCarry, .session = "team/other"},
                        In(kServerPatience))
                  .ok());
  const Result<wire::Message> last = LastWord(channel);
  ASSERT_TRUE(last.ok()) << last.status();
  EXPECT_EQ(std::get<wire::Reject>(*last).reason, wire::RejectReason::kWrongSession);
}

}  // namespace
}  // namespace hawser::agent
