// Values that the embedding program defines: an object with the behaviour it chooses to have.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lib/starlark/value/compare.h"
#include "lib/starlark/value/context.h"
#include "lib/starlark/value/value.h"

namespace hawser::starlark {

/// The operators a host value may define.
enum class BinaryOp : uint8_t {
  kAdd,
  kSubtract,
  kMultiply,
  kDivide,
  kFloorDivide,
  kModulo,
  kAnd,
  kOr,
  kXor,
  kShiftLeft,
  kShiftRight,
  kIn,
};

/// The sequence that a loop over a host value sees.
class HostIterator {
 public:
  virtual ~HostIterator() = default;
  /// The next element, or no value at the end.
  virtual Value Next(Context& context) = 0;
};

/// A value of the host. Only the type's name must be given; everything else has a default that
/// fails as a value without that behaviour does. Called on the evaluation's thread until frozen,
/// then from any thread.
class HostValue {
 public:
  virtual ~HostValue() = default;

  virtual std::string_view TypeName() const = 0;
  virtual std::string ToString() const { return "<" + std::string(TypeName()) + ">"; }
  virtual bool Truth() const { return true; }

  /// No value (without failing): there is no such attribute.
  virtual Value GetAttribute(Context&, std::string_view) { return Value(); }
  virtual std::vector<std::string> AttributeNames() const { return {}; }
  /// False: attributes cannot be set (nothing failed), or it failed.
  virtual bool SetAttribute(Context&, std::string_view, Value) { return false; }

  /// `self op other`, or `other op self` when `self_is_left` is false. No value: not defined, or
  /// failed.
  virtual Value Binary(Context&, BinaryOp, Value /*other*/, bool /*self_is_left*/) {
    return Value();
  }
  /// The order of two values of this type, or nothing when there is none.
  virtual std::optional<std::weak_ordering> Order(const HostValue&) const { return std::nullopt; }
  virtual bool Equals(const HostValue& other) const { return this == &other; }
  /// Nothing: unhashable.
  virtual std::optional<uint32_t> Hash() const { return std::nullopt; }

  /// Null: not iterable.
  virtual std::unique_ptr<HostIterator> Iterate() { return nullptr; }
  /// `self[key]`; no value without failing: cannot be indexed.
  virtual Value Index(Context&, Value /*key*/) { return Value(); }

  /// The value may no longer change; freezes the values it holds with `freeze`.
  virtual void Freeze(void (*freeze)(Value)) { static_cast<void>(freeze); }
};

/// A value that shares `host` with the heap.
Value MakeHost(Heap& heap, std::shared_ptr<HostValue> host);

/// The host's object in `value`, which must be of type kHost.
HostValue& HostOf(Value value);

/// The same if it is a T, else null.
template <typename T>
T* HostAs(Value value) {
  return value.IsObjectOf(Type::kHost) ? dynamic_cast<T*>(&HostOf(value)) : nullptr;
}

}  // namespace hawser::starlark
