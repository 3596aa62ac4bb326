// The kernel's count of what a tool sends and receives.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <vector>

#include "lib/base/result.h"

namespace hawser::bench {

/// Counts the packets of all connections opened by processes of given groups, both ways, with IP
/// headers. Connections are marked by nftables when the first packet leaves; the rules go with the
/// counter. Needs root.
class ByteCounter {
 public:
  static Result<ByteCounter> Make(const std::vector<gid_t>& groups);
  ~ByteCounter();
  ByteCounter(ByteCounter&& other) noexcept : active_(other.active_) { other.active_ = false; }
  ByteCounter& operator=(ByteCounter&&) = delete;

  /// Bytes of the group's connections so far.
  Result<uint64_t> Read(gid_t group) const;

 private:
  ByteCounter() = default;
  bool active_ = true;
};

}  // namespace hawser::bench
