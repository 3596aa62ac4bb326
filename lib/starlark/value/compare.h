// Equality, order and hashes of values, without recursion however deep they are.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>

#include "lib/starlark/value/context.h"
#include "lib/starlark/value/value.h"

namespace hawser::starlark {

enum class Comparison : uint8_t { kEqual, kNotEqual, kLess, kLessEqual, kGreater, kGreaterEqual };

/// `a == b`, or nothing (failed) where they nest deeper than kMaxDepth: they may contain
/// themselves.
std::optional<bool> Equal(Context& context, Value a, Value b);

/// Any of the six comparisons; fails for values without an order.
std::optional<bool> Compare(Context& context, Comparison op, Value a, Value b);

/// Three-way order of two ints, two floats, or one of each; every NaN is equal and greatest.
std::weak_ordering CompareNumbers(Value a, Value b);

/// Equality of two hashable values.
bool EqualKeys(Value a, Value b);

/// A hash that equal values share; nothing (failed) for an unhashable value.
std::optional<uint32_t> Hash(Context& context, Value value);

/// The hash of a string or bytes value, never 0.
struct String;
uint32_t HashOf(const String* string);

/// How deep two values may be nested when they are compared.
inline constexpr size_t kMaxDepth = 100'000;

}  // namespace hawser::starlark
