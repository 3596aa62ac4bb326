// A session's certificates: fresh, matching, and valid for as long as asked.
#include "lib/net/certificate.h"

#include <gtest/gtest.h>

#include "tests/lib/net/stream_kinds.h"

namespace hawser::net {
namespace {

using std::chrono::hours;

SessionKeys MakeKeys(WallTime now = std::chrono::system_clock::now()) {
  return MakeSessionKeys("team/api", now, hours(24)).value();
}

TEST(CertificateTest, MakesKeysThatMatch) {
  EXPECT_TRUE(SessionKeysMatch(MakeKeys()));
}

TEST(CertificateTest, MakesDifferentKeysEachTime) {
  const SessionKeys first = MakeKeys();
  const SessionKeys second = MakeKeys();
  EXPECT_NE(first.agent_key, second.agent_key);
  EXPECT_NE(first.ca, second.ca);
}

TEST(CertificateTest, WritesPkcs8Keys) {
  EXPECT_TRUE(MakeKeys().client_key.starts_with("-----BEGIN PRIVATE KEY-----\n"));
}

TEST(CertificateTest, ExpiresWhenAsked) {
  const WallTime now = WallTime(std::chrono::seconds(1767323045));
  const SessionKeys keys = MakeKeys(now);
  for (const std::string* pem : {&keys.ca, &keys.agent_cert, &keys.client_cert}) {
    const Result<WallTime> expiry = CertificateExpiry(*pem);
    ASSERT_TRUE(expiry.ok()) << expiry.status();
    EXPECT_EQ(*expiry, now + hours(24));
  }
}

TEST(CertificateTest, ExpiryOfSomethingElseIsInvalid) {
  EXPECT_EQ(CertificateExpiry("junk").status().code(), Code::kInvalidArgument);
  EXPECT_EQ(CertificateExpiry("").status().code(), Code::kInvalidArgument);
}

TEST(CertificateTest, NoticesKeysThatDoNotMatch) {
  const SessionKeys good = MakeKeys();
  const SessionKeys other = MakeKeys();
  const auto with = [&](std::string SessionKeys::*part, const std::string& value) {
    SessionKeys changed = good;
    changed.*part = value;
    return SessionKeysMatch(changed);
  };
  EXPECT_FALSE(with(&SessionKeys::ca, other.ca));
  EXPECT_FALSE(with(&SessionKeys::agent_cert, other.agent_cert));
  EXPECT_FALSE(with(&SessionKeys::agent_key, other.agent_key));
  EXPECT_FALSE(with(&SessionKeys::client_key, good.agent_key));
  EXPECT_FALSE(with(&SessionKeys::client_cert, ""));
}

TEST(CertificateTest, TakesSessionNamesOfAnyLength) {
  std::string name(127, 'n');
  name[63] = '/';
  const Result<SessionKeys> keys =
      MakeSessionKeys(name, std::chrono::system_clock::now(), hours(1));
  ASSERT_TRUE(keys.ok()) << keys.status();
  const testing::Handshake done = testing::ShakeHands(
      testing::MakeMemoryPipe(), testing::ClientIdentity(*keys), testing::AgentIdentity(*keys));
  EXPECT_TRUE(done.client.ok()) << done.client.status();
  EXPECT_TRUE(done.server.ok()) << done.server.status();
}

}  // namespace
}  // namespace hawser::net
