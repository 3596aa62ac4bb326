// Preview host names: which patterns are taken, how words are filled in, what is refused and why.
#include "lib/devsession/preview_host.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hawser::devsession {
namespace {

using ::testing::HasSubstr;

const HostWords kApi = {.owner = "dev1", .session = "api", .ns = "team"};

TEST(PreviewHostTest, TakesHostNamesWithWordsInThem) {
  for (const char* pattern : {"api.example.com", "{owner}", "api-{owner}.{namespace}.example.com",
                              "{session}{owner}.example", "0.example"}) {
    EXPECT_TRUE(IsHostPattern(pattern)) << pattern;
  }
  for (const char* pattern :
       {"", "*.example.com", "Api.example.com", "{who}.example.com", "{owner.example.com", "a/b",
        "a b", ".example.com", "-a.example.com", "a:80", "https://a", "a_b", "{OWNER}"}) {
    EXPECT_FALSE(IsHostPattern(pattern)) << pattern;
  }
  EXPECT_TRUE(IsHostPattern(std::string(253, 'a')));
  EXPECT_FALSE(IsHostPattern(std::string(254, 'a')));
}

TEST(PreviewHostTest, FillsEachWordOnce) {
  EXPECT_EQ(FillHost("{session}-{owner}.{namespace}.example.com", kApi),
            "api-dev1.team.example.com");
  EXPECT_EQ(FillHost("{owner}{owner}", kApi), "dev1dev1");
  const HostWords nested = {.owner = "{session}", .session = "x", .ns = "{owner}"};
  EXPECT_EQ(FillHost("{owner}.{namespace}", nested), "session.owner");
}

TEST(PreviewHostTest, LetsNoValueLeadToAnotherHost) {
  const struct {
    const char* session;
    const char* host;
  } rows[] = {
      {"api.v2", "api-v2.example.com"},
      {"evil.com/x", "evil-com-x.example.com"},
      {"-.a.-", "a.example.com"},
      {"UPPER", "upper.example.com"},
      {"a\nHost: b", "a-host--b.example.com"},
      {"\xc3\xa4pi", "pi.example.com"},
      {"...", ".example.com"},
  };
  for (const auto& row : rows) {
    EXPECT_EQ(FillHost("{session}.example.com", {.owner = "", .session = row.session, .ns = ""}),
              row.host);
  }
}

TEST(PreviewHostTest, SaysWhatIsWrongWithAHost) {
  const struct {
    std::string host;
    const char* message;
  } rows[] = {
      {"a..example.com", "a dot without a name"},
      {"example.com.", "a dot without a name"},
      {"", "a dot without a name"},
      {"a-.example.com", "\"a-\", which begins or ends with a hyphen"},
      {"a.-b.com", "begins or ends with a hyphen"},
      {std::string(64, 'a') + ".com", "of 64 characters"},
      {"10.0.0.1", "ends in a number"},
      {"a*.com", "only lower-case letters"},
  };
  for (const auto& row : rows) {
    EXPECT_EQ(CheckHost(row.host).code(), Code::kInvalidArgument) << row.host;
    EXPECT_THAT(CheckHost(row.host).message(), HasSubstr(row.message)) << row.host;
  }
  std::string deep;
  for (int i = 0; i < 130; ++i) deep += "a.";
  EXPECT_THAT(CheckHost(deep + "com").message(), HasSubstr("at most 253"));
  EXPECT_EQ(CheckHost("api-dev1.team.example.com"), OkStatus());
  EXPECT_EQ(CheckHost("localhost"), OkStatus());
}

}  // namespace
}  // namespace hawser::devsession
