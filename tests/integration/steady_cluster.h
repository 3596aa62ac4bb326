// A cluster as the command line sees it: one session and its one pod, which stay as they are.
#pragma once

#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "lib/kube/api.h"
#include "local-cli/cluster/agents.h"
#include "tests/integration/agent_pod.h"

namespace hawser::testing {

/// Holds the session kTestSession, which syncs the whole workspace to /app and restarts nothing,
/// and a running pod of it. Writes succeed and are forgotten, so that the cluster does not grow
/// however much is told to it. Thread-safe.
class SteadyCluster final : public kube::Api {
 public:
  SteadyCluster();
  const nlohmann::json& session() const { return session_; }

  Result<nlohmann::json> Get(const kube::Resource& resource, const kube::ObjectKey& key) override;
  Result<kube::ObjectList> List(const kube::Resource& resource,
                                const kube::ListOptions& options) override;
  Result<nlohmann::json> Create(const kube::Resource& resource, const std::string& ns,
                                const nlohmann::json& object) override;
  Status Delete(const kube::Resource& resource, const kube::ObjectKey& key,
                const kube::DeleteOptions& options) override;
  Result<nlohmann::json> Apply(const kube::Resource& resource, const kube::ObjectKey& key,
                               const nlohmann::json& object, const std::string& manager, bool force,
                               const std::string& subresource) override;
  Result<nlohmann::json> Patch(const kube::Resource& resource, const kube::ObjectKey& key,
                               kube::PatchType type, const nlohmann::json& patch,
                               const std::string& subresource) override;
  Status Watch(const kube::Resource& resource, const kube::ListOptions& options,
               const std::string& resource_version,
               const std::function<Status(kube::WatchEvent)>& sink, std::stop_token stop) override;
  Result<std::string> GetRaw(const std::string& path) override;

 private:
  const nlohmann::json& Only(const kube::Resource& resource) const;

  nlohmann::json session_;
  nlohmann::json pod_;
};

/// Connects to the agent of a pod on this machine, whatever pod is asked for.
class LocalDialer final : public cli::AgentDialer {
 public:
  /// `pod` must outlive it.
  explicit LocalDialer(const AgentPod& pod) : pod_(pod) {}
  Result<cli::DialedAgent> Dial(const std::string& pod, Deadline deadline,
                                const std::stop_token& stop) override;
  void ForgetKeys() override {}

 private:
  const AgentPod& pod_;
};

}  // namespace hawser::testing
