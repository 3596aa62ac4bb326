// Kubeconfig files: merged, resolved, and refused with the field named.
#include "lib/kube/kubeconfig.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <nlohmann/json.hpp>

#include "lib/base/base64.h"
#include "lib/kube/credentials.h"
#include "tests/support/temp_dir.h"

namespace hawser::kube {
namespace {

class KubeconfigTest : public ::testing::Test {
 protected:
  // A kubeconfig whose only context has this cluster and user section.
  Result<ClusterConfig> Load(const std::string& cluster, const std::string& user,
                             const std::string& context = "") {
    const std::string path = dir_.Write(
        "config", "current-context: dev\ncontexts: [{name: dev, context: {cluster: c, user: u" +
                      context + "}}]\nclusters: [{name: c, cluster: {" + cluster +
                      "}}]\nusers: [{name: u, user: {" + user + "}}]\n");
    return LoadConfigFrom({.kubeconfig = path}, {});
  }
  ClusterConfig MustLoad(const std::string& cluster, const std::string& user,
                         const std::string& context = "") {
    Result<ClusterConfig> config = Load(cluster, user, context);
    EXPECT_TRUE(config.ok()) << config.status();
    return config.ok() ? *std::move(config) : ClusterConfig();
  }
  void ExpectRefusal(const std::string& cluster, const std::string& user, Code code,
                     const std::string& words, const std::string& context = "") {
    const Status status = Load(cluster, user, context).status();
    EXPECT_EQ(status.code(), code) << cluster << user << context;
    EXPECT_NE(status.message().find(dir_ / "config"), std::string::npos) << status;
    EXPECT_NE(status.message().find(words), std::string::npos) << status;
  }

