// Takes the kubeconfig in use and puts the relay's address in the API server's place.
#include "bench/sync/network.h"

#include <sys/stat.h>

#include <cstdlib>
#include <nlohmann/json.hpp>

#include "bench/command.h"
#include "bench/sync/sources.h"

namespace hawser::bench {
namespace {

constexpr std::string_view kScheme = "https://";

struct ApiServer {
  std::string host;
  uint16_t port = 443;
};

Result<ApiServer> ParseServer(const std::string& server) {
  const size_t colon = server.rfind(':');
  if (!server.starts_with(kScheme) || colon <= kScheme.size())
    return InvalidArgumentError("expected https://ADDRESS:PORT as API server, got " + server);
  return ApiServer{server.substr(kScheme.size(), colon - kScheme.size()),
                   static_cast<uint16_t>(std::atoi(server.c_str() + colon + 1))};
}

}  // namespace

Result<Network> RelayedNetwork(const Container& container, const NetworkPath& path,
                               const std::string& kubeconfig) {
  HAWSER_ASSIGN_OR_RETURN(const std::string text, Output({"kubectl", "config", "view", "--raw",
                                                          "--minify", "--flatten", "-o", "json"}));
  nlohmann::json config = nlohmann::json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!config.is_object()) return InternalError("kubectl config view did not print JSON");
  nlohmann::json& cluster = config["clusters"][0]["cluster"];
  HAWSER_ASSIGN_OR_RETURN(const ApiServer server, ParseServer(cluster.value("server", "")));
  Network network;
  HAWSER_ASSIGN_OR_RETURN(network.api_server, NetworkRelay::Start(server.host, server.port, path));
  HAWSER_ASSIGN_OR_RETURN(network.rsync_daemon,
                          NetworkRelay::Start(container.ip, kRsyncPort, path));
  cluster["server"] = "https://127.0.0.1:" + std::to_string(network.api_server->port());
  cluster["tls-server-name"] = server.host;
  HAWSER_RETURN_IF_ERROR(WriteFile(kubeconfig, config.dump()));
  ::chmod(kubeconfig.c_str(), 0600);
  network.route = {kubeconfig, "127.0.0.1", network.rsync_daemon->port()};
  return network;
}

}  // namespace hawser::bench
