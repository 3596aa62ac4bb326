// Tokens: fixed ones, and a file's that rotates.
#include "lib/kube/credentials.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "tests/support/fake_clock.h"
#include "tests/support/temp_dir.h"

namespace hawser::kube {
namespace {

using std::chrono::seconds;

TEST(CredentialsTest, FixedTokenStaysWhatItIs) {
  const auto tokens = FixedToken("t0ken");
  tokens->Invalidate("t0ken");
  EXPECT_EQ(*tokens->Token(), "t0ken");
}

TEST(CredentialsTest, CleansWhiteSpaceOffTokens) {
  EXPECT_EQ(*CleanToken(" t0ken.a-b_c~+/=\r\n"), "t0ken.a-b_c~+/=");
  EXPECT_EQ(*CleanToken(""), "");
}

TEST(CredentialsTest, RefusesTokensThatNoHeaderCanCarry) {
  for (const char* token : {"a\r\nX-Other: b", "a b", "a\tb", "caf\xC3\xA9", "a\x7f"}) {
    const Status status = CleanToken(token).status();
    EXPECT_EQ(status.code(), Code::kInvalidArgument) << token;
    EXPECT_EQ(status.message().find(token), std::string::npos) << status;
  }
}

class FileTokenTest : public ::testing::Test {
 protected:
  testing::TempDir dir_;
  const std::shared_ptr<testing::FakeClock> clock_ = std::make_shared<testing::FakeClock>();
  const std::string path_ = dir_.Write("token", "first\n");
  const std::shared_ptr<TokenSource> tokens_ = FileToken(path_, clock_);
};

TEST_F(FileTokenTest, IsReadAgainAfterAMinute) {
  EXPECT_EQ(*tokens_->Token(), "first");
  dir_.Write("token", "second");
  clock_->Advance(seconds(59));
  EXPECT_EQ(*tokens_->Token(), "first");
  clock_->Advance(seconds(1));
  EXPECT_EQ(*tokens_->Token(), "second");
}

TEST_F(FileTokenTest, IsReadAgainOnceRefused) {
  EXPECT_EQ(*tokens_->Token(), "first");
  dir_.Write("token", "second");
  tokens_->Invalidate("first");
  EXPECT_EQ(*tokens_->Token(), "second");
}

TEST_F(FileTokenTest, OutlivesTheRefusalOfAnOlderToken) {
  EXPECT_EQ(*tokens_->Token(), "first");
  dir_.Write("token", "second");
  tokens_->Invalidate("older");
  EXPECT_EQ(*tokens_->Token(), "first");
}

TEST_F(FileTokenTest, KeepsTheLastTokenWhileTheFileIsAway) {
  EXPECT_EQ(*tokens_->Token(), "first");
  std::filesystem::remove(path_);
  clock_->Advance(seconds(61));
  EXPECT_EQ(*tokens_->Token(), "first");
  tokens_->Invalidate("first");
  const Status status = tokens_->Token().status();
  EXPECT_EQ(status.code(), Code::kNotFound);
  EXPECT_NE(status.message().find(path_), std::string::npos) << status;
}

TEST_F(FileTokenTest, NeverActsAsAStranger) {
  dir_.Write("token", "\n");
  const Status status = tokens_->Token().status();
  EXPECT_EQ(status.code(), Code::kUnauthenticated);
  EXPECT_NE(status.message().find(path_), std::string::npos) << status;
  dir_.Write("token", "se\ncret");
  EXPECT_EQ(tokens_->Token().status().code(), Code::kInvalidArgument);
  EXPECT_EQ(tokens_->Token().status().message().find("cret"), std::string::npos);
}

}  // namespace
}  // namespace hawser::kube
