// What a bench measured, as a table for people and as JSON.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace hawser::bench {

/// One tool's measurements in one case.
struct Row {
  std::string bench;
  std::string name;  ///< of the case
  std::string tool;
  std::vector<double> milliseconds;  ///< one per run
  std::optional<double> bytes;       ///< per run, between tool and API server, both ways
  std::optional<int64_t> rss_kib;    ///< most resident memory of the tool
};

std::string ToTable(const std::vector<Row>& rows);

/// A list of objects with the keys bench, case, tool, median_ms, p95_ms, p99_ms, bytes, rss_kib and
/// runs; what does not apply is null.
std::string ToJson(const std::vector<Row>& rows);

}  // namespace hawser::bench
