// Requests are counted by what came of them, and passed on unchanged.
#include "lib/kube/counted_transport.h"

#include <gtest/gtest.h>

#include "tests/lib/kube/scripted_transport.h"
#include "tests/support/recorded_metrics.h"

namespace hawser::kube {
namespace {

using Values = std::map<std::string, double>;

class CountedTransportTest : public ::testing::Test {
 protected:
  CountedTransportTest() {
    auto transport = std::make_unique<testing::ScriptedTransport>();
    server_ = transport.get();
    counted_ = CountRequests(std::move(transport), metrics_, "api:6443");
  }
  static std::string Series(const std::string& code, const std::string& method) {
    return "rest_client_requests_total{code=" + code + ",host=api:6443,method=" + method + "}";
  }

  testing::RecordedMetrics metrics_;
  testing::ScriptedTransport* server_;
  std::unique_ptr<http::Transport> counted_;
};

TEST_F(CountedTransportTest, CountsByCodeAndMethod) {
  server_->Then(200, "{}");
  server_->Then(200, "{}");
  server_->Then(409, "{}");
  for (const char* method : {"GET", "GET", "PATCH", "GET"}) {
    (void)counted_->Send({.method = method, .path = "/api"});
  }
  EXPECT_EQ(metrics_.Values(), (Values{{Series("200", "GET"), 2},
                                       {Series("409", "PATCH"), 1},
                                       {Series("<error>", "GET"), 1}}));
}

TEST_F(CountedTransportTest, PassesRequestAndAnswerOn) {
  server_->Then(201, "made");
  const Result<http::Response> answer =
      counted_->Send({.method = "POST", .path = "/api", .body = "make"});
  ASSERT_TRUE(answer.ok());
  EXPECT_EQ(answer->body, "made");
  EXPECT_EQ(server_->requests().at(0).body, "make");
}

TEST_F(CountedTransportTest, OddCodesShareOneSeries) {
  server_->Then(0, "");
  server_->Then(999, "");
  (void)counted_->Send({});
  (void)counted_->Send({});
  EXPECT_EQ(metrics_.Values(), (Values{{Series("<other>", "GET"), 2}}));
}

TEST_F(CountedTransportTest, CountsAStreamWhenItsBodyBegins) {
  server_->Then(200, "a body of several pieces");
  Values at_the_first_piece;
  std::string body;
  const auto sink = [&](std::string_view piece) {
    if (body.empty()) at_the_first_piece = metrics_.Values();
    body += piece;
    return OkStatus();
  };
  EXPECT_TRUE(counted_->Stream({}, sink, {}).ok());
  EXPECT_EQ(body, "a body of several pieces");
  EXPECT_EQ(at_the_first_piece, (Values{{Series("200", "GET"), 1}}));
  EXPECT_EQ(metrics_.Values(), at_the_first_piece);
}

TEST_F(CountedTransportTest, CountsAStreamThatWasRefusedOrEmpty) {
  server_->Then(410, "too old");
  server_->Then(200, "");
  const auto sink = [](std::string_view) { return OkStatus(); };
  for (int i = 0; i < 3; ++i) (void)counted_->Stream({}, sink, {});
  EXPECT_EQ(metrics_.Values(), (Values{{Series("200", "GET"), 1},
                                       {Series("410", "GET"), 1},
                                       {Series("<error>", "GET"), 1}}));
}

}  // namespace
}  // namespace hawser::kube
