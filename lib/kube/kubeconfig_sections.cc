// The cluster and user sections of a kubeconfig.
#include <nlohmann/json.hpp>
#include <utility>

#include "lib/base/base64.h"
#include "lib/base/text.h"
#include "lib/kube/exec_plugin.h"
#include "lib/kube/kubeconfig.h"
#include "lib/kube/object.h"

namespace hawser::kube {
namespace {

using nlohmann::json;

// Refuses what would change who or what is talked to if it were ignored.
Status Refuse(const KubeconfigEntry& entry, const std::string& field, const std::string& instead) {
  const json* value = Find(*entry.value, "/" + field);
  if (value == nullptr || value->is_null()) return OkStatus();
  return UnimplementedError(entry.where + "." + field + " is not supported; " + instead);
}

Status CheckApiVersion(const std::string& where, const std::string& version) {
  if (version == "client.authentication.k8s.io/v1" ||
      version == "client.authentication.k8s.io/v1beta1") {
    return OkStatus();
  }
  return InvalidArgumentError(where +
                              ".apiVersion: expected client.authentication.k8s.io/v1 or "
                              "client.authentication.k8s.io/v1beta1, got \"" +
                              Printable(version) + "\"");
}

std::string ClusterInfo(const ClusterConfig& config) {
  json info = {{"server", config.server}};
  if (!config.ca.empty()) info["certificate-authority-data"] = EncodeBase64(config.ca);
  if (!config.tls_server_name.empty()) info["tls-server-name"] = config.tls_server_name;
  if (config.insecure) info["insecure-skip-tls-verify"] = true;
  return info.dump();
}

// A list of strings, or of {name, value} pairs, or nothing.
const json& ListAt(const json& exec, const char* pointer) {
  static const json none = json::array();
  const json* list = Find(exec, pointer);
  return list != nullptr && list->is_array() ? *list : none;
}

Result<ExecPlugin> ReadExec(const KubeconfigEntry& entry, const json& exec,
                            const ClusterConfig& config) {
  const std::string where = entry.where + ".exec";
  ExecPlugin plugin{.api_version = StringAt(exec, "/apiVersion"),
                    .command = StringAt(exec, "/command"),
                    .install_hint = StringAt(exec, "/installHint")};
  HAWSER_RETURN_IF_ERROR(CheckApiVersion(where, plugin.api_version));
  if (plugin.command.empty()) return InvalidArgumentError(where + ".command: expected a program");
  if (plugin.command.find('/') != std::string::npos) {
    plugin.command = FromFolderOf(entry, plugin.command);
  }
  for (const json& argument : ListAt(exec, "/args")) {
    if (!argument.is_string()) return InvalidArgumentError(where + ".args: expected strings");
    plugin.args.push_back(argument);
  }
  for (const json& variable : ListAt(exec, "/env")) {
    plugin.env[StringAt(variable, "/name")] = StringAt(variable, "/value");
  }
  if (const std::string mode = StringAt(exec, "/interactiveMode"); !mode.empty()) {
    plugin.interactive_mode = mode;
  }
  const json* provide = Find(exec, "/provideClusterInfo");
  if (provide != nullptr && *provide == true) plugin.cluster_info = ClusterInfo(config);
  return plugin;
}

Status ResolveExec(const KubeconfigEntry& entry, const json& exec, ClusterConfig& config) {
  HAWSER_ASSIGN_OR_RETURN(ExecPlugin plugin, ReadExec(entry, exec, config));
  const auto tokens =
      std::make_shared<ExecTokens>(std::move(plugin), std::make_shared<SystemClock>());
  HAWSER_ASSIGN_OR_RETURN(ExecCredential credential, tokens->Credential());
  if (!credential.client_cert.empty()) {
    config.client_cert = std::move(credential.client_cert);
    config.client_key = std::move(credential.client_key);
  }
  if (!credential.token.empty()) config.tokens = tokens;
  return OkStatus();
}

}  // namespace

Status ResolveCluster(const KubeconfigEntry& entry, ClusterConfig& config) {
  config.server = StringAt(*entry.value, "/server");
  if (!config.server.starts_with("https://") && !config.server.starts_with("http://")) {
    return InvalidArgumentError(entry.where + ".server: expected https://HOST:PORT, got \"" +
                                Printable(config.server) + "\"");
  }
  while (config.server.ends_with('/')) config.server.pop_back();
  HAWSER_RETURN_IF_ERROR(Refuse(entry, "proxy-url", "reach the API server directly"));
  HAWSER_ASSIGN_OR_RETURN(config.ca, DataOrFile(entry, "certificate-authority"));
  config.tls_server_name = StringAt(*entry.value, "/tls-server-name");
  const json* insecure = Find(*entry.value, "/insecure-skip-tls-verify");
  config.insecure = insecure != nullptr && *insecure == true;
  return OkStatus();
}

Status ResolveUser(const KubeconfigEntry& entry, ClusterConfig& config) {
  HAWSER_RETURN_IF_ERROR(Refuse(entry, "auth-provider", "use an exec plugin of your provider"));
  HAWSER_RETURN_IF_ERROR(
      Refuse(entry, "username", "Kubernetes 1.19 dropped passwords; use a token"));
  HAWSER_RETURN_IF_ERROR(Refuse(entry, "as", "use a user with the rights of its own"));
  HAWSER_ASSIGN_OR_RETURN(config.client_cert, DataOrFile(entry, "client-certificate"));
  HAWSER_ASSIGN_OR_RETURN(config.client_key, DataOrFile(entry, "client-key"));
  if (config.client_cert.empty() != config.client_key.empty()) {
    return InvalidArgumentError(entry.where + ": client-certificate and client-key come together");
  }
  config.token = StringAt(*entry.value, "/token");
  const std::string token_file = StringAt(*entry.value, "/tokenFile");
  if (config.token.empty() && !token_file.empty()) {
    config.token_file = FromFolderOf(entry, token_file);
  }
  const json* exec = Find(*entry.value, "/exec");
  if (exec == nullptr || exec->is_null()) return OkStatus();
  return ResolveExec(entry, *exec, config);
}

}  // namespace hawser::kube
