// Takes the tools in turn, so that whatever else the machine does falls on all of them.
#include "bench/sync/saves.h"

#include <chrono>
#include <thread>

#include "bench/sync/phases.h"

namespace hawser::bench {
namespace {

constexpr int kWarmUps = 2;
constexpr auto kPause = std::chrono::milliseconds(100);
constexpr auto kStartLimit = std::chrono::seconds(120);

/// All tools bring what is there at first; Hawser then stays.
Status BringFirst(Trial& trial, const Save& save) {
  for (const Tool& tool : trial.tools()) {
    const auto marks = save(trial.Source(tool.name), 0);
    if (!marks.ok()) return marks.status();
    if (!tool.push.empty()) {
      HAWSER_RETURN_IF_ERROR(trial.Push(tool).status());
      continue;
    }
    HAWSER_RETURN_IF_ERROR(trial.StartHawser(/*watch=*/true));
    HAWSER_RETURN_IF_ERROR(trial.hawser().Await("inSync", kStartLimit));
  }
  return OkStatus();
}

Result<double> SaveOnce(Trial& trial, const Tool& tool, const Save& save, int version, Row& row) {
  std::this_thread::sleep_for(kPause);
  const auto marks = save(trial.Source(tool.name), version);
  if (!marks.ok()) return marks.status();
  return trial.Time(tool, std::chrono::steady_clock::now(), *marks, row);
}

/// Saves for the tools of `rows` in turn; bytes and times go into the rows, and Hawser's phases
/// into the first. The first version saved is `version`.
Status SaveInTurns(Trial& trial, const Save& save, int runs, int version,
                   const Preparation& prepare, std::vector<Row>& rows) {
  std::vector<uint64_t> before(rows.size());
  Phases phases;
  for (int run = -kWarmUps; run < runs; ++run, ++version) {
    for (size_t i = 0; i < rows.size(); ++i) {
      const Tool& tool = trial.tools()[i];
      if (run == 0) {
        HAWSER_ASSIGN_OR_RETURN(before[i], trial.Bytes(tool));
      }
      if (prepare && tool.push.empty()) HAWSER_RETURN_IF_ERROR(prepare(trial));
      HAWSER_ASSIGN_OR_RETURN(const double took, SaveOnce(trial, tool, save, version, rows[i]));
      if (run >= 0) rows[i].milliseconds.push_back(took);
    }
    const auto events = trial.hawser().NewEvents();
    if (run >= 0) phases.Add(events);
  }
  for (size_t i = 0; i < rows.size(); ++i) {
    HAWSER_ASSIGN_OR_RETURN(const uint64_t after, trial.Bytes(trial.tools()[i]));
    rows[i].bytes = static_cast<double>(after - before[i]) / runs;
  }
  phases.Report(rows.front());
  return OkStatus();
}

/// The same saves by Hawser once more, this time through the API server; it comes alone, because a
/// session has one pusher.
Status SaveThroughApiServer(Trial& trial, const Save& save, int runs, int version,
                            const Preparation& prepare, std::vector<Row>& rows) {
  std::vector<Row> row = {
      {.bench = "sync", .name = trial.setting().name, .tool = kHawserApiServer}};
  trial.SetDirect(false);
  HAWSER_RETURN_IF_ERROR(trial.StartHawser(/*watch=*/true));
  HAWSER_RETURN_IF_ERROR(trial.hawser().Await("inSync", kStartLimit));
  HAWSER_RETURN_IF_ERROR(SaveInTurns(trial, save, runs, version, prepare, row));
  rows.insert(rows.begin() + 1, std::move(row.front()));
  return OkStatus();
}

}  // namespace

Result<std::vector<Row>> MeasureSaves(Trial& trial, const Save& save, int runs,
                                      const Preparation& prepare) {
  HAWSER_RETURN_IF_ERROR(BringFirst(trial, save));
  std::vector<Row> rows = trial.Rows();
  HAWSER_RETURN_IF_ERROR(SaveInTurns(trial, save, runs, 1, prepare, rows));
  if (!trial.setting().relayed) {
    HAWSER_RETURN_IF_ERROR(
        SaveThroughApiServer(trial, save, runs, 1 + kWarmUps + runs, prepare, rows));
  }
  return rows;
}

}  // namespace hawser::bench
