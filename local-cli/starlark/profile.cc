// Accounts of time and their tables.
#include "local-cli/starlark/profile.h"

#include <algorithm>

#include "lib/base/text.h"

namespace hawser::cli {

void StarlarkProfile::EndLine(Clock::time_point now) {
  if (line_.empty()) return;
  Cost& cost = lines_[line_];
  cost.time += now - line_start_;
  ++cost.count;
}

void StarlarkProfile::OnLine(const starlark::Source& source, uint32_t offset) {
  const Clock::time_point now = Clock::now();
  EndLine(now);
  line_ = source.path() + ":" + std::to_string(source.PositionOf(offset).line);
  line_start_ = Clock::now();
}

void StarlarkProfile::OnCall(std::string_view name) {
  running_.push_back({std::string(name), Clock::now()});
}

void StarlarkProfile::OnReturn() {
  Cost& cost = functions_[running_.back().name];
  cost.time += Clock::now() - running_.back().start;
  ++cost.count;
  running_.pop_back();
}

std::string StarlarkProfile::Report() {
  static constexpr size_t kRows = 20;
  EndLine(Clock::now());
  line_.clear();
  std::string text;
  const auto add = [&text](std::string_view title, const auto& costs) {
    std::vector<std::pair<std::string, Cost>> rows(costs.begin(), costs.end());
    std::stable_sort(rows.begin(), rows.end(),
                     [](const auto& a, const auto& b) { return a.second.time > b.second.time; });
    text += std::string(title) + "\n";
    for (size_t i = 0; i < std::min(rows.size(), kRows); ++i) {
      const Cost& cost = rows[i].second;
      text += "  " + FormatDuration(std::chrono::duration_cast<Duration>(cost.time)) + "  " +
              std::to_string(cost.count) + "x  " + rows[i].first + "\n";
    }
  };
  add("time by line:", lines_);
  add("time by built-in function:", functions_);
  return text;
}

}  // namespace hawser::cli
