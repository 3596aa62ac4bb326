// Where Hawser's time went, from its own timelines.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "bench/hawser_push.h"
#include "bench/report.h"

namespace hawser::bench {

/// Gathers the events of the batches that are measured.
class Phases {
 public:
  void Add(const std::vector<PushEvent>& events);

  /// Puts the median of each phase, and of the batches' bytes, into Hawser's row.
  void Report(Row& row) const;

 private:
  std::map<std::string, std::vector<double>> milliseconds_;
  std::vector<double> bytes_;
};

}  // namespace hawser::bench
