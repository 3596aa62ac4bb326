// Temporary directories, and waiting for what can only be looked at.
#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include "lib/base/clock.h"

namespace hawser::bench {

/// A directory of its own that goes with its owner. Its path is empty when it cannot be made.
class Scratch {
 public:
  /// Makes it in `parent`, which must exist: /dev/shm for memory, /tmp for whatever that is on.
  explicit Scratch(const std::string& parent = "/tmp");
  ~Scratch();
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

/// Polls `done` every `interval` until it holds; false when `limit` is over.
bool PollUntil(const std::function<bool()>& done, Duration interval, Duration limit);

/// All of a file; "" when there is none.
std::string FileText(const std::string& path);

}  // namespace hawser::bench
