// Hashes of values; those of tuples and structs are computed with a stack of their own.
#include <cstring>
#include <string>
#include <vector>

#include "lib/starlark/messages/evaluation.h"
#include "lib/starlark/value/compare.h"
#include "lib/starlark/value/host.h"
#include "lib/starlark/value/numbers.h"
#include "lib/starlark/value/objects.h"

namespace hawser::starlark {

namespace {

constexpr uint64_t kMultiplier = 0x9e3779b97f4a7c15;

uint64_t Mix(uint64_t a, uint64_t b) {
  const auto product = static_cast<unsigned __int128>(a ^ b) * kMultiplier;
  return static_cast<uint64_t>(product) ^ static_cast<uint64_t>(product >> 64);
}

uint32_t HashText(std::string_view text) {
  uint64_t hash = text.size() + 0x51ed270b7a1fULL;
  while (text.size() >= sizeof(uint64_t)) {
    uint64_t word = 0;
    std::memcpy(&word, text.data(), sizeof(word));
    hash = Mix(hash, word);
    text.remove_prefix(sizeof(word));
  }
  uint64_t rest = 0;
  if (!text.empty()) std::memcpy(&rest, text.data(), text.size());
  hash = Mix(hash, rest + 0x2545f491);
  return static_cast<uint32_t>(hash >> 32) | 1;
}

/// A tuple or struct whose hash is under way.
struct Pending {
  Value container;
  uint32_t next = 0;
  uint64_t hash = 0x9ddfea08eb382d69;
};

/// The next element of a tuple or struct, or no value at its end.
Value NextElement(Pending& pending) {
  if (pending.container.Is(Type::kTuple)) {
    const Tuple* tuple = pending.container.as<Tuple>();
    return pending.next < tuple->size ? tuple->items[pending.next++] : Value();
  }
  const HashTable& table = pending.container.as<Attributes>()->table;
  if (pending.next == table.end()) return Value();
  const HashTable::Entry& entry = table.at(pending.next++);
  pending.hash = Mix(pending.hash, entry.hash);
  return entry.value;
}

uint32_t Finish(const Pending& pending) {
  const uint32_t hash = static_cast<uint32_t>(pending.hash >> 32) | 1;
  if (pending.container.Is(Type::kTuple)) {
    pending.container.as<Tuple>()->hash.store(hash, std::memory_order_relaxed);
  }
  return hash;
}

void FailUnhashable(Context& context, Value value) {
  const Type type = value.type();
  const bool plain = type == Type::kList || type == Type::kDict || type == Type::kSet;
  context.Fail((plain ? messages::kUnhashableType : messages::kUnhashable)(TypeName(value)));
}

/// The hash of anything but tuples and structs.
std::optional<uint32_t> HashLeaf(Context& context, Value value) {
  switch (value.type()) {
    case Type::kNone:
    case Type::kBool:
    case Type::kFunction:
    case Type::kBuiltin:
      return static_cast<uint32_t>((value.bits() * kMultiplier) >> 32);
    case Type::kInt:
      return HashInt(value);
    case Type::kFloat:
      return HashDouble(FloatOf(value));
    case Type::kString:
    case Type::kBytes:
      return HashOf(value.as<String>());
    case Type::kHost:
      if (const auto hash = HostOf(value).Hash()) return hash;
      break;
    default:
      break;
  }
  FailUnhashable(context, value);
  return std::nullopt;
}

/// A hash that needs no descent: of a leaf, or a tuple that knows its own.
bool IsComposite(Value value) {
  if (value.IsObjectOf(Type::kStruct)) return true;
  return value.IsObjectOf(Type::kTuple) &&
         value.as<Tuple>()->hash.load(std::memory_order_relaxed) == 0;
}

}  // namespace

uint32_t HashOf(const String* string) {
  uint32_t hash = string->hash.load(std::memory_order_relaxed);
  if (hash != 0) return hash;
  hash = HashText(string->view());
  string->hash.store(hash, std::memory_order_relaxed);
  return hash;
}

std::optional<uint32_t> Hash(Context& context, Value value) {
  std::vector<Pending> stack;
  for (;;) {
    std::optional<uint32_t> hash;
    if (IsComposite(value)) {
      stack.push_back({value});
      context.Tick();
    } else if (value.IsObjectOf(Type::kTuple)) {
      hash = value.as<Tuple>()->hash.load(std::memory_order_relaxed);
    } else {
      hash = HashLeaf(context, value);
      if (!hash) return std::nullopt;
    }
    for (;;) {
      if (stack.empty()) return hash;
      Pending& pending = stack.back();
      if (hash) pending.hash = Mix(pending.hash, *hash);
      value = NextElement(pending);
      if (value.has_value()) break;
      hash = Finish(pending);
      stack.pop_back();
    }
  }
}

}  // namespace hawser::starlark
