// What may be written after --reverse.
#include "local-cli/forward/reverse_request.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hawser::cli {
namespace {

using ::testing::HasSubstr;

TEST(ReverseRequestTest, ReadsPortsAndHosts) {
  const struct {
    const char* text;
    ReverseRequest request;
    const char* target;
  } rows[] = {
      {"5432", {.remote = 5432, .local = 5432}, "localhost:5432"},
      {"8081:80", {.remote = 8081, .local = 80}, "localhost:80"},
      {"5432:db.lan:5433", {.remote = 5432, .host = "db.lan", .local = 5433}, "db.lan:5433"},
      {"5432:[::1]:5433", {.remote = 5432, .host = "::1", .local = 5433}, "[::1]:5433"},
      {"65535:127.0.0.1:1", {.remote = 65535, .host = "127.0.0.1", .local = 1}, "127.0.0.1:1"},
  };
  for (const auto& row : rows) {
    const Result<ReverseRequest> request = ParseReverseRequest(row.text);
    ASSERT_TRUE(request.ok()) << row.text << request.status();
    EXPECT_EQ(*request, row.request) << row.text;
    EXPECT_EQ(TargetText(*request), row.target);
  }
}

TEST(ReverseRequestTest, SaysWhatWasExpected) {
  for (const char* text :
       {"", ":", "x", "0", "5432:", ":5432", "5432:0", "5432::5432", "70000:1", "5432:a:b",
        "5432:a b:1", "5432:::1:5", "5432:[::1:5", "-1:2", "5432:http", "5432:\x1b[2J:1"}) {
    const Status status = ParseReverseRequest(text).status();
    EXPECT_EQ(status.code(), Code::kInvalidArgument) << text;
    EXPECT_THAT(status.message(), HasSubstr("expected REMOTE:[HOST:]LOCAL")) << text;
    EXPECT_EQ(status.message().find('\x1b'), std::string::npos);
  }
  EXPECT_THAT(ParseReverseRequest("80:8080").status().message(),
              HasSubstr("port 80 of the pod is privileged; choose one from 1024"));
}

TEST(ReverseRequestTest, RefusesTheAppsOwnPortsAndRepetitions) {
  devsession::DevSession session{.name = "api"};
  session.spec.ports = {{.name = "http", .container = 8080}};
  EXPECT_EQ(CheckReverse({{.remote = 5432}, {.remote = 5433}}, session), OkStatus());
  EXPECT_THAT(CheckReverse({{.remote = 8080}}, session).message(),
              HasSubstr("port 8080 of the pods is the app's own (spec.ports of session api)"));
  EXPECT_THAT(CheckReverse({{.remote = 5432}, {.remote = 5432}}, session).message(),
              HasSubstr("twice"));
}

}  // namespace
}  // namespace hawser::cli
