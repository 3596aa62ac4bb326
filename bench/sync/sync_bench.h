// The bench sync: from a change in a directory to the same files in a pod, in many cases.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "bench/report.h"
#include "lib/base/result.h"

namespace hawser::bench {

struct SyncOptions {
  std::string hawser = "hawser";      ///< the binary
  std::string manifests;              ///< folder of the manifests
  std::string image;                  ///< reference for the pod: sync.Dockerfile
  std::vector<std::string> binaries;  ///< two links of one program
  std::vector<std::string> cases;     ///< names; empty for all
  int runs = 0;                       ///< of each case; 0 for what each has by itself
  bool keep = false;                  ///< leave pods and sessions behind
};

/// Runs the cases one after the other; `done` is told each one's rows as soon as it ended. Needs
/// root, kubectl, nft, rsync, tar, zstd, and a cluster with Hawser whose only node is this host.
Status RunSync(const SyncOptions& options,
               const std::function<void(const std::vector<Row>&)>& done);

}  // namespace hawser::bench
