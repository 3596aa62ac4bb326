// Other programs: run to their end, or beside the bench, each under a group id by which its packets
// are counted.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "lib/base/result.h"

namespace hawser::bench {

/// A program that was started. Terminated and waited for when it goes.
class Process {
 public:
  /// Starts `argv` with its output in the file `log`; as group `gid` unless that is 0. Standard
  /// input is empty.
  static Result<Process> Start(const std::vector<std::string>& argv, gid_t gid,
                               const std::string& log);
  /// Asks it to end, and kills it when it has not after ten seconds.
  ~Process();
  Process(Process&& other) noexcept : pid_(other.pid_) { other.pid_ = 0; }
  Process& operator=(Process&&) = delete;

  /// Waits for the end; the most resident memory it and its children had, in KiB.
  /// failed_precondition when it failed.
  Result<int64_t> Wait();
  /// The most resident memory it had so far, in KiB; 0 once it ended.
  int64_t PeakRssKib() const;
  /// As this host counts; 0 once it ended.
  pid_t pid() const { return pid_; }
  /// True while it runs.
  bool Running() const;

 private:
  explicit Process(pid_t pid) : pid_(pid) {}
  pid_t pid_;
};

/// Runs `argv` with `input` on its standard input and returns its standard output.
/// failed_precondition, with what it printed, when it failed.
Result<std::string> Output(const std::vector<std::string>& argv, std::string_view input = {});

}  // namespace hawser::bench
