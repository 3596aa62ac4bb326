// Reads kubeconfig files and resolves a context to its cluster, user and namespace.
#include "lib/kube/kubeconfig.h"

#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "lib/base/base64.h"
#include "lib/base/text.h"
#include "lib/kube/object.h"
#include "lib/kube/read_file.h"
#include "lib/yaml/yaml.h"

namespace hawser::kube {
namespace {

using nlohmann::json;
using Entries = std::map<std::string, KubeconfigEntry>;

// Adds the named entries of one list ("users: [{name, user}]") that no earlier file has.
Status Merge(const std::string& file, const json& document, const char* list_name,
             const char* value_name, Entries& into) {
  const json* list = Find(document, std::string("/") + list_name);
  if (list == nullptr || list->is_null()) return OkStatus();
  if (!list->is_array()) {
    return InvalidArgumentError(file + ": " + list_name + ": expected a list");
  }
  for (const json& item : *list) {
    const std::string name = StringAt(item, "/name");
    const std::string where = file + ": " + list_name + "[" + name + "]";
    const json* value = Find(item, std::string("/") + value_name);
    if (name.empty()) return InvalidArgumentError(where + ": name: expected a name");
    const bool is_map = value != nullptr && value->is_object();
    if (!is_map && value != nullptr && !value->is_null()) {
      return InvalidArgumentError(where + ": " + value_name + ": expected a mapping");
    }
    into.try_emplace(
        name, KubeconfigEntry{file, where + "." + value_name,
                              std::make_shared<const json>(is_map ? *value : json::object())});
  }
  return OkStatus();
}

std::string NamesIn(const Entries& entries) {
  std::vector<std::string> names;
  for (const auto& [name, entry] : entries) names.push_back(name);
  return names.empty() ? "there are none" : "there are: " + Join(names, ", ");
}

Result<const KubeconfigEntry*> Lookup(const Entries& entries, const std::string& name,
                                      const std::string& what) {
  const auto it = entries.find(name);
  if (it == entries.end()) {
    return NotFoundError(what + " \"" + name + "\" is not in the kubeconfig; " + NamesIn(entries));
  }
  return &it->second;
}

}  // namespace

Result<Kubeconfig> ReadKubeconfig(const std::vector<std::string>& files, bool required) {
  Kubeconfig merged;
  for (const std::string& file : files) {
    const Result<std::string> text = ReadFile(file);
    if (!text.ok() && text.status().code() == Code::kNotFound && !required) continue;
    if (!text.ok()) return text.status().Annotate("kubeconfig");
    HAWSER_ASSIGN_OR_RETURN(const json document, yaml::ParseYaml(*text, file));
    if (!document.is_object() && !document.is_null()) {
      return InvalidArgumentError(file + ": a kubeconfig is a mapping");
    }
    merged.files.push_back(file);
    if (merged.current_context.empty()) {
      merged.current_context = StringAt(document, "/current-context");
    }
    HAWSER_RETURN_IF_ERROR(Merge(file, document, "contexts", "context", merged.contexts));
    HAWSER_RETURN_IF_ERROR(Merge(file, document, "clusters", "cluster", merged.clusters));
    HAWSER_RETURN_IF_ERROR(Merge(file, document, "users", "user", merged.users));
  }
  return merged;
}

Result<ClusterConfig> ResolveContext(const Kubeconfig& kubeconfig,
                                     const ConfigOverrides& overrides) {
  ClusterConfig config;
  config.context = overrides.context.empty() ? kubeconfig.current_context : overrides.context;
  if (config.context.empty()) {
    return NotFoundError("the kubeconfig (" + Join(kubeconfig.files, ", ") +
                         ") has no current-context; choose one with --context, " +
                         NamesIn(kubeconfig.contexts));
  }
  HAWSER_ASSIGN_OR_RETURN(const KubeconfigEntry* context,
                          Lookup(kubeconfig.contexts, config.context, "context"));
  HAWSER_ASSIGN_OR_RETURN(const std::string cluster_name, TextOf(*context, "cluster"));
  HAWSER_ASSIGN_OR_RETURN(const KubeconfigEntry* cluster,
                          Lookup(kubeconfig.clusters, cluster_name, "cluster"));
  HAWSER_RETURN_IF_ERROR(ResolveCluster(*cluster, config));
  HAWSER_ASSIGN_OR_RETURN(const std::string user_name, TextOf(*context, "user"));
  if (!user_name.empty()) {
    HAWSER_ASSIGN_OR_RETURN(const KubeconfigEntry* user,
                            Lookup(kubeconfig.users, user_name, "user"));
    HAWSER_RETURN_IF_ERROR(ResolveUser(*user, config));
  }
  HAWSER_ASSIGN_OR_RETURN(const std::string ns, TextOf(*context, "namespace"));
  if (!ns.empty()) config.ns = ns;
  if (!overrides.ns.empty()) config.ns = overrides.ns;
  return config;
}

Result<std::string> TextOf(const KubeconfigEntry& entry, const std::string& name) {
  const json* value = Find(*entry.value, "/" + name);
  if (value == nullptr || value->is_null()) return std::string();
  if (value->is_string()) return value->get<std::string>();
  return InvalidArgumentError(entry.where + "." + name + ": expected text; put it in quotes");
}

Result<std::string> DataOrFile(const KubeconfigEntry& entry, const std::string& name) {
  HAWSER_ASSIGN_OR_RETURN(std::string data, TextOf(entry, name + "-data"));
  if (!data.empty()) {
    std::erase_if(data, [](char c) { return c == '\n' || c == '\r' || c == ' '; });
    std::optional<std::string> decoded = DecodeBase64(data);
    if (decoded) return *std::move(decoded);
    return InvalidArgumentError(entry.where + "." + name + "-data: expected base64");
  }
  HAWSER_ASSIGN_OR_RETURN(const std::string file, TextOf(entry, name));
  if (file.empty()) return std::string();
  Result<std::string> content = ReadFile(FromFolderOf(entry, file));
  if (!content.ok()) return content.status().Annotate(entry.where + "." + name);
  return content;
}

std::string FromFolderOf(const KubeconfigEntry& entry, const std::string& path) {
  return (std::filesystem::path(entry.file).parent_path() / path).string();
}

}  // namespace hawser::kube
