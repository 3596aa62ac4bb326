// Writes figures as a table and as JSON.
#include "bench/operator/figures.h"

#include <cmath>
#include <cstdio>
#include <nlohmann/json.hpp>

namespace hawser::bench {

std::string ToTable(const std::vector<Figure>& figures) {
  std::string table;
  char line[200];
  std::snprintf(line, sizeof(line), "%-34s %-18s %12s %-14s %s\n", "figure", "tool", "value",
                "unit", "target");
  table += line;
  for (const Figure& figure : figures) {
    std::snprintf(line, sizeof(line), "%-34s %-18s %12.2f %-14s %s\n", figure.name.c_str(),
                  figure.tool.c_str(), figure.value, figure.unit.c_str(), figure.target.c_str());
    table += line;
  }
  return table;
}

std::string ToJson(const std::vector<Figure>& figures) {
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const Figure& figure : figures) {
    nlohmann::ordered_json object;
    object["bench"] = "operator";
    object["figure"] = figure.name;
    object["tool"] = figure.tool;
    object["value"] = std::round(figure.value * 1000) / 1000;
    object["unit"] = figure.unit;
    object["target"] = figure.target.empty() ? nlohmann::ordered_json(nullptr)
                                             : nlohmann::ordered_json(figure.target);
    list.push_back(std::move(object));
  }
  return list.dump(2) + "\n";
}

}  // namespace hawser::bench
