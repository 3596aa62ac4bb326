// Both halves of the sync engine in one process, a workspace and a pod's files, with a buffer
// between them.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace hawser::bench {

inline constexpr std::array<const char*, 8> kPhases = {"scan",    "plan",  "write",   "agent",
                                                       "prepare", "apply", "garbage", "confirm"};
using Costs = std::array<double, kPhases.size()>;  ///< microseconds of this process's CPU

/// Says why and ends the program.
[[noreturn]] void Die(const std::string& why);

/// A workspace and one pod, in memory where there is a place for that. Single-threaded.
class EngineSession {
 public:
  /// `fill` writes what the workspace holds at first, below the directory it is given.
  explicit EngineSession(const std::function<void(const std::string& root)>& fill);
  ~EngineSession();

  const std::string& root() const;
  /// What the first sync cost.
  const Costs& first() const;
  /// Takes what changed at these paths through every phase.
  Costs Save(const std::vector<std::string>& paths);
  /// Bytes that went to the pod in the last sync.
  uint64_t wire_bytes() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

/// `text` is what `path` below `root` holds from now on.
void WriteText(const std::string& root, const std::string& path, const std::string& text);

}  // namespace hawser::bench
