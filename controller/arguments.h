// hawser-controller's command line.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "lib/base/log.h"
#include "lib/kube/api.h"

namespace hawser::controller {

struct Arguments {
  std::string agent_image;
  bool direct_path = true;  ///< agents listen on their pod's address too
  std::vector<std::string> insecure_registries;
  log::Format log_format = log::Format::kText;
  log::Level log_level = log::Level::kInfo;
  uint16_t health_port = 8081;
  int workers = 8;
  std::string kubeconfig;  ///< empty: the pod's own credentials
  std::string ns;          ///< empty: all namespaces
  kube::ObjectKey lease;   ///< held while this process works; no name: no election
};

/// What to do after reading the command line.
struct ParsedArguments {
  Arguments arguments;
  bool run =
      false;  ///< otherwise leave with `exit_code`: help was asked for, or something is wrong
  int exit_code = 0;  ///< what to show was printed already
};

ParsedArguments ParseArguments(int argc, const char* const* argv);

}  // namespace hawser::controller