  const std::string server_ = "server: 'https://api.example:6443'";
  testing::TempDir dir_;
};

TEST_F(KubeconfigTest, ReadsClusterUserAndNamespace) {
  const ClusterConfig config =
      MustLoad(server_ + ", tls-server-name: kubernetes", "token: ' t0ken '", ", namespace: team");
  EXPECT_EQ(config.server, "https://api.example:6443");
  EXPECT_EQ(config.tls_server_name, "kubernetes");
  EXPECT_EQ(config.token, "t0ken");
  EXPECT_EQ(config.ns, "team");
  EXPECT_EQ(config.context, "dev");
  EXPECT_FALSE(config.insecure);
}

TEST_F(KubeconfigTest, DefaultsNamespaceAndTrimsTheServer) {
  const ClusterConfig config =
      MustLoad("server: 'https://api.example/k8s/c1/', insecure-skip-tls-verify: true", "");
  EXPECT_EQ(config.server, "https://api.example/k8s/c1");
  EXPECT_EQ(config.ns, "default");
  EXPECT_TRUE(config.insecure);
}

TEST_F(KubeconfigTest, TakesKeysInlineOrFromFilesBesideIt) {
  dir_.Write("pki/ca.crt", "the ca");
  dir_.Write("key.pem", "the key");
  const ClusterConfig config = MustLoad(server_ + ", certificate-authority: pki/ca.crt",
                                        "client-certificate-data: '" + EncodeBase64("the cert") +
                                            "', client-key: '" + dir_ / "key.pem" + "'");
  EXPECT_EQ(config.ca, "the ca");
  EXPECT_EQ(config.client_cert, "the cert");
  EXPECT_EQ(config.client_key, "the key");
}

TEST_F(KubeconfigTest, InlineDataWinsOverAFile) {
  const ClusterConfig config =
      MustLoad(server_ + ", certificate-authority: missing, certificate-authority-data: '" +
                   EncodeBase64("inline") + "'",
               "");
  EXPECT_EQ(config.ca, "inline");
}

TEST_F(KubeconfigTest, TokenFilesAreFoundBesideIt) {
  EXPECT_EQ(MustLoad(server_, "tokenFile: token").token_file, dir_ / "token");
  EXPECT_EQ(MustLoad(server_, "tokenFile: /run/token").token_file, "/run/token");
}

TEST_F(KubeconfigTest, NamesTheFieldThatIsMissingOrWrong) {
  const Code bad = Code::kInvalidArgument;
  ExpectRefusal("", "", bad, "clusters[c].cluster.server");
  ExpectRefusal("server: api.example", "", bad, "clusters[c].cluster.server");
  ExpectRefusal("server: 5", "", bad, "clusters[c].cluster.server");
  ExpectRefusal(server_ + ", certificate-authority-data: '!'", "", bad,
                "clusters[c].cluster.certificate-authority-data");
  ExpectRefusal(server_ + ", certificate-authority: gone", "", Code::kNotFound,
                "clusters[c].cluster.certificate-authority");
  ExpectRefusal(server_, "client-certificate-data: YQ==", bad, "come together");
  ExpectRefusal(server_, "token: 12345", bad, "users[u].user.token");
  ExpectRefusal(server_, "tokenFile: [a]", bad, "users[u].user.tokenFile");
  ExpectRefusal(server_, "token: \"a\\nb\"", bad, "users[u].user.token");
  ExpectRefusal(server_, "", bad, "contexts[dev].context.namespace", ", namespace: 2026");
}

TEST_F(KubeconfigTest, RefusesWhatItWouldHaveToIgnore) {
  ExpectRefusal(server_ + ", proxy-url: 'http://proxy'", "", Code::kUnimplemented, "proxy-url");
  for (const std::string field : {"auth-provider: {name: oidc}", "username: dev", "as: admin"}) {
    ExpectRefusal(server_, field, Code::kUnimplemented, "users[u].user.");
  }
  EXPECT_TRUE(Load(server_ + ", proxy-url: ''", "username: '', as:").ok());
}

TEST_F(KubeconfigTest, NamesWhatIsWrongInAnExecSection) {
  const std::string version = "apiVersion: client.authentication.k8s.io/v1";
  const auto refused = [&](const std::string& exec, const std::string& field) {
    ExpectRefusal(server_, "exec: {" + exec + "}", Code::kInvalidArgument,
                  "users[u].user.exec." + field);
  };
  refused("apiVersion: client.authentication.k8s.io/v1alpha1, command: x", "apiVersion");
  refused(version, "command");
  refused(version + ", command: x, args: token", "args");
  refused(version + ", command: x, args: [1]", "args");
  refused(version + ", command: x, env: {A: b}", "env");
  refused(version + ", command: x, env: [{name: A}]", "env");
  refused(version + ", command: x, env: [{name: 'A=B', value: c}]", "env");
  refused(version + ", command: x, interactiveMode: Sometimes", "interactiveMode");
}

TEST_F(KubeconfigTest, RunsAnExecPluginBesideIt) {
  const std::string plugin = dir_.Write(
      "bin/plugin",
      "#!/bin/sh\necho '{\"kind\":\"ExecCredential\",\"apiVersion\":\"client.authentication.k8s.io/"
      "v1beta1\",\"status\":{\"token\":\"'$1$KIND'\",\"clientCertificateData\":\"cert\","
      "\"clientKeyData\":\"key\"}}'\n");
  ASSERT_EQ(::chmod(plugin.c_str(), 0755), 0);
  const ClusterConfig config = MustLoad(
      server_,
      "exec: {apiVersion: client.authentication.k8s.io/v1beta1, command: ./bin/plugin, args: [a], "
      "env: [{name: KIND, value: b}], interactiveMode: Never}");
  ASSERT_NE(config.tokens, nullptr);
  EXPECT_EQ(*config.tokens->Token(), "ab");
  EXPECT_EQ(config.client_cert + config.client_key, "certkey");
}

class KubeconfigMergeTest : public KubeconfigTest {
 protected:
  std::string First() {
    return dir_.Write("1/config", R"(current-context: dev
contexts: [{name: dev, context: {cluster: c, user: u}}]
clusters: [{name: c, cluster: {server: 'https://first', certificate-authority: ca.crt}}]
)");
  }
  std::string Second() {
    return dir_.Write("2/config", R"(current-context: other
contexts: [{name: other, context: {cluster: c, user: nobody}}, {name: dev, context: {}}]
clusters: [{name: c, cluster: {server: 'https://second'}}]
users: [{name: u, user: {tokenFile: token}}]
)");
  }
};

TEST_F(KubeconfigMergeTest, FirstFileThatNamesSomethingWins) {
  dir_.Write("1/ca.crt", "first ca");
  const std::string list = First() + "::" + dir_ / "missing" + ":" + Second();
  const Result<ClusterConfig> config = LoadConfigFrom({}, {.kubeconfig = list});
  ASSERT_TRUE(config.ok()) << config.status();
  EXPECT_EQ(config->server, "https://first");
  EXPECT_EQ(config->ca, "first ca");
  EXPECT_EQ(config->token_file, dir_ / "2/token");
  EXPECT_EQ(config->context, "dev");
}

TEST_F(KubeconfigMergeTest, SaysWhichContextsThereAre) {
  const std::string list = First() + ":" + Second();
  const Status unknown = LoadConfigFrom({.context = "prod"}, {.kubeconfig = list}).status();
  EXPECT_EQ(unknown.code(), Code::kNotFound);
  EXPECT_NE(unknown.message().find("\"prod\""), std::string::npos) << unknown;
  EXPECT_NE(unknown.message().find("dev, other"), std::string::npos) << unknown;
  const Status nobody = LoadConfigFrom({.context = "other"}, {.kubeconfig = Second()}).status();
  EXPECT_EQ(nobody.code(), Code::kNotFound);
  EXPECT_NE(nobody.message().find("user \"nobody\""), std::string::npos) << nobody;
  const std::string none = dir_.Write("none", "contexts: []\n");
  EXPECT_NE(LoadConfigFrom({.kubeconfig = none}, {}).status().message().find("--context"),
            std::string::npos);
}

TEST_F(KubeconfigMergeTest, RefusesFilesOfAnotherShape) {
  for (const char* text :
       {"[]", "contexts: {}", "users: [{}]", "clusters: [{name: c, cluster: [a]}]", "a: [", "5"}) {
    const std::string path = dir_.Write("config", text);
    const Status status = ReadKubeconfig({path}, true).status();
    EXPECT_EQ(status.code(), Code::kInvalidArgument) << text;
    EXPECT_NE(status.message().find(path), std::string::npos) << status;
  }
}

}  // namespace
}  // namespace hawser::kube
