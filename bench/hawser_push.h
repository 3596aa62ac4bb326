// `hawser push` as a tool of the bench: started, followed by its JSON events.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "bench/command.h"
#include "lib/base/clock.h"
#include "lib/base/result.h"

namespace hawser::bench {

/// What the bench reads of an event (docs/cli.md, "Events of push -o json").
struct PushEvent {
  std::string kind;                         ///< "inSync", "batch", "timeline" ...
  uint64_t bytes = 0;                       ///< of a batch, on the wire
  std::map<std::string, double> phases_ms;  ///< of a timeline, since the file event
};

struct PushOptions {
  std::string binary = "hawser";
  std::string session;
  std::string directory;   ///< the workspace
  std::string kubeconfig;  ///< "" for the one in use
  std::string cache;       ///< directory for what it remembers of files
  std::string log;         ///< file that takes its output
  bool watch = true;
  bool direct = true;  ///< to the pod's address where that is reached
  gid_t gid = 0;
};

class HawserPush {
 public:
  static Result<HawserPush> Start(const PushOptions& options);

  /// What it told since the last call.
  std::vector<PushEvent> NewEvents();

  /// Reads on up to the next event of this kind, and no further; deadline_exceeded with its output
  /// when none comes.
  Status Await(const std::string& kind, Duration limit);

  Process& process() { return process_; }

 private:
  HawserPush(Process process, std::string log)
      : process_(std::move(process)), log_(std::move(log)) {}

  void ReadLog();

  Process process_;
  std::string log_;
  size_t read_ = 0;                ///< bytes of the log
  std::vector<PushEvent> unread_;  ///< events that nobody has asked for
};

}  // namespace hawser::bench
