// Search, growth and removal of the insertion-ordered hash table.
#include "lib/starlark/value/hash_table.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "lib/starlark/value/compare.h"
#include "lib/starlark/value/objects.h"

namespace hawser::starlark {

namespace {

bool SameKey(Value a, Value b) {
  if (a == b) return true;
  if (a.IsObjectOf(Type::kString)) {
    return b.IsObjectOf(Type::kString) && a.as<String>()->view() == b.as<String>()->view();
  }
  if (a.IsSmallInt() && b.IsSmallInt()) return false;
  return EqualKeys(a, b);
}

}  // namespace

HashTable::Entry* HashTable::Find(Value key, uint32_t hash) const {
  if (index_ == nullptr) {
    for (Entry* entry = entries_ + first_; entry != entries_ + used_; ++entry) {
      if (entry->hash == hash && entry->key.has_value() && SameKey(entry->key, key)) return entry;
    }
    return nullptr;
  }
  for (uint32_t slot = hash & mask_; index_[slot] != 0; slot = (slot + 1) & mask_) {
    Entry* entry = entries_ + index_[slot] - 1;
    if (entry->hash == hash && entry->key.has_value() && SameKey(entry->key, key)) return entry;
  }
  return nullptr;
}

void HashTable::Index(Entry* entry) {
  uint32_t slot = entry->hash & mask_;
  while (index_[slot] != 0) slot = (slot + 1) & mask_;
  index_[slot] = static_cast<uint32_t>(entry - entries_) + 1;
}

bool HashTable::Insert(Heap& heap, Value key, uint32_t hash, Value value) {
  if (Entry* entry = Find(key, hash); entry != nullptr) {
    entry->value = value;
    return false;
  }
  if (used_ == capacity_) {
    // Where most entries were removed, closing the gaps is enough.
    Grow(heap, live_ < capacity_ / 2 ? capacity_ : std::max(capacity_ * 2, uint32_t{4}));
  }
  Entry* entry = entries_ + used_++;
  *entry = {.key = key, .value = value, .hash = hash};
  ++live_;
  if (index_ != nullptr) Index(entry);
  return true;
}

Value HashTable::Erase(Value key, uint32_t hash) {
  Entry* entry = Find(key, hash);
  if (entry == nullptr) return Value();
  const Value value = entry->value;
  entry->key = Value();
  entry->value = Value();
  --live_;
  if (live_ == 0) Clear();
  return value;
}

void HashTable::Clear() {
  used_ = live_ = first_ = 0;
  if (index_ != nullptr) std::memset(index_, 0, (size_t{mask_} + 1) * sizeof(*index_));
}

uint32_t HashTable::First() {
  while (first_ < used_ && !entries_[first_].key.has_value()) ++first_;
  return first_;
}

void HashTable::Reserve(Heap& heap, uint32_t count) {
  if (count > capacity_) Grow(heap, std::bit_ceil(count));
}

void HashTable::Grow(Heap& heap, uint32_t capacity) {
  Entry* entries = heap.NewArray<Entry>(capacity);
  uint32_t used = 0;
  ForEach([&](const Entry& entry) { entries[used++] = entry; });
  heap.ReleaseArray(entries_, capacity_);
  if (index_ != nullptr) heap.ReleaseArray(index_, size_t{mask_} + 1);
  entries_ = entries;
  capacity_ = capacity;
  used_ = used;
  first_ = 0;
  index_ = nullptr;
  if (capacity <= kSmall) return;
  mask_ = capacity * 2 - 1;
  index_ = heap.NewArray<uint32_t>(size_t{mask_} + 1);
  std::memset(index_, 0, (size_t{mask_} + 1) * sizeof(*index_));
  for (uint32_t i = 0; i < used_; ++i) Index(entries_ + i);
}

}  // namespace hawser::starlark
