// What a refused upgrade means, by table.
#include "lib/net/websocket_refusal.h"

#include <gtest/gtest.h>

namespace hawser::net {
namespace {

TEST(WebSocketRefusalTest, MapsTheHttpStatusToACode) {
  EXPECT_EQ(RefusalStatus(401, "").code(), Code::kUnauthenticated);
  EXPECT_EQ(RefusalStatus(403, "").code(), Code::kPermissionDenied);
  EXPECT_EQ(RefusalStatus(404, "").code(), Code::kNotFound);
  EXPECT_EQ(RefusalStatus(429, "").code(), Code::kResourceExhausted);
  EXPECT_EQ(RefusalStatus(500, "").code(), Code::kUnavailable);
}

TEST(WebSocketRefusalTest, MayPassWhenTheStatusSaysNoMore) {
  EXPECT_EQ(RefusalStatus(400, "pod api-0 does not have a host").code(), Code::kUnavailable);
  EXPECT_EQ(RefusalStatus(200, "").code(), Code::kUnavailable);
}

TEST(WebSocketRefusalTest, TakesTheMessageOfAStatusObject) {
  EXPECT_EQ(RefusalStatus(404, R"({"kind":"Status","message" : "pods \"a\" not found","code":404})")
                .message(),
            "the server answered 404: pods \"a\" not found");
}

TEST(WebSocketRefusalTest, TakesOtherBodiesAsTheyAre) {
  EXPECT_EQ(RefusalStatus(502, " Bad Gateway\n").message(), "the server answered 502: Bad Gateway");
  EXPECT_EQ(RefusalStatus(502, "").message(), "the server answered 502");
  EXPECT_EQ(RefusalStatus(500, R"({"message":5})").message(),
            R"(the server answered 500: {"message":5})");
}

TEST(WebSocketRefusalTest, BoundsAndCleansWhatItRepeats) {
  EXPECT_LT(RefusalStatus(500, std::string(1 << 20, 'x')).message().size(), 1000U);
  EXPECT_LT(RefusalStatus(500, "{\"message\":\"" + std::string(1 << 20, 'x')).message().size(),
            1000U);
  EXPECT_EQ(RefusalStatus(500, "\x1b[2J").message().find('\x1b'), std::string::npos);
  EXPECT_FALSE(RefusalStatus(500, R"({"message":"a\)").message().empty());
}

}  // namespace
}  // namespace hawser::net
