// Open addressing with linear probing; what follows an erased slot moves up.
#include "lib/sync/store/pack_index.h"

#include <cstring>
#include <utility>

namespace hawser::sync {

namespace {

constexpr size_t kFewest = 64;
/// Of eight slots so many may be taken: a miss then looks at some thirty neighbours, which lie
/// together, and 100,000 files fit in 2 MiB.
constexpr size_t kTakenOfEight = 7;
constexpr int kOffsetBits = 22;
constexpr int kSizeBits = 17;

uint64_t Packed(const PackPlace& place) {
  return (uint64_t{place.pack} << kOffsetBits | place.offset) << kSizeBits | place.size;
}

PackPlace Unpacked(uint64_t packed) {
  return {.pack = static_cast<uint32_t>(packed >> (kOffsetBits + kSizeBits)),
          .offset = static_cast<uint32_t>(packed >> kSizeBits) & (kMaxPackSize - 1),
          .size = static_cast<uint32_t>(packed) & ((1U << kSizeBits) - 1)};
}

}  // namespace

uint64_t PackIndex::TagOf(const Digest& digest) {
  uint64_t tag = 0;
  std::memcpy(&tag, digest.bytes.data(), sizeof(tag));
  return tag;
}

size_t PackIndex::SlotOf(uint64_t tag) const {
  size_t slot = HomeOf(tag);
  while (slots_[slot].place != 0 && slots_[slot].tag != tag)
    slot = (slot + 1) & (slots_.size() - 1);
  return slot;
}

std::optional<PackPlace> PackIndex::Find(const Digest& digest) const {
  if (slots_.empty()) return std::nullopt;
  const Slot& slot = slots_[SlotOf(TagOf(digest))];
  if (slot.place == 0) return std::nullopt;
  return Unpacked(slot.place);
}

std::optional<PackPlace> PackIndex::Set(const Digest& digest, const PackPlace& place) {
  if ((size_ + 1) * 8 > slots_.size() * kTakenOfEight)
    Rebuild(slots_.empty() ? kFewest : slots_.size() * 2);
  const uint64_t tag = TagOf(digest);
  Slot& slot = slots_[SlotOf(tag)];
  const uint64_t before = std::exchange(slot.place, Packed(place));
  slot.tag = tag;
  if (before != 0) return Unpacked(before);
  ++size_;
  return std::nullopt;
}

std::optional<PackPlace> PackIndex::Erase(const Digest& digest) {
  if (slots_.empty()) return std::nullopt;
  const size_t slot = SlotOf(TagOf(digest));
  if (slots_[slot].place == 0) return std::nullopt;
  const PackPlace place = Unpacked(slots_[slot].place);
  EraseSlot(slot);
  return place;
}

void PackIndex::EraseIf(const std::function<bool(uint64_t, const PackPlace&)>& unwanted) {
  // What moves up into an erased slot is looked at too; what wraps around is seen a second time.
  for (size_t slot = 0; slot < slots_.size();) {
    const Slot& at = slots_[slot];
    if (at.place != 0 && unwanted(at.tag, Unpacked(at.place))) {
      EraseSlot(slot);
    } else {
      ++slot;
    }
  }
  if (slots_.size() > kFewest && size_ * 4 < slots_.size()) {
    size_t slots = kFewest;
    while ((size_ + 1) * 8 > slots * kTakenOfEight) slots *= 2;
    Rebuild(slots);
  }
}

void PackIndex::EraseSlot(size_t slot) {
  const size_t mask = slots_.size() - 1;
  slots_[slot].place = 0;
  --size_;
  for (size_t next = (slot + 1) & mask; slots_[next].place != 0; next = (next + 1) & mask) {
    const bool may_move = ((next - HomeOf(slots_[next].tag)) & mask) >= ((next - slot) & mask);
    if (!may_move) continue;
    slots_[slot] = std::exchange(slots_[next], {});
    slot = next;
  }
}

void PackIndex::Rebuild(size_t slots) {
  std::vector<Slot> old(slots);
  old.swap(slots_);
  for (const Slot& slot : old) {
    if (slot.place != 0) slots_[SlotOf(slot.tag)] = slot;
  }
}

void PackIndex::Clear() {
  slots_ = {};
  size_ = 0;
}

}  // namespace hawser::sync
