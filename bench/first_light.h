// The case first-light: from saving a small file to seeing it in the container.
#pragma once

#include <string>
#include <vector>

#include "bench/report.h"
#include "lib/base/result.h"

namespace hawser::bench {

struct FirstLightOptions {
  std::string hawser = "hawser";  ///< the binary
  std::string manifests;          ///< folder of the manifests
  std::string image;              ///< reference for the pod; needs sleep and tar
  int runs = 50;                  ///< per tool, after three that do not count
  bool keep = false;              ///< leave pod and session behind
};

/// Measures `hawser push --watch`, `kubectl cp` and `kubectl exec -- tar` in turn. Needs root,
/// kubectl, nft, a cluster with Hawser installed whose only node is this host.
Result<std::vector<Row>> RunFirstLight(const FirstLightOptions& options);

}  // namespace hawser::bench
