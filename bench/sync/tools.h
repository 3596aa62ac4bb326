// The ways of getting a folder into a container that bench sync compares.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "bench/container.h"

namespace hawser::bench {

inline constexpr char kHawser[] = "hawser";
/// How its rows are called where it keeps to the API server, as where no pod's address is reached.
inline constexpr char kHawserApiServer[] = "hawser, API server";
inline constexpr uint16_t kRsyncPort = 8730;

/// One way of bringing the folder of this name here to the folder of this name below /bench there.
struct Tool {
  std::string name;
  gid_t gid = 0;                  ///< by which its packets are counted
  std::vector<std::string> push;  ///< run after each change; empty for Hawser, which watches
};

/// How tools reach the cluster.
struct Route {
  std::string kubeconfig;  ///< "" for the one in use
  std::string rsync_host;
  uint16_t rsync_port = kRsyncPort;
};

/// All tools, Hawser first. `sources` holds a folder for each.
std::vector<Tool> MakeTools(const Container& container, const std::filesystem::path& sources,
                            const Route& route);

}  // namespace hawser::bench
