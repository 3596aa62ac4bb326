// The session's keys on disk, as kubelet replaces them.
#include "agent/serve/keys.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "lib/net/certificate.h"
#include "tests/support/temp_dir.h"

namespace hawser::agent {
namespace {

class KeysTest : public ::testing::Test {
 protected:
  KeysTest() { Mount("first", MakeKeys()); }

  static net::SessionKeys MakeKeys() {
    return *net::MakeSessionKeys("team/api", SystemClock().WallNow(), std::chrono::hours(1));
  }

  /// Makes `keys` the content of the mounted Secret: a fresh directory, a link renamed over the old
  /// one.
  void Mount(const std::string& name, const net::SessionKeys& keys) {
    files_.Write(name + "/ca.crt", keys.ca);
    files_.Write(name + "/agent.crt", keys.agent_cert);
    files_.Write(name + "/agent.key", keys.agent_key);
    std::filesystem::create_symlink(name, files_ / "next");
    std::filesystem::rename(files_ / "next", files_ / "mounted");
  }

  testing::TempDir files_;
  Keys keys_{files_ / "mounted"};
};

TEST_F(KeysTest, AreParsedAgainOnlyAfterTheyChanged) {
  const auto first = keys_.Current();
  ASSERT_TRUE(first.ok()) << first.status();
  EXPECT_EQ(*keys_.Current(), *first);
  Mount("second", MakeKeys());
  const auto second = keys_.Current();
  ASSERT_TRUE(second.ok()) << second.status();
  EXPECT_NE(*second, *first);
  EXPECT_EQ(*keys_.Current(), *second);
}

TEST_F(KeysTest, ThatCanNotBeUsedAreNamedAndTriedAgain) {
  ASSERT_TRUE(keys_.Current().ok());
  net::SessionKeys mixed = MakeKeys();
  mixed.agent_key = MakeKeys().agent_key;
  Mount("mixed", mixed);
  EXPECT_EQ(keys_.Current().status().code(), Code::kInvalidArgument);
  std::filesystem::remove(files_ / "mixed/agent.key");
  const Status missing = keys_.Current().status();
  EXPECT_NE(missing.message().find("agent.key"), std::string::npos) << missing;
  Mount("good", MakeKeys());
  EXPECT_TRUE(keys_.Current().ok());
}

TEST_F(KeysTest, ThatAreTooLargeAreNotRead) {
  files_.Write("first/ca.crt", std::string(size_t{1} << 20, 'x'));
  const Status status = keys_.Current().status();
  EXPECT_EQ(status.code(), Code::kInvalidArgument);
  EXPECT_NE(status.message().find("too large"), std::string::npos) << status;
}

}  // namespace
}  // namespace hawser::agent
