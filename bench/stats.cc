// Percentiles by nearest rank: always a value that was measured.
#include "bench/stats.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace hawser::bench {

double Percentile(std::vector<double> values, double percent) {
  std::sort(values.begin(), values.end());
  const double rank = std::ceil(percent / 100 * static_cast<double>(values.size()));
  const auto index = static_cast<size_t>(std::max(rank, 1.0)) - 1;
  return values[std::min(index, values.size() - 1)];
}

}  // namespace hawser::bench
