// The running container from outside: its first process on this host, and its files.
#pragma once

#include <sys/types.h>

#include <string>

#include "lib/base/result.h"

namespace hawser::bench {

/// A container of a pod that runs on this host.
struct Container {
  std::string pod;
  std::string ip;  ///< the pod's address
  pid_t pid = 0;   ///< of its process 1, as this host counts

  /// Where a path of the container is on this host, through the process's root.
  std::string OnHost(const std::string& path) const {
    return "/proc/" + std::to_string(pid) + "/root" + path;
  }
};

/// Finds container `container` of the one ready pod with `label`. not_found when there is none, or
/// when it does not run on this host.
Result<Container> FindContainer(const std::string& ns, const std::string& label,
                                const std::string& container);

/// True when the file `path` holds exactly `content`.
bool FileHolds(const std::string& path, const std::string& content);

}  // namespace hawser::bench
