// Ports as words, and what they mean in a session.
#include "local-cli/forward/port_request.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hawser::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

devsession::DevSession SessionWithPorts() {
  devsession::DevSession session{.name = "dev"};
  session.spec.ports = {{.name = "http", .container = 80, .local = 8080},
                        {.name = "admin", .container = 9090},
                        {.name = "", .container = 5005}};
  return session;
}

Result<std::vector<PortMapping>> Resolve(const std::vector<std::string>& words,
                                         const devsession::DevSession& session) {
  std::vector<PortRequest> requests;
  for (const std::string& word : words) requests.push_back(ParsePortRequest(word).value());
  return ResolvePorts(requests, session);
}

TEST(PortRequestTest, ReadsEveryForm) {
  const struct {
    const char* text;
    PortRequest expected;
  } cases[] = {
      {"8080", {.number = 8080}},
      {"8080:80", {.local = 8080, .number = 80}},
      {":80", {.local = 0, .number = 80}},
      {"0:80", {.local = 0, .number = 80}},
      {"http", {.name = "http"}},
      {"8080:http", {.local = 8080, .name = "http"}},
      {":http-2", {.local = 0, .name = "http-2"}},
      {"65535:65535", {.local = 65535, .number = 65535}},
  };
  for (const auto& each : cases) {
    const Result<PortRequest> request = ParsePortRequest(each.text);
    ASSERT_TRUE(request.ok()) << each.text;
    EXPECT_EQ(*request, each.expected) << each.text;
  }
}

TEST(PortRequestTest, SaysWhatWasExpected) {
  for (const std::string text :
       {"", ":", "0", "80:", "80:0", "65536", "-1", "80:90:100", "http:80", "HTTP", "8080 ", "a.b",
        "99999:80", "80:99999", "a-name-too-long-for-a-port", "80:\x1b[0m"}) {
    const Result<PortRequest> request = ParsePortRequest(text);
    ASSERT_FALSE(request.ok()) << text;
    EXPECT_EQ(request.status().code(), Code::kInvalidArgument);
    EXPECT_THAT(request.status().message(), HasSubstr("expected [LOCAL:]REMOTE")) << text;
  }
}

TEST(PortRequestTest, ReadsAddresses) {
  EXPECT_THAT(*ParseAddresses({"localhost"}), ElementsAre("127.0.0.1", "::1"));
  EXPECT_THAT(*ParseAddresses({"::1", "localhost", "10.0.0.1"}),
              ElementsAre("::1", "127.0.0.1", "10.0.0.1"));
  for (const char* text : {"", "example.com", "127.0.0.1:80", "256.0.0.1"}) {
    EXPECT_EQ(ParseAddresses({text}).status().code(), Code::kInvalidArgument) << text;
  }
}

TEST(PortRequestTest, ResolvesInTheSession) {
  const struct {
    std::vector<std::string> words;
    std::vector<PortMapping> expected;
  } cases[] = {
      {{}, {{"http", 8080, 80}, {"admin", 9090, 9090}, {"5005", 5005, 5005}}},
      {{"http"}, {{"http", 8080, 80}}},
      {{"admin"}, {{"admin", 9090, 9090}}},
      {{"1234:http"}, {{"http", 1234, 80}}},
      {{":http"}, {{"http", 0, 80}}},
      {{"80"}, {{"http", 80, 80}}},
      {{"7000:7001"}, {{"7001", 7000, 7001}}},
      {{"5005"}, {{"5005", 5005, 5005}}},
      {{":80", ":80"}, {{"http", 0, 80}, {"http", 0, 80}}},
  };
  for (const auto& each : cases) {
    const auto mappings = Resolve(each.words, SessionWithPorts());
    ASSERT_TRUE(mappings.ok()) << mappings.status();
    EXPECT_EQ(*mappings, each.expected) << (each.words.empty() ? "none" : each.words.front());
  }
}

TEST(PortRequestTest, SaysWhyItCannot) {
  const devsession::DevSession bare{.name = "dev"};
  const struct {
    std::vector<std::string> words;
    devsession::DevSession session;
    const char* message;
  } cases[] = {
      {{"web"}, SessionWithPorts(), "names no port \"web\"; it names: http, admin"},
      {{"web"}, bare, "names no port \"web\"; give its number, or name it in spec.ports"},
      {{"8080:80", "8080:90"}, bare, "local port 8080 is wanted for both 80 and 90"},
      {{}, bare, "names no ports; say which to forward, like 'hawser forward dev 8080:80'"},
  };
  for (const auto& each : cases) {
    const auto mappings = Resolve(each.words, each.session);
    ASSERT_FALSE(mappings.ok());
    EXPECT_THAT(mappings.status().message(), HasSubstr(each.message));
  }
}

TEST(PortRequestTest, TakesTheServicesPortsOfACopyThatNamesNone) {
  devsession::DevSession session{.name = "dev"};
  session.status.ports = {{.name = "tcp-80", .container = 80, .service = "hawser-dev"}};
  EXPECT_THAT(*Resolve({"8080:tcp-80"}, session), ElementsAre(PortMapping{"tcp-80", 8080, 80}));
}

TEST(PortRequestTest, BesideAPushOnlyWhatTheSpecWantsLocally) {
  EXPECT_THAT(LocalPortsOf(SessionWithPorts()), ElementsAre(PortMapping{"http", 8080, 80}));
  EXPECT_TRUE(LocalPortsOf({}).empty());
}

}  // namespace
}  // namespace hawser::cli
