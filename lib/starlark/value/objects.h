// The objects of a heap: what each type of value is made of.
#pragma once

#include <atomic>
#include <cstdint>
#include <string_view>

#include "lib/starlark/value/hash_table.h"
#include "lib/starlark/value/value.h"

namespace hawser::starlark {

/// A string or bytes value. The text may be part of another's: text is never written twice.
struct String : Object {
  String(Type t, const char* text, size_t length) : Object(t), size(length), data(text) {}

  std::string_view view() const { return {data, size}; }

  mutable std::atomic<uint32_t> hash{0};  ///< 0: not computed yet
  uint64_t size;
  const char* data;
};

/// A float without an inline form.
struct Float : Object {
  explicit Float(double d) : Object(Type::kFloat), value(d) {}
  double value;
};

/// An int outside the inline range: magnitude in `limbs`, little-endian, sign in that of `size`.
struct BigInt : Object {
  explicit BigInt(int32_t s) : Object(Type::kInt), size(s) {}
  int32_t size;
  uint64_t limbs[];
};

/// A mutable sequence. `iterators` counts the loops over it: above zero it must not change.
struct List : Object {
  List() : Object(Type::kList) {}
  uint32_t iterators = 0;
  uint32_t size = 0;
  uint32_t capacity = 0;
  Value* items = nullptr;
};

struct Tuple : Object {
  explicit Tuple(uint32_t count) : Object(Type::kTuple), size(count) {}
  uint32_t size;
  mutable std::atomic<uint32_t> hash{0};  ///< 0: not computed yet
  Value items[];
};

/// Also a set, whose values are all None.
struct Dict : Object {
  explicit Dict(Type t) : Object(t) {}
  uint32_t iterators = 0;
  HashTable table;
};

struct Range : Object {
  Range(int64_t first, int64_t step_size, int64_t count, int64_t end)
      : Object(Type::kRange), start(first), step(step_size), size(count), stop(end) {}
  int64_t At(int64_t i) const { return start + i * step; }

  int64_t start;
  int64_t step;
  int64_t size;
  int64_t stop;  ///< as it was given
};

/// What `s.elems()` and its relatives return.
struct View : Object {
  enum class Kind : uint8_t { kElems, kElemOrds, kCodepoints, kCodepointOrds, kByteElems };
  View(Kind k, const String* s) : Object(Type::kView), kind(k), text(s) {}
  Kind kind;
  const String* text;
};

struct Cell : Object {
  explicit Cell(Value v) : Object(Type::kCell), value(v) {}
  Value value;
};

/// Attributes in the order of their names. `name` is what the value calls itself: the constructor
/// of a struct (empty: struct), or the name of a module.
struct Attributes : Object {
  explicit Attributes(Type t) : Object(t) {}
  const String* name = nullptr;
  HashTable table;
};

}  // namespace hawser::starlark
