// What this process takes of its machine, under Prometheus' usual names.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "lib/base/metrics.h"

namespace hawser::metrics {

/// What the kernel says of a process.
struct ProcessUsage {
  double cpu_seconds = 0;  ///< of all threads, in user and kernel mode
  double start_time = 0;   ///< seconds since 1970
  double virtual_bytes = 0;
  double resident_bytes = 0;
  int threads = 0;
  bool operator==(const ProcessUsage&) const = default;
};

/// Units and the moment that /proc counts from.
struct ProcessUnits {
  double ticks_per_second = 100;
  double page_bytes = 4096;
  double boot_time = 0;  ///< seconds since 1970
};

/// Reads a line of /proc/PID/stat (proc(5)); nothing when it is none.
std::optional<ProcessUsage> ParseProcessStat(std::string_view line, const ProcessUnits& units);

/// Adds process_cpu_seconds_total, process_resident_memory_bytes, process_virtual_memory_bytes,
/// process_start_time_seconds, process_threads, process_open_fds and process_max_fds. `proc` is
/// where the kernel tells of itself.
void AddProcessMetrics(Metrics& metrics, const std::string& proc = "/proc");

}  // namespace hawser::metrics
