// Kubeconfig files: finding them, merging them, and resolving one context.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "lib/base/result.h"
#include "lib/kube/config.h"

namespace hawser::kube {

/// What of the process's surroundings decides on the configuration; tests bring their own.
struct ConfigEnvironment {
  std::string kubeconfig;    ///< $KUBECONFIG
  std::string home;          ///< $HOME
  std::string service_host;  ///< $KUBERNETES_SERVICE_HOST
  std::string service_port;  ///< $KUBERNETES_SERVICE_PORT
  std::string service_account = "/var/run/secrets/kubernetes.io/serviceaccount";
};

/// LoadConfig with the surroundings given.
Result<ClusterConfig> LoadConfigFrom(const ConfigOverrides& overrides,
                                     const ConfigEnvironment& environment);

/// A context, cluster or user of a merged kubeconfig, and the file it stands in: relative paths
/// start from that file's folder.
struct KubeconfigEntry {
  std::string file;
  std::string where;  ///< "~/.kube/config: users[dev]", for messages
  std::shared_ptr<const nlohmann::json> value;
};

/// Several files merged: the first file that names something wins, whole entry by whole entry.
struct Kubeconfig {
  std::vector<std::string> files;  ///< those that were read
  std::string current_context;
  std::map<std::string, KubeconfigEntry> contexts;
  std::map<std::string, KubeconfigEntry> clusters;
  std::map<std::string, KubeconfigEntry> users;
};

/// Reads and merges `files`; missing ones are skipped unless `required`. invalid_argument names
/// file and place.
Result<Kubeconfig> ReadKubeconfig(const std::vector<std::string>& files, bool required);

/// The cluster, user and namespace of the context that `overrides` or the files choose.
Result<ClusterConfig> ResolveContext(const Kubeconfig& kubeconfig,
                                     const ConfigOverrides& overrides);

/// The `cluster` section put into `config`.
Status ResolveCluster(const KubeconfigEntry& entry, ClusterConfig& config);

/// The `user` section put into `config`, which already holds the cluster.
Status ResolveUser(const KubeconfigEntry& entry, ClusterConfig& config);

/// The text of a setting, "" when it is absent or null. invalid_argument names a setting that is no
/// text: taken for absent, an unquoted number would change who or what is talked to.
Result<std::string> TextOf(const KubeconfigEntry& entry, const std::string& name);

/// The bytes of a setting that is given as base64 data under `name`-data or as a file under `name`;
/// empty when it is neither.
Result<std::string> DataOrFile(const KubeconfigEntry& entry, const std::string& name);

/// `path` from the point of view of the entry's file.
std::string FromFolderOf(const KubeconfigEntry& entry, const std::string& path);

/// The pod's own service account.
Result<ClusterConfig> LoadInCluster(const ConfigEnvironment& environment);

}  // namespace hawser::kube
