// Reads /proc each time the metrics are shown.
#include "lib/metrics/process.h"

#include <sys/resource.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <sstream>
#include <system_error>
#include <vector>

namespace hawser::metrics {
namespace {

namespace fs = std::filesystem;

// Places among the fields that follow the program's name, from proc(5).
constexpr size_t kUserTime = 11;
constexpr size_t kSystemTime = 12;
constexpr size_t kThreads = 17;
constexpr size_t kStartTime = 19;
constexpr size_t kVirtualBytes = 20;
constexpr size_t kResidentPages = 21;

std::string FirstLine(const std::string& path) {
  std::ifstream in(path);
  std::string line;
  std::getline(in, line);
  return line;
}

/// When the machine started, as /proc/stat tells; 0 when it does not.
double BootTime(const std::string& proc) {
  std::ifstream in(proc + "/stat");
  double seconds = 0;
  for (std::string word; in >> word;) {
    if (word == "btime") in >> seconds;
  }
  return seconds;
}

double OpenFiles(const std::string& proc) {
  std::error_code error;
  const fs::directory_iterator files(proc + "/self/fd", error);
  // Looking opens one more.
  return error ? 0 : static_cast<double>(std::distance(begin(files), end(files)) - 1);
}

double MaxFiles() {
  rlimit limit{};
  return ::getrlimit(RLIMIT_NOFILE, &limit) == 0 ? static_cast<double>(limit.rlim_cur) : 0;
}

/// The metrics, and what of the processor's time was counted already.
struct ProcessMetrics {
  explicit ProcessMetrics(Metrics& metrics)
      : cpu(metrics.CounterOf(
            {"process_cpu_seconds_total", "Total user and system CPU time spent in seconds."}, {})),
        resident(metrics.GaugeOf(
            {"process_resident_memory_bytes", "Resident memory size in bytes."}, {})),
        virtual_size(
            metrics.GaugeOf({"process_virtual_memory_bytes", "Virtual memory size in bytes."}, {})),
        start(metrics.GaugeOf({"process_start_time_seconds",
                               "Start time of the process since unix epoch in seconds."},
                              {})),
        threads(metrics.GaugeOf({"process_threads", "Number of threads."}, {})),
        open_files(metrics.GaugeOf({"process_open_fds", "Number of open file descriptors."}, {})),
        max_files(
            metrics.GaugeOf({"process_max_fds", "Maximum number of open file descriptors."}, {})) {}

  void Update(const std::string& proc, const ProcessUnits& units) {
    open_files.Set(OpenFiles(proc));
    max_files.Set(MaxFiles());
    const std::optional<ProcessUsage> usage =
        ParseProcessStat(FirstLine(proc + "/self/stat"), units);
    if (!usage) return;
    cpu.Add(usage->cpu_seconds - counted);
    counted = usage->cpu_seconds;
    resident.Set(usage->resident_bytes);
    virtual_size.Set(usage->virtual_bytes);
    start.Set(usage->start_time);
    threads.Set(usage->threads);
  }

  Counter& cpu;
  Gauge& resident;
  Gauge& virtual_size;
  Gauge& start;
  Gauge& threads;
  Gauge& open_files;
  Gauge& max_files;
  double counted = 0;
};

}  // namespace

std::optional<ProcessUsage> ParseProcessStat(std::string_view line, const ProcessUnits& units) {
  // The program's name is in brackets and may hold any byte, brackets too.
  const size_t name_end = line.rfind(')');
  if (name_end == std::string_view::npos) return std::nullopt;
  std::istringstream in{std::string(line.substr(name_end + 1))};
  char state = 0;
  in >> state;
  std::vector<double> fields{0};
  for (double field = 0; in >> field;) fields.push_back(field);
  if (fields.size() <= kResidentPages) return std::nullopt;
  return ProcessUsage{
      .cpu_seconds = (fields[kUserTime] + fields[kSystemTime]) / units.ticks_per_second,
      .start_time = units.boot_time + fields[kStartTime] / units.ticks_per_second,
      .virtual_bytes = fields[kVirtualBytes],
      .resident_bytes = fields[kResidentPages] * units.page_bytes,
      .threads = static_cast<int>(fields[kThreads])};
}

void AddProcessMetrics(Metrics& metrics, const std::string& proc) {
  const ProcessUnits units{.ticks_per_second = static_cast<double>(::sysconf(_SC_CLK_TCK)),
                           .page_bytes = static_cast<double>(::sysconf(_SC_PAGESIZE)),
                           .boot_time = BootTime(proc)};
  const auto process = std::make_shared<ProcessMetrics>(metrics);
  metrics.BeforeShowing([process, proc, units] { process->Update(proc, units); });
}

}  // namespace hawser::metrics
