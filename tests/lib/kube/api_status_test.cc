// Refusals of the API server, as Status objects and as anything else.
#include "lib/kube/api_status.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace hawser::kube {
namespace {

TEST(ApiStatusTest, TakesCodeAndMessageOfAStatusObject) {
  EXPECT_EQ(
      StatusOfAnswer(404, R"({"kind":"Status","code":404,"reason":"NotFound","message":"m"})"),
      NotFoundError("m"));
  EXPECT_EQ(StatusOfAnswer(409, R"({"kind":"Status","reason":"AlreadyExists"})"),
            AlreadyExistsError("AlreadyExists"));
  EXPECT_EQ(StatusOfAnswer(409, R"({"kind":"Status","code":409})"),
            AbortedError("the server gave no reason"));
}

TEST(ApiStatusTest, QuotesOtherBodies) {
  EXPECT_EQ(StatusOfAnswer(502, " Bad Gateway\n"),
            UnavailableError("the server answered HTTP 502: Bad Gateway"));
  EXPECT_EQ(StatusOfAnswer(403, ""), PermissionDeniedError("the server answered HTTP 403"));
  EXPECT_EQ(StatusOfAnswer(403, "[]"), PermissionDeniedError("the server answered HTTP 403: []"));
}

TEST(ApiStatusTest, BoundsAndCleansWhatItRepeats) {
  const Status longer = StatusOfAnswer(500, std::string(1 << 20, 'x'));
  EXPECT_LT(longer.message().size(), 5000U);
  EXPECT_TRUE(longer.message().ends_with("..."));
  EXPECT_EQ(StatusOfAnswer(500, "\x1b[2J").message().find('\x1b'), std::string::npos);
}

TEST(ApiStatusTest, IsAFailureWhateverTheCode) {
  for (const int code : {-1, 0, 200, 302, 600}) {
    const nlohmann::json status = {{"kind", "Status"}, {"code", code}};
    EXPECT_FALSE(StatusOfObject(status).ok()) << code;
    EXPECT_FALSE(StatusOfAnswer(code, "").ok()) << code;
  }
}

}  // namespace
}  // namespace hawser::kube
