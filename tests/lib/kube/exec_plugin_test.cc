// What credential plugins print, and how long it is kept.
#include "lib/kube/exec_plugin.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "lib/base/text.h"
#include "tests/support/fake_clock.h"
#include "tests/support/temp_dir.h"

namespace hawser::kube {
namespace {

using nlohmann::json;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr char kVersion[] = "client.authentication.k8s.io/v1";

std::string Output(const json& status) {
  return json{{"kind", "ExecCredential"}, {"apiVersion", kVersion}, {"status", status}}.dump();
}

TEST(ParseExecCredentialTest, ReadsATokenAndItsEnd) {
  const auto credential = ParseExecCredential(
      Output({{"token", "t0ken\n"}, {"expirationTimestamp", "2026-01-02T03:04:05Z"}}), kVersion);
  ASSERT_TRUE(credential.ok()) << credential.status();
  EXPECT_EQ(*credential, (ExecCredential{.token = "t0ken",
                                         .client_cert = "",
                                         .client_key = "",
                                         .expires = *ParseTime("2026-01-02T03:04:05Z")}));
}

TEST(ParseExecCredentialTest, ReadsAClientCertificate) {
  const auto credential = ParseExecCredential(
      Output({{"clientCertificateData", "cert"}, {"clientKeyData", "key"}}), kVersion);
  ASSERT_TRUE(credential.ok()) << credential.status();
  EXPECT_EQ(
      *credential,
      (ExecCredential{.token = "", .client_cert = "cert", .client_key = "key", .expires = {}}));
}

TEST(ParseExecCredentialTest, NamesWhatIsMissingAndQuotesNoSecret) {
  const std::vector<std::pair<std::string, std::string>> wrong = {
      {"", "a JSON object"},
      {"s3cret", "a JSON object"},
      {R"({"kind":"Secret"})", "kind"},
      {R"({"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1beta1"})",
       "apiVersion"},
      {Output(json::object()), "neither token"},
      {Output({{"token", 5}}), "neither token"},
      {Output({{"token", "s3cret\r\nX: y"}}), "status.token"},
      {Output({{"clientCertificateData", "s3cret"}}), "come together"},
      {Output({{"clientKeyData", "s3cret"}, {"token", "s3cret"}}), "come together"},
      {Output({{"token", "s3cret"}, {"expirationTimestamp", "soon"}}), "expirationTimestamp"}};
  for (const auto& [output, what] : wrong) {
    const Status status = ParseExecCredential(output, kVersion).status();
    EXPECT_EQ(status.code(), Code::kInvalidArgument) << output;
    EXPECT_NE(status.message().find(what), std::string::npos) << status;
    EXPECT_EQ(status.message().find("s3cret"), std::string::npos) << status;
  }
}

/// A plugin that counts its runs: each prints the next token.
class ExecTokensTest : public ::testing::Test {
 protected:
  void Start(const json& more = json::object()) {
    json status = {{"token", "t@"}};
    status.update(more);
    dir_.Write("answer", Output(status));
    const std::string script =
        "cd " + dir_.path().string() + " && echo run >> runs && sed s/@/$(wc -l < runs)/ answer";
    ExecPlugin plugin{.api_version = kVersion, .command = "sh", .args = {"-c", script}};
    tokens_ = std::make_unique<ExecTokens>(std::move(plugin), clock_);
  }
  json EndsIn(Duration time) const {
    const auto end = clock_->WallNow() + std::chrono::duration_cast<WallTime::duration>(time);
    return {{"expirationTimestamp", FormatTime(end)}};
  }

  testing::TempDir dir_;
  const std::shared_ptr<testing::FakeClock> clock_ = std::make_shared<testing::FakeClock>();
  std::unique_ptr<ExecTokens> tokens_;
};

TEST_F(ExecTokensTest, KeepsATokenWithoutAnEnd) {
  Start();
  EXPECT_EQ(*tokens_->Token(), "t1");
  clock_->Advance(std::chrono::hours(1000));
  EXPECT_EQ(*tokens_->Token(), "t1");
}

TEST_F(ExecTokensTest, RunsAgainShortlyBeforeTheTokenEnds) {
  Start(EndsIn(minutes(1)));
  EXPECT_EQ(*tokens_->Token(), "t1");
  clock_->Advance(seconds(49));
  EXPECT_EQ(*tokens_->Token(), "t1");
  clock_->Advance(seconds(1));
  EXPECT_EQ(*tokens_->Token(), "t2");
}

TEST_F(ExecTokensTest, RunsAgainOnceForARefusedToken) {
  Start();
  EXPECT_EQ(*tokens_->Token(), "t1");
  tokens_->Invalidate("t1");
  EXPECT_EQ(*tokens_->Token(), "t2");
  tokens_->Invalidate("t1");
  EXPECT_EQ(*tokens_->Token(), "t2");
}

TEST_F(ExecTokensTest, RunsOnceForManyCallers) {
  Start();
  std::vector<std::jthread> callers;
  for (int i = 0; i < 8; ++i) {
    callers.emplace_back([this] { EXPECT_EQ(*tokens_->Token(), "t1"); });
  }
}

TEST_F(ExecTokensTest, TriesAgainAfterAFailure) {
  Start();
  dir_.Write("answer", "{}");
  EXPECT_EQ(tokens_->Token().status().code(), Code::kInvalidArgument);
  dir_.Write("answer", Output({{"token", "t@"}}));
  EXPECT_EQ(*tokens_->Token(), "t2");
}

}  // namespace
}  // namespace hawser::kube
