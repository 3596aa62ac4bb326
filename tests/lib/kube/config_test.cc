// Where the configuration comes from: the command line, the environment, the pod.
#include "lib/kube/config.h"

#include <gtest/gtest.h>

#include <mutex>

#include "lib/http/transport.h"
#include "lib/kube/kubeconfig.h"
#include "tests/support/temp_dir.h"

namespace hawser::kube {
namespace {

class ConfigTest : public ::testing::Test {
 protected:
  std::string Kubeconfig(const std::string& path, const std::string& server) {
    return dir_.Write(path,
                      "current-context: x\ncontexts: [{name: x, context: {cluster: x}}]\n"
                      "clusters: [{name: x, cluster: {server: 'https://" +
                          server + "'}}]\n");
  }
  ConfigEnvironment Pod() {
    dir_.Write("sa/token", "t0ken");
    dir_.Write("sa/ca.crt", "the ca");
    dir_.Write("sa/namespace", "team\n");
    return {.home = dir_ / "nobody",
            .service_host = "10.96.0.1",
            .service_port = "443",
            .service_account = dir_ / "sa"};
  }

  testing::TempDir dir_;
};

TEST_F(ConfigTest, CommandLineWinsOverEnvironmentOverHome) {
  ConfigEnvironment environment = Pod();
  environment.home = dir_.path().string();
  Kubeconfig(".kube/config", "home");
  EXPECT_EQ(LoadConfigFrom({}, environment)->server, "https://home");
  environment.kubeconfig = Kubeconfig("e", "environment");
  EXPECT_EQ(LoadConfigFrom({}, environment)->server, "https://environment");
  const std::string named = Kubeconfig("n", "named");
  const ClusterConfig config = *LoadConfigFrom({.kubeconfig = named, .ns = "mine"}, environment);
  EXPECT_EQ(config.server, "https://named");
  EXPECT_EQ(config.ns, "mine");
}

TEST_F(ConfigTest, SaysWhichFilesItLookedFor) {
  const std::string missing = dir_ / "missing";
  for (const Status& status : {LoadConfigFrom({.kubeconfig = missing}, Pod()).status(),
                               LoadConfigFrom({}, {.kubeconfig = missing}).status(),
                               LoadConfigFrom({}, {.home = missing}).status()}) {
    EXPECT_EQ(status.code(), Code::kNotFound);
    EXPECT_NE(status.message().find(missing), std::string::npos) << status;
  }
}

TEST_F(ConfigTest, UsesThePodsServiceAccount) {
  const Result<ClusterConfig> config = LoadConfigFrom({}, Pod());
  ASSERT_TRUE(config.ok()) << config.status();
  EXPECT_EQ(config->server, "https://10.96.0.1:443");
  EXPECT_EQ(config->ca, "the ca");
  EXPECT_EQ(config->token_file, dir_ / "sa/token");
  EXPECT_EQ(config->ns, "team");
  EXPECT_EQ(config->context, "in-cluster");
  EXPECT_EQ(LoadConfigFrom({.ns = "mine"}, Pod())->ns, "mine");
}

TEST_F(ConfigTest, NamesTheServiceWhereItsAddressIsOfIpv6) {
  ConfigEnvironment environment = Pod();
  environment.service_host = "fd00::1";
  environment.service_port = "";
  EXPECT_EQ(LoadConfigFrom({}, environment)->server, "https://kubernetes.default.svc:443");
}

TEST_F(ConfigTest, NamesAMissingServiceAccount) {
  ConfigEnvironment environment = Pod();
  environment.service_account = dir_ / "gone";
  const Status status = LoadConfigFrom({}, environment).status();
  EXPECT_NE(status.message().find("service account"), std::string::npos) << status;
  EXPECT_NE(status.message().find(dir_ / "gone/ca.crt"), std::string::npos) << status;
}

TEST_F(ConfigTest, NeverTakesThePodsAccountForANamedContext) {
  EXPECT_EQ(LoadConfigFrom({.context = "prod"}, Pod()).status().code(), Code::kNotFound);
}

TEST_F(ConfigTest, MakesAClientThatProvesItselfWithTheTokenFile) {
  std::mutex mutex;
  std::string seen;
  const auto server = http::Serve(http::ServerOptions{}, [&](const http::Request& request) {
    const std::lock_guard lock(mutex);
    seen = request.headers.at("authorization");
    return http::Response{.status = 500, .body = "broken"};
  });
  ASSERT_TRUE(server.ok()) << server.status();
  ClusterConfig config;
  config.server = "http://127.0.0.1:" + std::to_string((*server)->port());
  config.token_file = dir_.Write("token", "t0ken\n");
  const Result<std::unique_ptr<Api>> api = MakeApi(config);
  ASSERT_TRUE(api.ok()) << api.status();
  const Status status = (*api)->GetRaw("/version").status();
  EXPECT_EQ(status.code(), Code::kUnavailable) << status;
  EXPECT_EQ(status.message().find("t0ken"), std::string::npos) << status;
  const std::lock_guard lock(mutex);
  EXPECT_EQ(seen, "Bearer t0ken");
}

}  // namespace
}  // namespace hawser::kube
