// Walks two values side by side with a stack of its own.
#include "lib/starlark/value/compare.h"

#include <cmath>
#include <string>
#include <vector>

#include "lib/starlark/messages/evaluation.h"
#include "lib/starlark/value/host.h"
#include "lib/starlark/value/numbers.h"
#include "lib/starlark/value/objects.h"

namespace hawser::starlark {

namespace {

enum class Verdict : uint8_t { kEqual, kDifferent, kDescend };

bool SameRange(const Range& a, const Range& b) {
  if (a.size != b.size) return false;
  return a.size == 0 || (a.start == b.start && (a.size == 1 || a.step == b.step));
}

bool SameTag(const Attributes& a, const Attributes& b) {
  if (a.name == nullptr || b.name == nullptr) return a.name == b.name;
  return a.name->view() == b.name->view();
}

Verdict Of(bool equal) {
  return equal ? Verdict::kEqual : Verdict::kDifferent;
}

/// Two values of one type that is not a number, without looking at what they hold.
Verdict CompareShallow(Value a, Value b) {
  const auto sizes = [](uint32_t x, uint32_t y) {
    return x == y ? (x == 0 ? Verdict::kEqual : Verdict::kDescend) : Verdict::kDifferent;
  };
  switch (a.type()) {
    case Type::kString:
    case Type::kBytes:
      return Of(a.as<String>()->view() == b.as<String>()->view());
    case Type::kList:
    case Type::kTuple:
      return Verdict::kDescend;
    case Type::kDict:
    case Type::kSet:
      return sizes(a.as<Dict>()->table.size(), b.as<Dict>()->table.size());
    case Type::kStruct:
      if (!SameTag(*a.as<Attributes>(), *b.as<Attributes>())) return Verdict::kDifferent;
      return sizes(a.as<Attributes>()->table.size(), b.as<Attributes>()->table.size());
    case Type::kRange:
      return Of(SameRange(*a.as<Range>(), *b.as<Range>()));
    case Type::kHost:
      return Of(HostOf(a).Equals(HostOf(b)));
    default:
      return Of(a == b);
  }
}

Verdict CompareOne(Value a, Value b) {
  if (a.IsNumber() && b.IsNumber()) return Of(CompareNumbers(a, b) == 0);
  return a.type() == b.type() ? CompareShallow(a, b) : Verdict::kDifferent;
}

struct Items {
  const Value* data;
  uint32_t size;
};

/// The elements of a list or tuple.
Items ItemsOf(Value sequence) {
  if (sequence.Is(Type::kList)) return {sequence.as<List>()->items, sequence.as<List>()->size};
  return {sequence.as<Tuple>()->items, sequence.as<Tuple>()->size};
}

bool IsSequence(Value value) {
  return value.IsObjectOf(Type::kList) || value.IsObjectOf(Type::kTuple);
}

const HashTable& TableOf(Value value) {
  return value.Is(Type::kStruct) ? value.as<Attributes>()->table : value.as<Dict>()->table;
}

/// Two containers being compared, and how far that is.
struct Pair {
  Value a;
  Value b;
  uint32_t next = 0;
};

/// The next two elements of a pair into `x` and `y`. Nothing is left: kEqual. The containers
/// differ whatever the rest: kDifferent.
Verdict NextElements(Pair& pair, Value& x, Value& y) {
  if (IsSequence(pair.a)) {
    const Items a = ItemsOf(pair.a);
    const Items b = ItemsOf(pair.b);
    if (pair.next == a.size || pair.next == b.size) return Of(a.size == b.size);
    x = a.data[pair.next];
    y = b.data[pair.next++];
    return Verdict::kDescend;
  }
  const HashTable& a = TableOf(pair.a);
  while (pair.next < a.end() && !a.at(pair.next).key.has_value()) ++pair.next;
  if (pair.next == a.end()) return Verdict::kEqual;
  const HashTable::Entry& entry = a.at(pair.next++);
  const HashTable::Entry* other = TableOf(pair.b).Find(entry.key, entry.hash);
  if (other == nullptr) return Verdict::kDifferent;
  x = entry.value;
  y = other->value;
  return Verdict::kDescend;
}

/// What two values first differ in: themselves, or elements of the sequences they are.
struct Difference {
  bool equal;
  Value a;
  Value b;
};

/// The outermost of the two values and the pairs on the stack that order cannot look into.
Difference Differ(const std::vector<Pair>& stack, Value a, Value b) {
  for (const Pair& pair : stack) {
    if (!IsSequence(pair.a)) return {false, pair.a, pair.b};
  }
  return {false, a, b};
}

std::optional<Difference> FindDifference(Context* context, Value a, Value b) {
  std::vector<Pair> stack;
  for (;;) {
    const Verdict verdict = CompareOne(a, b);
    if (verdict == Verdict::kDifferent) return Differ(stack, a, b);
    if (verdict == Verdict::kDescend) {
      if (stack.size() == kMaxDepth) {
        if (context != nullptr) context->Fail(messages::kComparisonDepth);
        return std::nullopt;
      }
      stack.push_back({a, b});
    }
    for (;; stack.pop_back()) {
      if (stack.empty()) return Difference{true, a, b};
      const Verdict next = NextElements(stack.back(), a, b);
      if (next == Verdict::kDescend) break;
      if (next == Verdict::kEqual) continue;
      const Pair last = stack.back();
      stack.pop_back();
      return Differ(stack, last.a, last.b);
    }
    if (context != nullptr) context->Tick();
  }
}

bool Holds(Comparison op, std::weak_ordering order) {
  switch (op) {
    case Comparison::kEqual:
      return order == 0;
    case Comparison::kNotEqual:
      return order != 0;
    case Comparison::kLess:
      return order < 0;
    case Comparison::kLessEqual:
      return order <= 0;
    case Comparison::kGreater:
      return order > 0;
    case Comparison::kGreaterEqual:
      return order >= 0;
  }
  return false;
}

std::string_view Symbol(Comparison op) {
  constexpr std::string_view kSymbols[] = {"==", "!=", "<", "<=", ">", ">="};
  return kSymbols[static_cast<size_t>(op)];
}

bool ContainsAll(const HashTable& outer, const HashTable& inner) {
  bool all = inner.size() <= outer.size();
  inner.ForEach([&](const HashTable::Entry& entry) {
    all = all && outer.Find(entry.key, entry.hash) != nullptr;
  });
  return all;
}

/// Sets are ordered by inclusion.
bool CompareSets(Comparison op, const HashTable& a, const HashTable& b) {
  switch (op) {
    case Comparison::kLess:
      return a.size() < b.size() && ContainsAll(b, a);
    case Comparison::kLessEqual:
      return ContainsAll(b, a);
    case Comparison::kGreater:
      return b.size() < a.size() && ContainsAll(a, b);
    default:
      return ContainsAll(a, b);
  }
}

std::weak_ordering OrderOf(int sign) {
  return sign <=> 0;
}

/// The order of two values that are no sequences, or sequences of which one begins the other.
std::optional<std::weak_ordering> OrderOfLeaves(Value a, Value b) {
  const Type type = a.type();
  if (a.IsNumber() && b.IsNumber()) return CompareNumbers(a, b);
  if (type != b.type()) return std::nullopt;
  switch (type) {
    case Type::kBool:
      return a.IsTrue() <=> b.IsTrue();
    case Type::kString:
    case Type::kBytes:
      return OrderOf(a.as<String>()->view().compare(b.as<String>()->view()));
    case Type::kList:
    case Type::kTuple:
      return ItemsOf(a).size <=> ItemsOf(b).size;
    case Type::kHost:
      return HostOf(a).Order(HostOf(b));
    default:
      return std::nullopt;
  }
}

}  // namespace

std::weak_ordering CompareNumbers(Value a, Value b) {
  const bool float_a = a.Is(Type::kFloat);
  const bool float_b = b.Is(Type::kFloat);
  if (!float_a && !float_b) return OrderOf(IntCompare(a, b));
  const double x = float_a ? FloatOf(a) : 0;
  const double y = float_b ? FloatOf(b) : 0;
  if (std::isnan(x) || std::isnan(y)) return std::isnan(x) <=> std::isnan(y);
  if (float_a && float_b) return OrderOf(x < y ? -1 : (x > y ? 1 : 0));
  return float_b ? OrderOf(IntCompareFloat(a, y)) : OrderOf(-IntCompareFloat(b, x));
}

std::optional<bool> Equal(Context& context, Value a, Value b) {
  const Verdict verdict = CompareOne(a, b);
  if (verdict != Verdict::kDescend) return verdict == Verdict::kEqual;
  const std::optional<Difference> difference = FindDifference(&context, a, b);
  if (!difference) return std::nullopt;
  return difference->equal;
}

bool EqualKeys(Value a, Value b) {
  const Verdict verdict = CompareOne(a, b);
  if (verdict != Verdict::kDescend) return verdict == Verdict::kEqual;
  const std::optional<Difference> difference = FindDifference(nullptr, a, b);
  return difference && difference->equal;
}

std::optional<bool> Compare(Context& context, Comparison op, Value a, Value b) {
  if (op == Comparison::kEqual || op == Comparison::kNotEqual) {
    const std::optional<bool> equal = Equal(context, a, b);
    if (!equal) return std::nullopt;
    return *equal == (op == Comparison::kEqual);
  }
  if (IsSequence(a) && IsSequence(b) && a.type() == b.type()) {
    const std::optional<Difference> difference = FindDifference(&context, a, b);
    if (!difference) return std::nullopt;
    if (difference->equal) return Holds(op, std::weak_ordering::equivalent);
    a = difference->a;
    b = difference->b;
  }
  if (a.IsObjectOf(Type::kSet) && b.IsObjectOf(Type::kSet)) {
    return CompareSets(op, a.as<Dict>()->table, b.as<Dict>()->table);
  }
  if (const auto order = OrderOfLeaves(a, b)) return Holds(op, *order);
  context.Fail(messages::kComparison(TypeName(a), Symbol(op), TypeName(b)));
  return std::nullopt;
}

}  // namespace hawser::starlark
