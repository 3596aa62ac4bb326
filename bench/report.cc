// Writes measurements as a table and as JSON.
#include "bench/report.h"

#include <cmath>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "bench/stats.h"

namespace hawser::bench {
namespace {

constexpr char kHawserTool[] = "hawser";

std::string Fixed(double value, int digits) {
  char text[64];
  std::snprintf(text, sizeof(text), "%.*f", digits, value);
  return text;
}

std::string Cell(const std::optional<double>& value, int digits) {
  return value ? Fixed(*value, digits) : "-";
}

std::optional<double> TimeAt(const Row& row, double percent) {
  if (row.milliseconds.empty()) return std::nullopt;
  return Percentile(row.milliseconds, percent);
}

/// The median in medians of Hawser in the same case.
std::optional<double> Ratio(const Row& row, const std::vector<Row>& rows) {
  for (const Row& other : rows) {
    if (other.tool != kHawserTool || other.bench != row.bench || other.name != row.name) continue;
    if (row.milliseconds.empty() || other.milliseconds.empty()) return std::nullopt;
    return *TimeAt(row, 50) / *TimeAt(other, 50);
  }
  return std::nullopt;
}

std::string Line(const std::vector<std::string>& cells) {
  std::string line;
  for (size_t i = 0; i < cells.size(); ++i) {
    char cell[80];
    std::snprintf(cell, sizeof(cell), i < 3 ? "%-17s" : "%10s", cells[i].c_str());
    line += cell;
  }
  return line + "\n";
}

std::string Measurements(const Row& row, const std::vector<Row>& rows) {
  return Line({row.bench, row.name, row.tool, Cell(TimeAt(row, 50), 1), Cell(TimeAt(row, 95), 1),
               Cell(TimeAt(row, 99), 1), Cell(Ratio(row, rows), 1), Cell(row.bytes, 0),
               Cell(row.payload_bytes, 0), row.rss_kib ? std::to_string(*row.rss_kib) : "-",
               Cell(row.cpu_percent, 3), std::to_string(row.milliseconds.size())});
}

std::string Breakdown(const Row& row) {
  std::string line = "  " + row.name + ":";
  for (const auto& [phase, took] : row.phases_ms) line += " " + phase + " " + Fixed(took, 2);
  return line + "\n";
}

/// Rounded to thousandths.
nlohmann::json Number(const std::optional<double>& value) {
  return value ? nlohmann::json(std::round(*value * 1000) / 1000) : nlohmann::json(nullptr);
}

nlohmann::json Whole(const std::optional<double>& value) {
  return value ? nlohmann::json(std::llround(*value)) : nlohmann::json(nullptr);
}

nlohmann::ordered_json ToObject(const Row& row) {
  nlohmann::ordered_json object;
  object["bench"] = row.bench;
  object["case"] = row.name;
  object["tool"] = row.tool;
  object["median_ms"] = Number(TimeAt(row, 50));
  object["p95_ms"] = Number(TimeAt(row, 95));
  object["p99_ms"] = Number(TimeAt(row, 99));
  object["bytes"] = Whole(row.bytes);
  object["payload_bytes"] = Whole(row.payload_bytes);
  object["rss_kib"] = row.rss_kib ? nlohmann::json(*row.rss_kib) : nlohmann::json(nullptr);
  object["cpu_percent"] = Number(row.cpu_percent);
  object["runs"] = row.milliseconds.size();
  object["phases_ms"] = nullptr;
  for (const auto& [phase, took] : row.phases_ms) object["phases_ms"][phase] = Number(took);
  return object;
}

}  // namespace

std::string ToTable(const std::vector<Row>& rows) {
  std::string table = Line({"bench", "case", "tool", "median ms", "p95 ms", "p99 ms", "ratio",
                            "bytes", "payload", "rss KiB", "cpu %", "runs"});
  std::string breakdown;
  for (const Row& row : rows) {
    table += Measurements(row, rows);
    if (!row.phases_ms.empty()) breakdown += Breakdown(row);
  }
  if (breakdown.empty()) return table;
  return table + "where hawser's time goes, medians in ms:\n" + breakdown;
}

std::string ToJson(const std::vector<Row>& rows) {
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const Row& row : rows) list.push_back(ToObject(row));
  return list.dump(2) + "\n";
}

}  // namespace hawser::bench
