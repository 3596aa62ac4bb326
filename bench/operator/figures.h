// What the operator's bench measured: single figures with what was hoped for, as a table and JSON.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace hawser::bench {

/// One measured number.
struct Figure {
  std::string name;  ///< "planned"
  std::string tool;  ///< "hawser", or what it stands beside
  double value = 0;
  std::string unit;      ///< "sessions/s"
  std::string target{};  ///< "200 or more"; empty where there is none
};

/// A line for each figure.
std::string ToTable(const std::vector<Figure>& figures);

/// A list of objects with the keys of Figure; numbers are rounded to thousandths.
std::string ToJson(const std::vector<Figure>& figures);

}  // namespace hawser::bench
