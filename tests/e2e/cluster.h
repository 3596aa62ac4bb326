// The cluster that KUBECONFIG names, as a person at a terminal uses it: through kubectl and hawser.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "lib/kube/api.h"
#include "tests/e2e/process.h"

namespace hawser::e2e {

/// Looks again and again until `holds` does; a failure when it does not within `limit`.
::testing::AssertionResult Eventually(const std::function<bool()>& holds,
                                      Duration limit = std::chrono::seconds(60));

/// One condition of a status; empty fields when it is not there.
struct Condition {
  std::string status;
  std::string reason;
  std::string message;
};

/// A namespace that lives as long as a test, and the commands that work in it.
class Cluster {
 public:
  Cluster();
  ~Cluster();
  Cluster(const Cluster&) = delete;
  Cluster& operator=(const Cluster&) = delete;

  const std::string& ns() const { return ns_; }

  /// Runs kubectl in the namespace.
  Outcome TryKubectl(Arguments arguments, const std::string& input = {}) const;
  /// The same, and returns what it printed; a test failure when it fails.
  std::string Kubectl(const Arguments& arguments, const std::string& input = {}) const;
  void Apply(const std::string& manifest) const { Kubectl({"apply", "-f", "-"}, manifest); }

  /// An object, or null when there is none: "deployment/api", and the same of a statefulset,
  /// daemonset, pod, secret, service, ingress or devsession. What is polled is asked in this
  /// process: a kubectl each costs a core.
  nlohmann::json Get(const std::string& object) const;
  /// Creates a DevSession in the namespace, or says what the API server has against it.
  Status CreateSession(nlohmann::json session) const;
  std::vector<nlohmann::json> Pods(const std::string& label_selector) const;
  /// What a service of the namespace answers through the API server; "" when it does not.
  std::string Ask(const std::string& service_and_port) const;
  /// The version that a service of the example answers with; "" while it does not.
  std::string ServedVersion(const std::string& service) const;
  bool Exists(const std::string& object) const { return !Get(object).is_null(); }
  Condition ConditionOf(const std::string& session, const std::string& type) const;
  /// Waits until a session's condition has this status and, unless it is empty, reason; returns it.
  Condition Await(const std::string& session, const std::string& type, const std::string& status,
                  const std::string& reason = {}) const;

  /// The command line of hawser in the namespace.
  Arguments HawserCommand(const Arguments& arguments) const;
  Outcome Hawser(const Arguments& arguments) const { return RunProgram(HawserCommand(arguments)); }

  /// The kubeconfig in use as one self-contained document, to be changed and written elsewhere.
  nlohmann::json Kubeconfig() const;

 private:
  std::string ns_;
  std::unique_ptr<kube::Api> api_;
};

/// Skips itself without KUBECONFIG, else has a namespace of its own.
class ClusterTest : public ::testing::Test {
 protected:
  void SetUp() override;
  void TearDown() override;
  const Cluster& cluster() const { return *cluster_; }

 private:
  std::unique_ptr<Cluster> cluster_;
};

/// Skips itself also on a cluster that is not one of tests/cluster on this machine: it ends
/// processes of pods, or takes a part of the cluster away.
class LocalClusterTest : public ClusterTest {
 protected:
  void SetUp() override;
};

/// An image the tests run: "HAWSER_TEST_IMAGE" and the like; a test failure and "" when it is not
/// set.
std::string TestImage(const char* variable);

}  // namespace hawser::e2e
