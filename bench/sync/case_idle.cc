// 100,000 files watched and nothing done: memory and processor time of every part of Hawser.
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string_view>
#include <thread>

#include "bench/sync/cases.h"
#include "bench/sync/sources.h"
#include "bench/sync/trial.h"

namespace hawser::bench {
namespace {

constexpr uint32_t kFiles = 100'000;
constexpr auto kStartLimit = std::chrono::seconds(300);
constexpr auto kSettle = std::chrono::seconds(10);
constexpr auto kWatched = std::chrono::seconds(30);

std::string Proc(pid_t pid, const char* what) {
  return "/proc/" + std::to_string(pid) + "/" + what;
}

int64_t ResidentKib(pid_t pid) {
  std::ifstream status(Proc(pid, "status"));
  constexpr std::string_view kKey = "VmRSS:";
  for (std::string line; std::getline(status, line);)
    if (line.starts_with(kKey)) return std::strtoll(line.c_str() + kKey.size(), nullptr, 10);
  return 0;
}

/// Nanoseconds that the process's threads ran so far.
double Ran(pid_t pid) {
  double sum = 0;
  for (const auto& thread : std::filesystem::directory_iterator(Proc(pid, "task"))) {
    double one = 0;
    std::ifstream(thread.path() / "schedstat") >> one;
    sum += one;
  }
  return sum;
}

struct Part {
  std::string name;
  pid_t pid = 0;
  double ran = 0;  ///< when watching began
};

Result<std::vector<Part>> Parts(Trial& trial) {
  HAWSER_ASSIGN_OR_RETURN(const Container agent, trial.deployment().Find(kAgentContainer));
  return std::vector<Part>{{"hawser", trial.hawser().process().pid()},
                           {"agent", agent.pid},
                           {"supervisor", trial.container().pid}};
}

Row Measured(const Part& part) {
  const std::chrono::duration<double, std::nano> watched = kWatched;
  Row row{.bench = "sync", .name = "idle", .tool = part.name};
  row.rss_kib = ResidentKib(part.pid);
  row.cpu_percent = (Ran(part.pid) - part.ran) / watched.count() * 100;
  return row;
}

}  // namespace

Result<std::vector<Row>> RunIdle(const SyncOptions& options, int) {
  HAWSER_ASSIGN_OR_RETURN(const auto trial, Trial::Open(options, {.name = "idle"}));
  HAWSER_RETURN_IF_ERROR(WriteTree(trial->Source(kHawser), kFiles));
  HAWSER_RETURN_IF_ERROR(trial->StartHawser(/*watch=*/true));
  HAWSER_RETURN_IF_ERROR(trial->hawser().Await("inSync", kStartLimit));
  HAWSER_ASSIGN_OR_RETURN(std::vector<Part> parts, Parts(*trial));
  std::this_thread::sleep_for(kSettle);
  for (Part& part : parts) part.ran = Ran(part.pid);
  std::this_thread::sleep_for(kWatched);
  std::vector<Row> rows;
  for (const Part& part : parts) rows.push_back(Measured(part));
  return rows;
}

}  // namespace hawser::bench
