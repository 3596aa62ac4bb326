// The kinds of streams of this library, connected for tests.
#include "tests/lib/net/stream_kinds.h"

#include <gtest/gtest.h>

#include <thread>

#include "lib/net/socket.h"
#include "tests/support/temp_dir.h"

namespace hawser::testing {

using std::chrono::seconds;

StreamPair ConnectTcpPair() {
  Result<net::TcpListener> listening = net::ListenTcp("127.0.0.1", 0);
  EXPECT_TRUE(listening.ok()) << listening.status();
  Result<std::unique_ptr<net::ByteStream>> client =
      net::DialTcp("127.0.0.1", listening->port, In(seconds(10)));
  Result<std::unique_ptr<net::ByteStream>> server = listening->listener->Accept(In(seconds(10)));
  EXPECT_TRUE(client.ok()) << client.status();
  EXPECT_TRUE(server.ok()) << server.status();
  return {std::move(client).value(), std::move(server).value()};
}

StreamPair ConnectUnixPair() {
  const TempDir dir;
  Result<std::unique_ptr<net::Listener>> listener = net::ListenUnix(dir / "test.sock", 0600);
  EXPECT_TRUE(listener.ok()) << listener.status();
  Result<std::unique_ptr<net::ByteStream>> client =
      net::DialUnix(dir / "test.sock", In(seconds(10)));
  Result<std::unique_ptr<net::ByteStream>> server = (*listener)->Accept(In(seconds(10)));
  EXPECT_TRUE(client.ok()) << client.status();
  EXPECT_TRUE(server.ok()) << server.status();
  return {std::move(client).value(), std::move(server).value()};
}

const net::SessionKeys& TestKeys() {
  static const net::SessionKeys kKeys =
      net::MakeSessionKeys("team/api", std::chrono::system_clock::now(), std::chrono::hours(1))
          .value();
  return kKeys;
}

net::TlsIdentity ClientIdentity(const net::SessionKeys& keys) {
  return {.ca = keys.ca, .certificate = keys.client_cert, .key = keys.client_key};
}

net::TlsIdentity AgentIdentity(const net::SessionKeys& keys) {
  return {.ca = keys.ca, .certificate = keys.agent_cert, .key = keys.agent_key};
}

Handshake ShakeHands(StreamPair pair, const net::TlsIdentity& client,
                     const net::TlsIdentity& server, const std::string& server_name) {
  Handshake result{InternalError("not tried"), InternalError("not tried")};
  const std::jthread accepting([&] {
    result.server = net::TlsAccept(std::move(pair.second),
                                   net::MakeTlsServerContext(server).value(), In(seconds(20)));
  });
  result.client = net::TlsConnect(std::move(pair.first), net::MakeTlsClientContext(client).value(),
                                  server_name, In(seconds(20)));
  return result;
}

StreamPair ConnectTlsPair(StreamPair pair) {
  Handshake done =
      ShakeHands(std::move(pair), ClientIdentity(TestKeys()), AgentIdentity(TestKeys()));
  EXPECT_TRUE(done.client.ok()) << done.client.status();
  EXPECT_TRUE(done.server.ok()) << done.server.status();
  return {std::move(done.client).value(), std::move(done.server).value()};
}

}  // namespace hawser::testing
