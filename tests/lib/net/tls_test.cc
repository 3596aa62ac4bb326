// Mutual TLS: who is accepted, who is refused, and that both sides learn why.
#include "lib/net/tls.h"

#include <gtest/gtest.h>

#include <array>
#include <future>
#include <thread>
#include <tuple>

#include "tests/lib/net/stream_kinds.h"
#include "tests/support/flaky_stream.h"

namespace hawser::testing {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;

net::SessionKeys OtherKeys() {
  return net::MakeSessionKeys("team/other", std::chrono::system_clock::now(), hours(1)).value();
}

/// What the client learns: from the handshake, or in TLS 1.3 from its first read.
Status ClientOutcome(Handshake& done) {
  if (!done.client.ok()) return done.client.status();
  std::array<char, 1> byte;
  return (*done.client)->Read(byte, In(seconds(10))).status();
}

struct TlsCase {
  std::string name;
  std::function<StreamPair()> connect;
};

class TlsRefusalTest : public ::testing::TestWithParam<TlsCase> {};

TEST_P(TlsRefusalTest, ServerRefusesAClientOfAnotherSessionAndTheClientLearnsIt) {
  net::TlsIdentity stranger = ClientIdentity(OtherKeys());
  stranger.ca = TestKeys().ca;
  Handshake done = ShakeHands(GetParam().connect(), stranger, AgentIdentity(TestKeys()));
  EXPECT_EQ(done.server.status().code(), Code::kUnauthenticated) << done.server.status();
  const Status client = ClientOutcome(done);
  EXPECT_EQ(client.code(), Code::kUnauthenticated) << client;
  EXPECT_NE(client.message().find("refused the certificate of this side"), std::string::npos);
}

TEST_P(TlsRefusalTest, ClientRefusesAServerOfAnotherSessionAndTheServerLearnsIt) {
  net::TlsIdentity impostor = AgentIdentity(OtherKeys());
  impostor.ca = TestKeys().ca;
  const Handshake done = ShakeHands(GetParam().connect(), ClientIdentity(TestKeys()), impostor);
  EXPECT_EQ(done.client.status().code(), Code::kUnauthenticated) << done.client.status();
  EXPECT_EQ(done.server.status().code(), Code::kUnauthenticated) << done.server.status();
}

TEST_P(TlsRefusalTest, ClientRefusesAnotherServerName) {
  const Handshake done = ShakeHands(GetParam().connect(), ClientIdentity(TestKeys()),
                                    AgentIdentity(TestKeys()), "other.hawser.dev");
  EXPECT_EQ(done.client.status().code(), Code::kUnauthenticated) << done.client.status();
}

TEST_P(TlsRefusalTest, ServerRefusesAServerCertificateUsedByAClient) {
  Handshake done =
      ShakeHands(GetParam().connect(), AgentIdentity(TestKeys()), AgentIdentity(TestKeys()));
  EXPECT_EQ(done.server.status().code(), Code::kUnauthenticated) << done.server.status();
  EXPECT_EQ(ClientOutcome(done).code(), Code::kUnauthenticated);
}

TEST_P(TlsRefusalTest, ClientRefusesAClientCertificateUsedByAServer) {
  const Handshake done =
      ShakeHands(GetParam().connect(), ClientIdentity(TestKeys()), ClientIdentity(TestKeys()));
  EXPECT_EQ(done.client.status().code(), Code::kUnauthenticated) << done.client.status();
}

TEST_P(TlsRefusalTest, ServerRefusesAnExpiredCertificate) {
  const net::SessionKeys old =
      net::MakeSessionKeys("team/api", std::chrono::system_clock::now() - hours(3), hours(1))
          .value();
  const Handshake done = ShakeHands(GetParam().connect(), ClientIdentity(old), AgentIdentity(old));
  EXPECT_EQ(done.client.status().code(), Code::kUnauthenticated) << done.client.status();
  EXPECT_NE(done.client.status().message().find("expired"), std::string::npos);
}

INSTANTIATE_TEST_SUITE_P(TlsTest, TlsRefusalTest,
                         ::testing::Values(TlsCase{"MemoryPipe", [] { return MakeMemoryPipe(); }},
                                           TlsCase{"Tcp", ConnectTcpPair}),
                         [](const auto& test) { return test.param.name; });

TEST(TlsTest, RefusesAPeerThatDoesNotSpeakTls) {
  StreamPair pair = MakeMemoryPipe();
  ASSERT_TRUE(pair.first->Write("GET / HTTP/1.1\r\n\r\n", In(seconds(10))).ok());
  pair.first->Close();
  const auto context = net::MakeTlsServerContext(AgentIdentity(TestKeys())).value();
  EXPECT_EQ(net::TlsAccept(std::move(pair.second), context, In(seconds(10))).status().code(),
            Code::kDataLoss);
}

TEST(TlsTest, GivesUpOnASilentPeer) {
  StreamPair pair = MakeMemoryPipe();
  const auto context = net::MakeTlsServerContext(AgentIdentity(TestKeys())).value();
  EXPECT_EQ(net::TlsAccept(std::move(pair.second), context, In(milliseconds(20))).status().code(),
            Code::kDeadlineExceeded);
}

TEST(TlsTest, NoticesACorruptedByte) {
  StreamPair pair = MakeMemoryPipe();
  pair.first = MakeFlakyStream(std::move(pair.first), {.corrupt_at = 4000});
  StreamPair tls = ConnectTlsPair(std::move(pair));
  std::ignore = tls.first->Write(std::string(8000, 'x'), In(seconds(10)));
  std::array<char, 16384> bytes;
  EXPECT_EQ(tls.second->Read(bytes, In(seconds(10))).status().code(), Code::kDataLoss);
}

TEST(TlsTest, TellsACutFromAnEnd) {
  StreamPair pair = MakeMemoryPipe();
  pair.first = MakeFlakyStream(std::move(pair.first), {.cut_after = 4000});
  StreamPair tls = ConnectTlsPair(std::move(pair));
  EXPECT_EQ(tls.first->Write(std::string(8000, 'x'), In(seconds(10))).code(), Code::kUnavailable);
  std::array<char, 16384> bytes;
  EXPECT_EQ(tls.second->Read(bytes, In(seconds(10))).status().code(), Code::kUnavailable);
}

TEST(TlsContextTest, NamesThePartThatDoesNotParseOrMatch) {
  const net::TlsIdentity good = ClientIdentity(TestKeys());
  net::TlsIdentity bad = good;
  bad.ca = "junk";
  EXPECT_NE(net::MakeTlsClientContext(bad).status().message().find("(ca)"), std::string::npos);
  bad = good;
  bad.certificate.clear();
  EXPECT_NE(net::MakeTlsClientContext(bad).status().message().find("the certificate"),
            std::string::npos);
  bad = good;
  bad.key = TestKeys().agent_key;
  const Status mismatch = net::MakeTlsClientContext(bad).status();
  EXPECT_EQ(mismatch.code(), Code::kInvalidArgument);
  EXPECT_NE(mismatch.message().find("does not match"), std::string::npos) << mismatch;
}

}  // namespace
}  // namespace hawser::testing
