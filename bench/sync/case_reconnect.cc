// 20,000 files of which none changed: how long until everyone knows that.
#include <chrono>

#include "bench/sync/cases.h"
#include "bench/sync/sources.h"
#include "bench/sync/trial.h"

namespace hawser::bench {
namespace {

using std::chrono::steady_clock;

constexpr uint32_t kFiles = 20'000;
constexpr auto kLimit = std::chrono::seconds(60);

double MillisecondsSince(TimePoint start) {
  return std::chrono::duration<double, std::milli>(steady_clock::now() - start).count();
}

/// `hawser push` ended and is started again.
Result<double> StartAgain(Trial& trial) {
  trial.StopHawser();
  const TimePoint start = steady_clock::now();
  HAWSER_RETURN_IF_ERROR(trial.StartHawser(/*watch=*/true, /*known=*/true));
  HAWSER_RETURN_IF_ERROR(trial.hawser().Await("inSync", kLimit));
  return MillisecondsSince(start);
}

/// Its connections to the API server break.
Result<double> CutConnections(Trial& trial) {
  (void)trial.hawser().NewEvents();
  const TimePoint start = steady_clock::now();
  trial.network().api_server->Cut();
  HAWSER_RETURN_IF_ERROR(trial.hawser().Await("lost", kLimit));
  HAWSER_RETURN_IF_ERROR(trial.hawser().Await("inSync", kLimit));
  return MillisecondsSince(start);
}

Result<double> PushAgain(Trial& trial, const Tool& tool) {
  const TimePoint start = steady_clock::now();
  HAWSER_RETURN_IF_ERROR(trial.Push(tool).status());
  return MillisecondsSince(start);
}

/// The tree is in the pod, by every tool.
Status BringTree(Trial& trial) {
  for (const Tool& tool : trial.tools()) {
    HAWSER_RETURN_IF_ERROR(WriteTree(trial.Source(tool.name), kFiles));
    if (!tool.push.empty()) HAWSER_RETURN_IF_ERROR(trial.Push(tool).status());
  }
  HAWSER_RETURN_IF_ERROR(trial.StartHawser(/*watch=*/true));
  return trial.hawser().Await("inSync", kLimit);
}

/// Adds a measurement and what was sent for it to the row.
Status Note(const Trial& trial, const Tool& tool, uint64_t before, const Result<double>& took,
            Row& row) {
  if (!took.ok()) return took.status();
  HAWSER_ASSIGN_OR_RETURN(const uint64_t after, trial.Bytes(tool));
  row.milliseconds.push_back(*took);
  row.bytes = row.bytes.value_or(0) + static_cast<double>(after - before);
  return OkStatus();
}

}  // namespace

Result<std::vector<Row>> RunReconnect(const SyncOptions& options, int runs) {
  HAWSER_ASSIGN_OR_RETURN(const auto trial,
                          Trial::Open(options, {.name = "reconnect", .relayed = NetworkPath{}}));
  HAWSER_RETURN_IF_ERROR(BringTree(*trial));
  std::vector<Row> rows = trial->Rows();
  Row cut{.bench = "sync", .name = "reconnect", .tool = "hawser, API server, cut"};
  for (int run = 0; run < runs; ++run) {
    for (size_t i = 0; i < rows.size(); ++i) {
      const Tool& tool = trial->tools()[i];
      HAWSER_ASSIGN_OR_RETURN(uint64_t before, trial->Bytes(tool));
      const auto took = tool.push.empty() ? StartAgain(*trial) : PushAgain(*trial, tool);
      HAWSER_RETURN_IF_ERROR(Note(*trial, tool, before, took, rows[i]));
    }
    HAWSER_ASSIGN_OR_RETURN(const uint64_t before, trial->Bytes(trial->tools().front()));
    const auto took = CutConnections(*trial);
    HAWSER_RETURN_IF_ERROR(Note(*trial, trial->tools().front(), before, took, cut));
  }
  rows.insert(rows.begin() + 1, std::move(cut));
  for (Row& row : rows) row.bytes = *row.bytes / runs;
  return rows;
}

}  // namespace hawser::bench
