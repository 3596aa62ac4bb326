// The command line of hawser-agent as values.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "agent/volume.h"
#include "lib/base/clock.h"
#include "lib/base/log.h"

namespace hawser::agent {

struct ServeArguments {
  std::string session;  ///< "namespace/name"
  Volume volume;
  std::string keys = "/.hawser-keys";
  std::string pod_info = "/.hawser-pod";
  std::string address = "127.0.0.1";
  uint16_t port = 40100;
  std::string direct_address;  ///< the pod's own, to listen on too; empty: loopback alone
  uint16_t direct_port = 0;
  bool reverse = false;  ///< loopback is the pod's own, so ports on it may lead to clients
  std::string pod;       ///< from POD_NAME, else the host name
  log::Format log_format = log::Format::kText;
};

struct SuperviseArguments {
  Volume volume;
  bool wait_for_sync = false;
  Duration sync_wait = std::chrono::seconds(30);
  std::string container_root = "/";
  std::vector<std::string> entrypoint;
  log::Format log_format = log::Format::kText;
};

struct InstallArguments {
  std::string directory;
};

struct ProbeArguments {
  Volume volume;
  bool supervisor = false;  ///< the supervisor must be connected too
};

struct VersionArguments {
  bool json = false;
};

/// The command line asked for help, or can't be understood: print and end.
struct ExitNow {
  int code = 0;         ///< 0 after help, 2 after a wrong command line
  std::string output;   ///< for standard output
  std::string trouble;  ///< for standard error
};

using Command = std::variant<ServeArguments, SuperviseArguments, InstallArguments, ProbeArguments,
                             VersionArguments, ExitNow>;

/// Reads the command line, without the program's name. What follows `--` is the entrypoint,
/// untouched.
Command ParseArguments(std::vector<std::string> arguments);

}  // namespace hawser::agent
