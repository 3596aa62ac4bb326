// Percentiles of measured durations.
#pragma once

#include <vector>

namespace hawser::bench {

/// The nearest-rank percentile (`percent` of 0 to 100) of `values`, which must not be empty.
double Percentile(std::vector<double> values, double percent);

}  // namespace hawser::bench
