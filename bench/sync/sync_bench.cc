// The list of cases.
#include "bench/sync/sync_bench.h"

#include <algorithm>

#include "bench/sync/cases.h"

namespace hawser::bench {
namespace {

struct Case {
  std::string name;
  int runs = 0;  ///< by itself
  Result<std::vector<Row>> (*run)(const SyncOptions& options, int runs) = nullptr;
};

const std::vector<Case>& Cases() {
  static const std::vector<Case> cases = {{"small", 50, RunSmall},
                                          {"large", 10, RunLarge},
                                          {"large-anew", 10, RunLargeAnew},
                                          {"binary", 10, RunBinary},
                                          {"many", 20, RunMany},
                                          {"first", 5, RunFirst},
                                          {"first-ext4", 3, RunFirstOnDisk},
                                          {"first-200mbit", 3, RunFirstAt200Mbit},
                                          {"reconnect", 10, RunReconnect},
                                          {"idle", 1, RunIdle},
                                          {"delay-20", 20, RunDelay20},
                                          {"delay-100", 10, RunDelay100}};
  return cases;
}

Status CheckNames(const std::vector<std::string>& names) {
  std::string known;
  for (const Case& one : Cases()) known += " " + one.name;
  for (const std::string& name : names) {
    if (std::none_of(Cases().begin(), Cases().end(),
                     [&](const Case& one) { return one.name == name; }))
      return InvalidArgumentError("there is no case " + name + "; there are:" + known);
  }
  return OkStatus();
}

}  // namespace

Status RunSync(const SyncOptions& options,
               const std::function<void(const std::vector<Row>&)>& done) {
  HAWSER_RETURN_IF_ERROR(CheckNames(options.cases));
  Status status;
  for (const Case& one : Cases()) {
    const auto& wanted = options.cases;
    if (!wanted.empty() && std::find(wanted.begin(), wanted.end(), one.name) == wanted.end())
      continue;
    const auto rows = one.run(options, options.runs > 0 ? options.runs : one.runs);
    if (rows.ok())
      done(*rows);
    else if (status.ok())
      status = rows.status().Annotate(one.name);
  }
  return status;
}

}  // namespace hawser::bench
