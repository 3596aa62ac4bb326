// Constructors of the types that live in a heap.
#include "lib/starlark/value/make.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "lib/starlark/value/compare.h"
#include "lib/starlark/value/host.h"

namespace hawser::starlark {

namespace {

constexpr size_t kBytes = 256;

/// The strings of one byte, which are never made twice.
struct Characters {
  Characters() {
    for (size_t i = 0; i < kBytes; ++i) {
      text[i] = static_cast<char>(i);
      String* string = new (storage + i * sizeof(String)) String(Type::kString, &text[i], 1);
      string->frozen = true;
      HashOf(string);
    }
  }
  std::array<char, kBytes> text;
  alignas(String) unsigned char storage[kBytes * sizeof(String)];
};

Value MakeText(Heap& heap, Type type, std::string_view text) {
  char* memory = static_cast<char*>(heap.Allocate(sizeof(String) + text.size()));
  char* data = memory + sizeof(String);
  std::memcpy(data, text.data(), text.size());
  return Value::Of(new (memory) String(type, data, text.size()));
}

}  // namespace

Value MakeCharacter(char c) {
  static const Characters characters;
  const size_t offset = static_cast<unsigned char>(c) * sizeof(String);
  return Value::Of(reinterpret_cast<const String*>(characters.storage + offset));
}

Value MakeString(Heap& heap, std::string_view text) {
  return text.size() == 1 ? MakeCharacter(text[0]) : MakeText(heap, Type::kString, text);
}

Value MakeBytes(Heap& heap, std::string_view text) {
  return MakeText(heap, Type::kBytes, text);
}

Value Substring(Heap& heap, const String* whole, std::string_view part) {
  if (part.size() == 1 && whole->type == Type::kString) return MakeCharacter(part[0]);
  if (part.size() == whole->size) return Value::Of(whole);
  return Value::Of(heap.New<String>(whole->type, part.data(), part.size()));
}

Value Concatenate(Heap& heap, const String* head, std::string_view tail) {
  if (tail.empty()) return Value::Of(head);
  const size_t size = head->size + tail.size();
  if (size < 128) {
    char* memory = static_cast<char*>(heap.Allocate(sizeof(String) + size));
    char* data = memory + sizeof(String);
    std::memcpy(data, head->data, head->size);
    std::memcpy(data + head->size, tail.data(), tail.size());
    return Value::Of(new (memory) String(head->type, data, size));
  }
  char* data = heap.Extend(head->view(), tail.size());
  std::memmove(data + head->size, tail.data(), tail.size());
  return Value::Of(heap.New<String>(head->type, data, size));
}

Tuple* NewTuple(Heap& heap, size_t size) {
  if (size > UINT32_MAX / 2) throw OutOfMemory();
  void* memory = heap.Allocate(sizeof(Tuple) + size * sizeof(Value));
  return new (memory) Tuple(static_cast<uint32_t>(size));
}

Value MakeTuple(Heap& heap, std::span<const Value> items) {
  Tuple* tuple = NewTuple(heap, items.size());
  std::copy(items.begin(), items.end(), tuple->items);
  return Value::Of(tuple);
}

List* NewList(Heap& heap, size_t capacity) {
  List* list = heap.New<List>();
  if (capacity > 0) ReserveList(heap, list, capacity);
  return list;
}

Value MakeList(Heap& heap, std::span<const Value> items) {
  List* list = NewList(heap, items.size());
  std::copy(items.begin(), items.end(), list->items);
  list->size = static_cast<uint32_t>(items.size());
  return Value::Of(list);
}

void ReserveList(Heap& heap, List* list, size_t capacity) {
  if (capacity <= list->capacity) return;
  if (capacity > UINT32_MAX / 2) throw OutOfMemory();
  constexpr size_t kFewest = 4;
  const size_t rounded = std::bit_ceil(std::max(capacity, kFewest));
  Value* items = heap.NewArray<Value>(rounded);
  std::copy(list->items, list->items + list->size, items);
  heap.ReleaseArray(list->items, list->capacity);
  list->items = items;
  list->capacity = static_cast<uint32_t>(rounded);
}

void Append(Heap& heap, List* list, Value value) {
  if (list->size == list->capacity) ReserveList(heap, list, size_t{list->size} + 1);
  list->items[list->size++] = value;
}

Dict* NewDict(Heap& heap) {
  return heap.New<Dict>(Type::kDict);
}
Dict* NewSet(Heap& heap) {
  return heap.New<Dict>(Type::kSet);
}

void SetEntry(Heap& heap, Dict* dict, std::string_view key, Value value) {
  const Value name = MakeString(heap, key);
  dict->table.Insert(heap, name, HashOf(name.as<String>()), value);
}

Value MakeRange(Heap& heap, int64_t start, int64_t stop, int64_t step) {
  const int64_t span = step > 0 ? stop - start : start - stop;
  const int64_t stride = step > 0 ? step : -step;
  const int64_t size = span <= 0 ? 0 : (span - 1) / stride + 1;
  return Value::Of(heap.New<Range>(start, step, size, stop));
}

Value MakeAttributes(Heap& heap, Type type, const String* name,
                     std::vector<std::pair<const String*, Value>> fields) {
  std::stable_sort(fields.begin(), fields.end(),
                   [](const auto& a, const auto& b) { return a.first->view() < b.first->view(); });
  Attributes* attributes = heap.New<Attributes>(type);
  attributes->name = name;
  attributes->table.Reserve(heap, static_cast<uint32_t>(fields.size()));
  for (const auto& [key, value] : fields) {
    attributes->table.Insert(heap, Value::Of(key), HashOf(key), value);
  }
  return Value::Of(attributes);
}

namespace {

struct Host : Object {
  explicit Host(HostValue* i) : Object(Type::kHost), impl(i) {}
  HostValue* impl;
};

}  // namespace

Value MakeHost(Heap& heap, std::shared_ptr<HostValue> host) {
  HostValue* impl = host.get();
  heap.Keep(std::move(host));
  return Value::Of(heap.New<Host>(impl));
}

HostValue& HostOf(Value value) {
  return *value.as<Host>()->impl;
}

}  // namespace hawser::starlark
