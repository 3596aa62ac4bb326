// Making values in a heap.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "lib/starlark/value/heap.h"
#include "lib/starlark/value/objects.h"

namespace hawser::starlark {

/// A copy of `text` in the heap.
Value MakeString(Heap& heap, std::string_view text);
Value MakeBytes(Heap& heap, std::string_view text);
/// A value of `whole`'s type that shares its text; `part` must lie within it.
Value Substring(Heap& heap, const String* whole, std::string_view part);
/// `head` followed by `tail`, of `head`'s type.
Value Concatenate(Heap& heap, const String* head, std::string_view tail);
/// A string of one byte.
Value MakeCharacter(char c);

Tuple* NewTuple(Heap& heap, size_t size);
Value MakeTuple(Heap& heap, std::span<const Value> items);
/// A list with room for `capacity` elements.
List* NewList(Heap& heap, size_t capacity = 0);
Value MakeList(Heap& heap, std::span<const Value> items);
/// Adds to the end; does not look at freezing or loops.
void Append(Heap& heap, List* list, Value value);
void ReserveList(Heap& heap, List* list, size_t capacity);

Dict* NewDict(Heap& heap);
Dict* NewSet(Heap& heap);
/// Sets an entry of a dict under a string key.
void SetEntry(Heap& heap, Dict* dict, std::string_view key, Value value);

Value MakeRange(Heap& heap, int64_t start, int64_t stop, int64_t step);

/// A struct or module with `fields`, in any order, the last of a name counting.
Value MakeAttributes(Heap& heap, Type type, const String* name,
                     std::vector<std::pair<const String*, Value>> fields);

}  // namespace hawser::starlark
