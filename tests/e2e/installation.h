// The controller as it is installed in the cluster, for tests that take it away or change it. They
// run alone.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "tests/e2e/process.h"

namespace hawser::e2e {

/// Runs kubectl in the controller's namespace and returns what it printed, as JSON where it is; a
/// test failure when it fails.
nlohmann::json AskSystem(Arguments arguments, const std::string& input = {});

/// No controller while it lives.
class ControllerAway {
 public:
  ControllerAway();
  ~ControllerAway();
  ControllerAway(const ControllerAway&) = delete;
  ControllerAway& operator=(const ControllerAway&) = delete;
};

/// The image that the controller injects, and the one it runs.
std::string InstalledAgentImage();
std::string InstalledControllerImage();

/// The controller injects that image while it lives.
class OtherAgentImage {
 public:
  explicit OtherAgentImage(const std::string& image);
  ~OtherAgentImage();
  OtherAgentImage(const OtherAgentImage&) = delete;
  OtherAgentImage& operator=(const OtherAgentImage&) = delete;

 private:
  const std::string before_;
};

}  // namespace hawser::e2e
