// The Python example on the cluster: its Deployment, its session, its pods, and a copy of its
// sources.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>

#include "tests/e2e/cluster.h"
#include "tests/support/temp_dir.h"

namespace hawser::e2e {

/// Where a file of the checkout is, and what it holds; a test failure and "" when it cannot be
/// read.
std::string SourcePath(const std::string& relative);
std::string ReadSource(const std::string& relative);

/// The text of a file of examples/hello-python, with the example's name and image put in.
std::string ExampleFile(const std::string& file, const std::string& name, const std::string& image);

/// A pod as the kubelet reports it, and its processes on this machine.
struct AppPod {
  std::string name;
  bool ready = false;
  int64_t app_restarts = 0;
  std::string app_id;    ///< of the app's container
  std::string agent_id;  ///< of the sidecar's container
};

/// Process 1 of a container, as this machine counts; nothing when it does not run here.
std::optional<pid_t> FirstProcess(const std::string& container_id);

/// A Deployment of the example and all that belongs to it.
class Example {
 public:
  /// Deploys it and opens a session on it, both under `name`, and waits until the agent runs.
  Example(const Cluster& cluster, std::string name);

  /// Where the sources are; sync reads the folder src.
  std::string directory() const { return workspace_.path().string(); }
  void Save(const std::string& path, const std::string& content) const;
  /// Edits the line that the service answers with.
  void SaveVersion(const std::string& version) const;

  Outcome Push() const;
  /// The command line of a push that follows the workspace.
  Arguments Watch() const;

  /// The one pod with an agent that is not ending; empty names while there is none, or several.
  AppPod Pod() const;
  /// Waits for it to be ready.
  AppPod ReadyPod() const;
  /// What a file of the app's container holds, read in it with cat; "" when it cannot be read.
  std::string InContainer(const std::string& path) const;
  /// What the app printed in its container's present life.
  std::string AppLog() const;
  /// The version that the service answers with; "" while it does not.
  std::string ServedVersion() const;
  ::testing::AssertionResult Serves(const std::string& version) const;

 private:
  const Cluster& cluster_;
  const std::string name_;
  hawser::testing::TempDir workspace_;
};

}  // namespace hawser::e2e
