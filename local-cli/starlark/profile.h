// Where the time of a Starlark program goes, by line and by built-in function.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "lib/starlark/eval/evaluation.h"

namespace hawser::cli {

/// A line's time includes that of the built-in functions it calls. One thread.
class StarlarkProfile : public starlark::Profiler {
 public:
  void OnLine(const starlark::Source& source, uint32_t offset) override;
  void OnCall(std::string_view name) override;
  void OnReturn() override;

  /// The costliest lines and functions, as two tables.
  std::string Report();

 private:
  using Clock = std::chrono::steady_clock;
  struct Cost {
    Clock::duration time{};
    uint64_t count = 0;
  };
  struct Running {
    std::string name;
    Clock::time_point start;
  };

  void EndLine(Clock::time_point now);

  std::map<std::string, Cost> lines_;
  std::map<std::string, Cost> functions_;
  std::string line_;
  Clock::time_point line_start_;
  std::vector<Running> running_;
};

}  // namespace hawser::cli
