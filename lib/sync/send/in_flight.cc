// A batch from its plan to its result.
#include "lib/sync/send/in_flight.h"

namespace hawser::sync {

namespace {

constexpr size_t kReportedPaths = 5;

}  // namespace

BatchRequest MakeRequest(const std::shared_ptr<InFlight>& batch, const HeldContent& held) {
  BatchRequest request;
  request.number = batch->number;
  request.base_tree = batch->base_tree;
  request.snapshot = batch->snapshot;
  request.plan = &batch->plan;
  request.confirmed = batch->confirmed;
  request.held = &held;
  request.sums = batch->inquiry.has_value() ? &batch->inquiry->sums() : nullptr;
  request.keep_alive = batch;
  request.result_tree = batch->snapshot->digest;
  request.steps = batch->consequences.steps;
  request.restart = batch->consequences.restart;
  request.send_whole = batch->send_whole;
  return request;
}

BatchReport MakeReport(const InFlight& batch, const wire::BatchResult& result) {
  BatchReport report;
  report.result = result;
  report.timeline = batch.timeline;
  batch.phases.Place(report.timeline);
  report.cost = batch.cost;
  for (const PlannedChange& change : batch.plan.changes) {
    const bool file = !change.remove && change.entry.kind != EntryKind::kDirectory;
    report.files += file ? 1 : 0;
    report.removals += change.remove ? 1 : 0;
    if ((file || change.remove) && report.paths.size() < kReportedPaths) {
      report.paths.push_back(SourceOf(change, batch.snapshot.get(), batch.before.get()));
    }
  }
  return report;
}

}  // namespace hawser::sync
