// Writes measurements as a table and as JSON.
#include "bench/report.h"

#include <cmath>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "bench/stats.h"

namespace hawser::bench {
namespace {

std::string Fixed(double value, int digits) {
  char text[64];
  std::snprintf(text, sizeof(text), "%.*f", digits, value);
  return text;
}

std::string TimeAt(const Row& row, double percent) {
  return row.milliseconds.empty() ? "-" : Fixed(Percentile(row.milliseconds, percent), 1);
}

nlohmann::json JsonTimeAt(const Row& row, double percent) {
  if (row.milliseconds.empty()) return nullptr;
  return std::round(Percentile(row.milliseconds, percent) * 1000) / 1000;
}

std::string Line(const std::vector<std::string>& cells) {
  std::string line;
  for (size_t i = 0; i < cells.size(); ++i) {
    char cell[80];
    std::snprintf(cell, sizeof(cell), i < 3 ? "%-18s" : "%11s", cells[i].c_str());
    line += cell;
  }
  return line + "\n";
}

}  // namespace

std::string ToTable(const std::vector<Row>& rows) {
  std::string table =
      Line({"bench", "case", "tool", "median ms", "p95 ms", "p99 ms", "bytes", "rss KiB", "runs"});
  for (const Row& row : rows) {
    table += Line({row.bench, row.name, row.tool, TimeAt(row, 50), TimeAt(row, 95), TimeAt(row, 99),
                   row.bytes ? Fixed(*row.bytes, 0) : "-",
                   row.rss_kib ? std::to_string(*row.rss_kib) : "-",
                   std::to_string(row.milliseconds.size())});
  }
  return table;
}

std::string ToJson(const std::vector<Row>& rows) {
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const Row& row : rows) {
    nlohmann::ordered_json object;
    object["bench"] = row.bench;
    object["case"] = row.name;
    object["tool"] = row.tool;
    object["median_ms"] = JsonTimeAt(row, 50);
    object["p95_ms"] = JsonTimeAt(row, 95);
    object["p99_ms"] = JsonTimeAt(row, 99);
    object["bytes"] =
        row.bytes ? nlohmann::json(std::llround(*row.bytes)) : nlohmann::json(nullptr);
    object["rss_kib"] = row.rss_kib ? nlohmann::json(*row.rss_kib) : nlohmann::json(nullptr);
    object["runs"] = row.milliseconds.size();
    list.push_back(object);
  }
  return list.dump(2) + "\n";
}

}  // namespace hawser::bench
