// The first sync of 20,000 files of source text, 80 MB, to a pod that holds none of them.
#include <chrono>
#include <cstdlib>

#include "bench/command.h"
#include "bench/sync/cases.h"
#include "bench/sync/phases.h"
#include "bench/sync/sources.h"
#include "bench/sync/trial.h"

namespace hawser::bench {
namespace {

constexpr uint32_t kFiles = 20'000;

std::vector<Mark> Marks() {
  std::vector<Mark> marks;
  for (uint32_t number = 0; number < kFiles; ++number)
    marks.push_back({SourcePath(number), SourceSize(number), 0, {}});
  return marks;
}

/// One sync by a tool into a pod that has nothing of it. Starting the tool is part of it.
Status SyncBy(Trial& trial, const Tool& tool, const std::vector<Mark>& marks, Phases& phases,
              Row& row) {
  HAWSER_ASSIGN_OR_RETURN(const uint64_t before, trial.Bytes(tool));
  const TimePoint start = std::chrono::steady_clock::now();
  if (tool.push.empty()) HAWSER_RETURN_IF_ERROR(trial.StartHawser(/*watch=*/false));
  HAWSER_ASSIGN_OR_RETURN(const double took, trial.Time(tool, start, marks, row));
  if (tool.push.empty()) {
    HAWSER_RETURN_IF_ERROR(trial.hawser().process().Wait().status());
    phases.Add(trial.hawser().NewEvents());
  }
  HAWSER_ASSIGN_OR_RETURN(const uint64_t after, trial.Bytes(tool));
  row.milliseconds.push_back(took);
  row.bytes = row.bytes.value_or(0) + static_cast<double>(after - before);
  return OkStatus();
}

/// How small the tree is as one compressed archive.
Result<Row> CompressedArchive(const Trial& trial) {
  HAWSER_ASSIGN_OR_RETURN(
      const std::string bytes,
      Output({"sh", "-c",
              "tar -C " + trial.Source(kHawser).string() + " -cf - . | zstd -q -3 -c | wc -c"}));
  Row row{.bench = "sync", .name = trial.setting().name, .tool = "tar-zstd-3"};
  row.bytes = std::atof(bytes.c_str());
  return row;
}

Result<std::vector<Row>> Run(const SyncOptions& options, const Setting& setting, int runs) {
  HAWSER_ASSIGN_OR_RETURN(const auto trial, Trial::Open(options, setting));
  for (const Tool& tool : trial->tools())
    HAWSER_RETURN_IF_ERROR(WriteTree(trial->Source(tool.name), kFiles));
  const std::vector<Mark> marks = Marks();
  std::vector<Row> rows = trial->Rows();
  Row indirect{.bench = "sync", .name = setting.name, .tool = kHawserApiServer};
  Phases phases;
  Phases indirect_phases;
  for (int run = 0; run < runs; ++run) {
    if (run > 0) HAWSER_RETURN_IF_ERROR(trial->Renew());
    trial->SetDirect(true);
    for (size_t i = 0; i < rows.size(); ++i) {
      HAWSER_RETURN_IF_ERROR(SyncBy(*trial, trial->tools()[i], marks, phases, rows[i]));
    }
    if (setting.relayed) continue;
    HAWSER_RETURN_IF_ERROR(trial->Renew());
    trial->SetDirect(false);
    HAWSER_RETURN_IF_ERROR(
        SyncBy(*trial, trial->tools().front(), marks, indirect_phases, indirect));
  }
  phases.Report(rows.front());
  if (!setting.relayed) {
    indirect_phases.Report(indirect);
    rows.insert(rows.begin() + 1, std::move(indirect));
  }
  for (Row& row : rows) row.bytes = *row.bytes / runs;
  HAWSER_ASSIGN_OR_RETURN(Row archive, CompressedArchive(*trial));
  rows.push_back(std::move(archive));
  return rows;
}

}  // namespace

Result<std::vector<Row>> RunFirst(const SyncOptions& options, int runs) {
  return Run(options, {.name = "first"}, runs);
}

Result<std::vector<Row>> RunFirstOnDisk(const SyncOptions& options, int runs) {
  return Run(options, {.name = "first-ext4", .sources = "/tmp", .volume = "{}"}, runs);
}

Result<std::vector<Row>> RunFirstAt200Mbit(const SyncOptions& options, int runs) {
  const NetworkPath path{.each_way = std::chrono::milliseconds(5), .bytes_per_second = 25'000'000};
  return Run(options, {.name = "first-200mbit", .relayed = path}, runs);
}

}  // namespace hawser::bench
