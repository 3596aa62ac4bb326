// The command line as values: which command, with which options.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "lib/base/clock.h"
#include "lib/kube/config.h"
#include "local-cli/forward/port_request.h"
#include "local-cli/forward/reverse_request.h"
#include "local-cli/starlark/arguments.h"

namespace hawser::cli {

/// Flags every command takes.
struct GlobalOptions {
  kube::ConfigOverrides cluster;
  bool json = false;
  bool verbose = false;
  bool direct = true;  ///< reach agents at their pods' addresses where the network lets it
  bool operator==(const GlobalOptions& other) const {
    return cluster.kubeconfig == other.cluster.kubeconfig &&
           cluster.context == other.cluster.context && cluster.ns == other.cluster.ns &&
           json == other.json && verbose == other.verbose && direct == other.direct;
  }
};

struct PushOptions {
  std::string session;
  std::string directory = ".";
  bool watch = false;
  bool wait = false;                           ///< return once every pod runs exactly this tree
  bool yes = false;                            ///< remove most of a tree without asking
  bool timeline = false;                       ///< print the phases of every batch
  bool poll = false;                           ///< watch by looking again and again
  bool forward = true;                         ///< with watch: open the session's local ports
  Duration timeout = std::chrono::minutes(2);  ///< without watch: how long all of it may take
  bool operator==(const PushOptions&) const = default;
};

struct PlanOptions {
  std::string session;
  std::string directory = ".";
  std::vector<std::string> why;  ///< paths to explain
  bool operator==(const PlanOptions&) const = default;
};

struct PullOptions {
  std::string session;
  std::vector<std::string> paths;  ///< workspace paths and globs
  std::string directory = ".";
  std::string pod;  ///< empty: the first ready one
  bool dry_run = false;
  bool operator==(const PullOptions&) const = default;
};

struct LsOptions {
  bool all_namespaces = false;
  bool wide = false;
  bool operator==(const LsOptions&) const = default;
};

struct StatusOptions {
  std::string session;  ///< empty: all of the namespace
  bool wide = false;    ///< of the list
  bool operator==(const StatusOptions&) const = default;
};

struct LogsOptions {
  std::string session;
  std::string pod;  ///< empty: the first running one
  bool follow = false;
  int64_t tail = -1;  ///< lines; -1: all the agent kept
  bool operator==(const LogsOptions&) const = default;
};

struct RestartOptions {
  std::string session;
  bool operator==(const RestartOptions&) const = default;
};

struct ForwardOptions {
  std::string session;
  std::vector<PortRequest> ports;       ///< none: all that the session names
  std::vector<std::string> addresses;   ///< IP literals to listen on
  bool next_free = false;               ///< take the next free local port when one is taken
  bool tell_connections = false;        ///< tell of each connection
  std::vector<ReverseRequest> reverse;  ///< with any and no ports, only these
  bool operator==(const ForwardOptions&) const = default;
};

struct VersionOptions {
  bool operator==(const VersionOptions&) const = default;
};

struct DoctorOptions {
  std::string directory = ".";
  bool operator==(const DoctorOptions&) const = default;
};

using CommandOptions =
    std::variant<PushOptions, PlanOptions, PullOptions, StatusOptions, LogsOptions, ForwardOptions,
                 RestartOptions, VersionOptions, DoctorOptions, StarlarkOptions, LsOptions>;

/// A command to run.
struct Invocation {
  GlobalOptions global;
  CommandOptions command;
};

/// Nothing to run: text to print and the code to exit with. Code 0 is help, for standard output;
/// code 2 is bad usage, for standard error.
struct Usage {
  int exit_code = 0;
  std::string text;
};

/// Reads the command line; `arguments` does not hold the program's name.
std::variant<Invocation, Usage> ParseArguments(const std::vector<std::string>& arguments);

}  // namespace hawser::cli
