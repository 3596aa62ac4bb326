// The pod that a bench works on, with the session that injects the agent.
#pragma once

#include <map>
#include <string>

#include "bench/container.h"
#include "lib/base/result.h"

namespace hawser::bench {

inline constexpr char kNamespace[] = "hawser-bench";
inline constexpr char kAppContainer[] = "app";
inline constexpr char kAgentContainer[] = "hawser-agent";

/// What a deployment is made of. In the manifests each key of `values` is replaced by its value.
struct DeploymentOptions {
  std::string name;      ///< of Deployment, session and the label "app"
  std::string workload;  ///< file of the manifest of namespace and Deployment
  std::string session;   ///< file of the session's manifest
  std::map<std::string, std::string> values;
  bool keep = false;  ///< leave it behind
};

/// A Deployment of one pod with a session. Both go with their owner.
class Deployment {
 public:
  /// Applies the manifests and waits until the pod has its agent. Whatever kubectl says when not.
  static Result<Deployment> Open(DeploymentOptions options);
  ~Deployment();
  Deployment(Deployment&& other) noexcept;
  Deployment& operator=(Deployment&&) = delete;

  const std::string& name() const { return options_.name; }

  /// A container of the pod, as soon as it is ready and has the agent beside it; deadline_exceeded
  /// after two minutes.
  Result<Container> Find(const std::string& container) const;

  /// Deletes the pod and returns the app container of the one that takes its place, whose volumes
  /// are empty.
  Result<Container> Renew(const Container& old);

 private:
  explicit Deployment(DeploymentOptions options) : options_(std::move(options)) {}
  Status Apply(const std::string& manifest) const;
  Status Wait() const;
  void Remove() const;

  DeploymentOptions options_;
  bool active_ = true;
};

}  // namespace hawser::bench
