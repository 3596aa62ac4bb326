// Service accounts of a test's namespace, and kubeconfigs for whoever a test acts as.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "tests/e2e/cluster.h"
#include "tests/support/temp_dir.h"

namespace hawser::e2e {

/// Makes a service account without any rights and returns its token.
std::string MakeAccount(const Cluster& cluster, const std::string& name);

/// Gives the account the rights of a ClusterRole in the namespace.
void BindRole(const Cluster& cluster, const std::string& account, const std::string& cluster_role);

/// Writes the kubeconfig in use with these credentials in place of its own; returns its path.
std::string WriteKubeconfig(const Cluster& cluster, const nlohmann::json& credentials,
                            const hawser::testing::TempDir& folder);

}  // namespace hawser::e2e
