// Where content lies in the packs: a hash table of 16 bytes a place, since an agent may hold
// hundreds of thousands.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "lib/base/digest.h"

namespace hawser::sync {

/// Where content lies. `pack` is 1 to kMaxPacks, `offset` below kMaxPackSize, `size` at most
/// kMaxPackedContent.
struct PackPlace {
  uint32_t pack = 0;
  uint32_t offset = 0;  ///< of the content, bytes from the pack's beginning
  uint32_t size = 0;
  friend bool operator==(const PackPlace&, const PackPlace&) = default;
};

inline constexpr uint32_t kMaxPacks = (1U << 25) - 1;
inline constexpr uint32_t kMaxPackSize = 1U << 22;
inline constexpr uint32_t kMaxPackedContent = 1U << 16;

/// Places by the first 64 bits of the digest. Whoever reads compares the whole digest with the
/// content; two that agree so far share a place, the newer one's. One thread.
class PackIndex {
 public:
  std::optional<PackPlace> Find(const Digest& digest) const;
  /// Returns the place it had before.
  std::optional<PackPlace> Set(const Digest& digest, const PackPlace& place);
  /// Returns the place it had.
  std::optional<PackPlace> Erase(const Digest& digest);
  /// Erases all for which `unwanted` is true, given the tag of the digest.
  void EraseIf(const std::function<bool(uint64_t tag, const PackPlace& place)>& unwanted);
  void Clear();
  size_t size() const { return size_; }

  /// The first 64 bits of the digest.
  static uint64_t TagOf(const Digest& digest);

 private:
  struct Slot {
    uint64_t tag = 0;
    uint64_t place = 0;  ///< 0: the slot is free
  };

  size_t HomeOf(uint64_t tag) const { return static_cast<size_t>(tag) & (slots_.size() - 1); }
  /// The slot of the tag, or the free one where it would go. Not when there are no slots.
  size_t SlotOf(uint64_t tag) const;
  void EraseSlot(size_t slot);
  void Rebuild(size_t slots);

  std::vector<Slot> slots_;  ///< a power of two, at most seven eighths taken
  size_t size_ = 0;
};

}  // namespace hawser::sync
