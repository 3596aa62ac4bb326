// A file system of a test's own, in memory, that can run full.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "tests/support/temp_dir.h"

namespace hawser::testing {

/// A tmpfs that only this process and those it starts see, so that it goes with them however they
/// end. One thread.
class SmallDisk {
 public:
  /// Null where a test may not mount anything: neither as root nor in a user namespace.
  static std::unique_ptr<SmallDisk> Make();
  ~SmallDisk();
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;

  std::string path() const { return place_.path().string(); }
  /// Only so many bytes more fit from now on, in whole pages.
  void Leave(uint64_t bytes) const;
  /// There is room again, more than any test needs.
  void Grow() const;

 private:
  SmallDisk() = default;

  TempDir place_;
};

}  // namespace hawser::testing
