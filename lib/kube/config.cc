// Chooses where the configuration comes from, and makes clients of it.
#include "lib/kube/config.h"

#include <cstdlib>
#include <utility>

#include "lib/base/text.h"
#include "lib/http/transport.h"
#include "lib/kube/client_options.h"
#include "lib/kube/counted_transport.h"
#include "lib/kube/kubeconfig.h"
#include "lib/kube/read_file.h"
#include "lib/kube/rest.h"

namespace hawser::kube {
namespace {

std::string Variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string() : value;
}

std::vector<std::string> NonEmptyParts(const std::string& list) {
  std::vector<std::string> parts;
  for (const std::string_view part : Split(list, ':')) {
    if (!part.empty()) parts.emplace_back(part);
  }
  return parts;
}

// The files to read, and the question whether each must exist.
std::pair<std::vector<std::string>, bool> KubeconfigFiles(const ConfigOverrides& overrides,
                                                          const ConfigEnvironment& environment) {
  if (!overrides.kubeconfig.empty()) return {{overrides.kubeconfig}, true};
  if (!environment.kubeconfig.empty()) return {NonEmptyParts(environment.kubeconfig), false};
  if (!environment.home.empty()) return {{environment.home + "/.kube/config"}, false};
  return {{}, false};
}

/// The API server's name in every cluster, for which its certificate is good.
constexpr char kServiceName[] = "kubernetes.default.svc";

}  // namespace

Result<ClusterConfig> LoadConfig(const ConfigOverrides& overrides) {
  return LoadConfigFrom(overrides, {.kubeconfig = Variable("KUBECONFIG"),
                                    .home = Variable("HOME"),
                                    .service_host = Variable("KUBERNETES_SERVICE_HOST"),
                                    .service_port = Variable("KUBERNETES_SERVICE_PORT")});
}

Result<ClusterConfig> LoadConfigFrom(const ConfigOverrides& overrides,
                                     const ConfigEnvironment& environment) {
  const auto [files, required] = KubeconfigFiles(overrides, environment);
  HAWSER_ASSIGN_OR_RETURN(const Kubeconfig kubeconfig, ReadKubeconfig(files, required));
  if (!kubeconfig.files.empty()) return ResolveContext(kubeconfig, overrides);
  if (!environment.service_host.empty() && environment.kubeconfig.empty() &&
      overrides.context.empty()) {
    HAWSER_ASSIGN_OR_RETURN(ClusterConfig config, LoadInCluster(environment));
    if (!overrides.ns.empty()) config.ns = overrides.ns;
    return config;
  }
  return NotFoundError("no kubeconfig: looked for " +
                       (files.empty() ? "~/.kube/config" : Join(files, ", ")) +
                       "; name one with --kubeconfig or KUBECONFIG");
}

Result<ClusterConfig> LoadInCluster(const ConfigEnvironment& environment) {
  const std::string& folder = environment.service_account;
  // cpprestsdk asks the resolver for "[fd00::1]", which no resolver knows.
  const bool literal_v6 = environment.service_host.find(':') != std::string::npos;
  const std::string host = literal_v6 ? kServiceName : environment.service_host;
  const std::string port = environment.service_port.empty() ? "443" : environment.service_port;
  ClusterConfig config{.server = "https://" + host + ":" + port,
                       .token_file = folder + "/token",
                       .context = "in-cluster"};
  Result<std::string> ca = ReadFile(folder + "/ca.crt");
  if (!ca.ok()) return ca.status().Annotate("the pod's service account");
  config.ca = *std::move(ca);
  const Result<std::string> ns = ReadFile(folder + "/namespace");
  if (ns.ok()) config.ns = std::string(Trim(*ns));
  return config;
}

Result<std::unique_ptr<Api>> MakeApi(const ClusterConfig& config, Duration request_timeout,
                                     Metrics& metrics) {
  HAWSER_ASSIGN_OR_RETURN(const ServerAddress server, ParseServer(config.server));
  HAWSER_ASSIGN_OR_RETURN(std::unique_ptr<http::Transport> transport,
                          http::MakeTransport({.base_url = config.server,
                                               .ca = config.ca,
                                               .certificate = config.client_cert,
                                               .key = config.client_key,
                                               .server_name = config.tls_server_name,
                                               .insecure = config.insecure}));
  const std::string host = server.host + ":" + std::to_string(server.port);
  return MakeRestApi(CountRequests(std::move(transport), metrics, host), TokensOf(config),
                     {.request_timeout = request_timeout});
}

}  // namespace hawser::kube
