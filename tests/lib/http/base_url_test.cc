// Base URLs: what they are made of, and what none may hold.
#include "lib/http/base_url.h"

#include <gtest/gtest.h>

namespace hawser::http {
namespace {

TEST(BaseUrlTest, TakesUrlsApart) {
  struct Case {
    std::string text;
    BaseUrl url;
  };
  const std::vector<Case> cases = {
      {"http://a", {false, "a", 80, "a", ""}},
      {"https://registry.example", {true, "registry.example", 443, "registry.example", ""}},
      {"https://10.0.0.1:5000/", {true, "10.0.0.1", 5000, "10.0.0.1:5000", ""}},
      {"http://a_b-c:1/k8s/c1//", {false, "a_b-c", 1, "a_b-c:1", "/k8s/c1"}},
      {"https://[::1]", {true, "::1", 443, "[::1]", ""}},
      {"http://[2001:db8::1]:65535", {false, "2001:db8::1", 65535, "[2001:db8::1]:65535", ""}}};
  for (const Case& c : cases) {
    const Result<BaseUrl> url = ParseBaseUrl(c.text);
    ASSERT_TRUE(url.ok()) << url.status();
    EXPECT_EQ(*url, c.url) << c.text;
  }
}

TEST(BaseUrlTest, RefusesWhatIsNone) {
  for (const std::string& text : {std::string(),
                                  std::string("a"),
                                  std::string("ftp://a"),
                                  std::string("HTTP://a"),
                                  std::string("http://"),
                                  std::string("http:///x"),
                                  std::string("http://:80"),
                                  std::string("http://a:"),
                                  std::string("http://a:0"),
                                  std::string("http://a:65536"),
                                  std::string("http://a:8a"),
                                  std::string("http://a:-1"),
                                  std::string("http://user@a"),
                                  std::string("http://a b"),
                                  std::string("http://a\r\nX: y"),
                                  std::string("http://.a"),
                                  std::string("http://a\0b", 10),
                                  std::string("http://\xc3\xa9"),
                                  std::string("http://::1"),
                                  std::string("http://[::1"),
                                  std::string("http://[]"),
                                  std::string("http://[a]"),
                                  std::string("http://[a.b]"),
                                  std::string("http://[::1]x"),
                                  std::string("http://a?b"),
                                  std::string("http://a/?b"),
                                  std::string("http://a/#b"),
                                  std::string("http://a/b c"),
                                  "http://" + std::string(254, 'a')}) {
    const Status status = ParseBaseUrl(text).status();
    EXPECT_EQ(status.code(), Code::kInvalidArgument) << text;
    EXPECT_LT(status.message().size(), 2000U);
  }
}

}  // namespace
}  // namespace hawser::http
