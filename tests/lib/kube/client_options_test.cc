// Server URLs taken apart.
#include "lib/kube/client_options.h"

#include <gtest/gtest.h>

namespace hawser::kube {
namespace {

TEST(ClientOptionsTest, TakesServersApart) {
  const std::vector<std::pair<std::string, ServerAddress>> servers = {
      {"https://api.example", {true, "api.example", 443, ""}},
      {"https://api.example:6443/", {true, "api.example", 6443, ""}},
      {"http://127.0.0.1", {false, "127.0.0.1", 80, ""}},
      {"https://rancher.example/k8s/clusters/c-1/",
       {true, "rancher.example", 443, "/k8s/clusters/c-1"}},
      {"https://[fd00::1]:6443", {true, "fd00::1", 6443, ""}},
      {"https://[::1]/x", {true, "::1", 443, "/x"}}};
  for (const auto& [url, address] : servers) {
    const Result<ServerAddress> parsed = ParseServer(url);
    ASSERT_TRUE(parsed.ok()) << parsed.status();
    EXPECT_EQ(*parsed, address) << url;
  }
}

TEST(ClientOptionsTest, RefusesWhatIsNoServer) {
  for (const char* url :
       {"", "api.example:6443", "ftp://x", "https://", "https:///x", "https://:6443",
        "https://x:", "https://x:0", "https://x:65536", "https://x:12a", "https://x:-1",
        "https://[::1", "https://[]", "https://[::1]6443"}) {
    const Status status = ParseServer(url).status();
    EXPECT_EQ(status.code(), Code::kInvalidArgument) << url;
    EXPECT_NE(status.message().find("https://HOST:PORT"), std::string::npos) << status;
  }
}

TEST(ClientOptionsTest, PluginsWinOverFilesOverFixedTokens) {
  ClusterConfig config;
  EXPECT_EQ(TokensOf(config), nullptr);
  config.token = "fixed";
  EXPECT_EQ(*TokensOf(config)->Token(), "fixed");
  config.token_file = "/nonexistent/token";
  EXPECT_EQ(TokensOf(config)->Token().status().code(), Code::kNotFound);
  config.tokens = FixedToken("plugin");
  EXPECT_EQ(*TokensOf(config)->Token(), "plugin");
}

}  // namespace
}  // namespace hawser::kube
