// What a bench measured, as a table for people and as JSON.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace hawser::bench {

/// One tool's measurements in one case.
struct Row {
  std::string bench;
  std::string name;  ///< of the case
  std::string tool;
  std::vector<double> milliseconds;     ///< one per run
  std::optional<double> bytes;          ///< per run, between tool and API server, both ways
  std::optional<int64_t> rss_kib;       ///< most resident memory of the tool
  std::optional<double> cpu_percent;    ///< of one core
  std::optional<double> payload_bytes;  ///< median of Hawser's batches
  std::vector<std::pair<std::string, double>> phases_ms;  ///< medians of Hawser's batches, in order
};

/// A line for each row, and below them where Hawser's time went. "ratio" is a tool's median in
/// those of Hawser in the same case.
std::string ToTable(const std::vector<Row>& rows);

/// A list of objects with the keys that docs/bench.md lists; what does not apply is null.
std::string ToJson(const std::vector<Row>& rows);

}  // namespace hawser::bench
