// The hash table of dicts, sets and structs: entries in the order of insertion, beside them an
// index of open addressing.
#pragma once

#include <cstdint>

#include "lib/starlark/value/heap.h"
#include "lib/starlark/value/value.h"

namespace hawser::starlark {

/// Lives in a heap, without a destructor. Knows nothing of freezing or loops: its owners do.
/// Keys must be hashable and come with their hash.
class HashTable {
 public:
  struct Entry {
    Value key;  ///< no value: the entry was removed
    Value value;
    uint32_t hash;
  };

  uint32_t size() const { return live_; }

  /// The entry of `key`, or null.
  Entry* Find(Value key, uint32_t hash) const;

  /// Sets `key` to `value`; true if the key is new.
  bool Insert(Heap& heap, Value key, uint32_t hash, Value value);

  /// Removes the key; the value it had, or no value.
  Value Erase(Value key, uint32_t hash);
  void Clear();

  /// Makes room for `count` entries in all.
  void Reserve(Heap& heap, uint32_t count);

  /// Positions for loops: entries [0, end()), of which those without a key are to be left out.
  uint32_t end() const { return used_; }
  const Entry& at(uint32_t position) const { return entries_[position]; }
  Entry& at(uint32_t position) { return entries_[position]; }

  /// The position of the first entry, end() when there is none.
  uint32_t First();

  /// Calls `visit(const Entry&)` for each entry in order.
  template <typename Visit>
  void ForEach(Visit visit) const {
    for (uint32_t i = first_; i < used_; ++i) {
      if (entries_[i].key.has_value()) visit(entries_[i]);
    }
  }

 private:
  /// Up to this many entries are searched one by one, without an index.
  static constexpr uint32_t kSmall = 8;

  void Grow(Heap& heap, uint32_t capacity);
  void Index(Entry* entry);

  Entry* entries_ = nullptr;
  uint32_t* index_ = nullptr;  ///< position + 1, 0: empty
  uint32_t capacity_ = 0;
  uint32_t mask_ = 0;
  uint32_t used_ = 0;
  uint32_t live_ = 0;
  uint32_t first_ = 0;  ///< no entry before it is live
};

}  // namespace hawser::starlark
