// What the kubelet and Prometheus are answered.
#include "controller/health.h"

#include <gtest/gtest.h>

#include "lib/net/socket.h"

namespace hawser::controller {
namespace {

http::Response Ask(const std::string& path, bool ready) {
  return AnswerProbe({.path = path},
                     {.ready = [ready] { return ready; }, .metrics = [] { return "up 1\n"; }});
}

TEST(HealthTest, AnswersEachPath) {
  struct Case {
    const char* path;
    bool ready;
    int status;
    const char* body;
  };
  for (const Case& c :
       {Case{"/healthz", false, 200, "ok\n"}, Case{"/healthz?verbose", true, 200, "ok\n"},
        Case{"/readyz", true, 200, "ok\n"},
        Case{"/readyz", false, 503, "caches are not filled yet\n"},
        Case{"/metrics", false, 200, "up 1\n"}, Case{"/metrics?x=1", true, 200, "up 1\n"},
        Case{"/", true, 404, "not found\n"}, Case{"/metrics/", true, 404, "not found\n"}}) {
    SCOPED_TRACE(c.path);
    EXPECT_EQ(Ask(c.path, c.ready).status, c.status);
    EXPECT_EQ(Ask(c.path, c.ready).body, c.body);
  }
}

TEST(HealthTest, NamesTheFormatOfTheMetrics) {
  EXPECT_EQ(Ask("/metrics", true).headers.at("content-type"),
            "text/plain; version=0.0.4; charset=utf-8");
}

TEST(HealthTest, ServesWhatItIsGiven) {
  const auto server =
      ServeHealth(0, {.ready = [] { return true; }, .metrics = [] { return "up 1\n"; }});
  ASSERT_TRUE(server.ok()) << server.status();
  const auto client =
      http::MakeTransport({.base_url = "http://127.0.0.1:" + std::to_string((*server)->port())});
  ASSERT_TRUE(client.ok()) << client.status();
  EXPECT_EQ((*client)->Send({.path = "/metrics"}).value().body, "up 1\n");
}

TEST(HealthTest, IsReachedOnAPodsAddressOfIpv6) {
  if (!net::ListenTcp("::1", 0).ok()) GTEST_SKIP() << "this machine has no address ::1";
  const auto server =
      ServeHealth(0, {.ready = [] { return true; }, .metrics = [] { return "up 1\n"; }});
  ASSERT_TRUE(server.ok()) << server.status();
  const auto stream = net::DialTcp("::1", (*server)->port(), In(std::chrono::seconds(5)));
  EXPECT_TRUE(stream.ok()) << stream.status();
}

}  // namespace
}  // namespace hawser::controller
