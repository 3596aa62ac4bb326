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
  if (value == nullptr || value->is_null() || *value == json("")) return OkStatus();
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

// The items of an optional list of the exec section.
Result<std::vector<json>> ItemsOf(const KubeconfigEntry& exec, const std::string& name) {
  const json* list = Find(*exec.value, "/" + name);
  if (list == nullptr || list->is_null()) return std::vector<json>();
  if (list->is_array()) return std::vector<json>(list->begin(), list->end());
  return InvalidArgumentError(exec.where + "." + name + ": expected a list");
}

Status ReadArguments(const KubeconfigEntry& exec, ExecPlugin& plugin) {
  HAWSER_ASSIGN_OR_RETURN(const std::vector<json> arguments, ItemsOf(exec, "args"));
  for (const json& argument : arguments) {
    if (!argument.is_string()) return InvalidArgumentError(exec.where + ".args: expected strings");
    plugin.args.push_back(argument);
  }
  HAWSER_ASSIGN_OR_RETURN(const std::vector<json> variables, ItemsOf(exec, "env"));
  for (const json& variable : variables) {
    const std::string name = StringAt(variable, "/name");
    const json* value = Find(variable, "/value");
    if (name.empty() || name.find('=') != std::string::npos || value == nullptr ||
        !value->is_string()) {
      return InvalidArgumentError(exec.where + ".env: expected a name and a value, both text");
    }
    plugin.env[name] = *value;
  }
  return OkStatus();
}

Status CheckInteractiveMode(const std::string& where, const std::string& mode) {
  if (mode == "Never" || mode == "IfAvailable" || mode == "Always") return OkStatus();
  return InvalidArgumentError(where +
                              ".interactiveMode: expected Never, IfAvailable or Always, got \"" +
                              Printable(mode) + "\"");
}

Result<ExecPlugin> ReadExec(const KubeconfigEntry& exec, const ClusterConfig& config) {
  ExecPlugin plugin;
  HAWSER_ASSIGN_OR_RETURN(plugin.api_version, TextOf(exec, "apiVersion"));
  HAWSER_RETURN_IF_ERROR(CheckApiVersion(exec.where, plugin.api_version));
  HAWSER_ASSIGN_OR_RETURN(plugin.command, TextOf(exec, "command"));
  if (plugin.command.empty()) {
    return InvalidArgumentError(exec.where + ".command: expected a program");
  }
  if (plugin.command.find('/') != std::string::npos) {
    plugin.command = FromFolderOf(exec, plugin.command);
  }
  HAWSER_RETURN_IF_ERROR(ReadArguments(exec, plugin));
  HAWSER_ASSIGN_OR_RETURN(const std::string mode, TextOf(exec, "interactiveMode"));
  if (!mode.empty()) plugin.interactive_mode = mode;
  HAWSER_RETURN_IF_ERROR(CheckInteractiveMode(exec.where, plugin.interactive_mode));
  HAWSER_ASSIGN_OR_RETURN(plugin.install_hint, TextOf(exec, "installHint"));
  const json* provide = Find(*exec.value, "/provideClusterInfo");
  if (provide != nullptr && *provide == true) plugin.cluster_info = ClusterInfo(config);
  return plugin;
}

Status ResolveExec(const KubeconfigEntry& exec, ClusterConfig& config) {
  HAWSER_ASSIGN_OR_RETURN(ExecPlugin plugin, ReadExec(exec, config));
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
  HAWSER_ASSIGN_OR_RETURN(config.server, TextOf(entry, "server"));
  if (!config.server.starts_with("https://") && !config.server.starts_with("http://")) {
    return InvalidArgumentError(entry.where + ".server: expected https://HOST:PORT, got \"" +
                                Printable(config.server) + "\"");
  }
  while (config.server.ends_with('/')) config.server.pop_back();
  HAWSER_RETURN_IF_ERROR(Refuse(entry, "proxy-url", "reach the API server directly"));
  HAWSER_ASSIGN_OR_RETURN(config.ca, DataOrFile(entry, "certificate-authority"));
  HAWSER_ASSIGN_OR_RETURN(config.tls_server_name, TextOf(entry, "tls-server-name"));
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
  HAWSER_ASSIGN_OR_RETURN(const std::string token, TextOf(entry, "token"));
  Result<std::string> clean = CleanToken(token);
  if (!clean.ok()) return clean.status().Annotate(entry.where + ".token");
  config.token = *std::move(clean);
  HAWSER_ASSIGN_OR_RETURN(const std::string token_file, TextOf(entry, "tokenFile"));
  if (config.token.empty() && !token_file.empty()) {
    config.token_file = FromFolderOf(entry, token_file);
  }
  const json* exec = Find(*entry.value, "/exec");
  if (exec == nullptr || exec->is_null()) return OkStatus();
  return ResolveExec({entry.file, entry.where + ".exec", std::make_shared<const json>(*exec)},
                     config);
}

}  // namespace hawser::kube
