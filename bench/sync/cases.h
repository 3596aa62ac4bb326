// The cases of bench sync, each in a file of its own. docs/bench.md says what they measure.
#pragma once

#include <vector>

#include "bench/report.h"
#include "bench/sync/sync_bench.h"
#include "lib/base/result.h"

namespace hawser::bench {

Result<std::vector<Row>> RunSmall(const SyncOptions& options, int runs);
Result<std::vector<Row>> RunDelay20(const SyncOptions& options, int runs);
Result<std::vector<Row>> RunDelay100(const SyncOptions& options, int runs);
Result<std::vector<Row>> RunLarge(const SyncOptions& options, int runs);
Result<std::vector<Row>> RunLargeAnew(const SyncOptions& options, int runs);
Result<std::vector<Row>> RunBinary(const SyncOptions& options, int runs);
Result<std::vector<Row>> RunMany(const SyncOptions& options, int runs);
Result<std::vector<Row>> RunFirst(const SyncOptions& options, int runs);
Result<std::vector<Row>> RunFirstOnDisk(const SyncOptions& options, int runs);
Result<std::vector<Row>> RunFirstAt200Mbit(const SyncOptions& options, int runs);
Result<std::vector<Row>> RunReconnect(const SyncOptions& options, int runs);
Result<std::vector<Row>> RunIdle(const SyncOptions& options, int runs);

}  // namespace hawser::bench
