// Starting, signalling and reaping process groups.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

#include "lib/base/result.h"
#include "lib/base/unique_fd.h"

namespace hawser::agent {

/// What the supervisor does to processes. Each started process leads a session and group of its
/// own, so a signal reaches all it started.
class Processes {
 public:
  virtual ~Processes() = default;
  /// Starts the app. not_found when there is no such program, permission_denied when it may not be
  /// run.
  virtual Result<pid_t> StartApp(const std::vector<std::string>& argv) = 0;
  /// Starts a step; its output arrives apart from the app's.
  virtual Result<pid_t> StartStep(const std::vector<std::string>& argv) = 0;
  /// Sends `signal` to every process of the group. A group that is gone is fine.
  virtual void SignalGroup(pid_t group, int signal) = 0;
  /// True while the group has a process.
  virtual bool GroupAlive(pid_t group) = 0;
};

/// Where a process's standard output and error go.
struct SpawnOutputs {
  int out = 1;
  int err = 2;
};

/// Starts `argv` as leader of a new session, with this process's environment, working directory and
/// standard input, no other descriptor, no blocked signal and default handlers. The program is
/// looked up in PATH. Codes as Processes::StartApp.
Result<pid_t> Spawn(const std::vector<std::string>& argv, const SpawnOutputs& outputs);

/// The exit code as a shell would tell it: 128 + signal for a killed process.
int ExitCodeOf(int wait_status);

/// The code with which a shell would end when a program can't be started: 127 for not found, else
/// 126.
int ExitCodeOf(const Status& start_failure);

struct ReapedChild {
  pid_t pid = 0;
  int code = 0;  ///< as ExitCodeOf
};

/// Collects a child that ended, whoever started it; nothing when none has.
std::optional<ReapedChild> ReapChild();

/// Makes this process inherit orphans of its descendants when it isn't process 1, which does so
/// anyway.
Status BecomeSubreaper();

struct Pipe {
  UniqueFd reader;
  UniqueFd writer;
};
/// A pipe that children don't inherit unless it is given to them.
Result<Pipe> MakePipe();

}  // namespace hawser::agent
