// A Starlark value in eight bytes: a small int, a float, a constant, or a pointer to an object of a
// heap.
#pragma once

#include <bit>
#include <cstdint>
#include <string_view>

namespace hawser::starlark {

/// The types a program can tell apart, and three that only the evaluator sees.
enum class Type : uint8_t {
  kNone,
  kBool,
  kInt,
  kFloat,
  kString,
  kBytes,
  kList,
  kTuple,
  kDict,
  kSet,
  kRange,
  kView,  ///< the elements of a string or bytes value, made on demand
  kFunction,
  kBuiltin,
  kStruct,
  kModule,
  kHost,
  kCell,      ///< a variable that a closure shares
  kIterator,  ///< the state of a loop
  kCount,
};

/// What every object of a heap begins with.
struct Object {
  explicit Object(Type t) : type(t) {}

  Type type;
  /// Set once, by the only thread that then knows the object; a frozen object is never written.
  bool frozen = false;
};

/// A copyable handle; whoever holds it keeps the heaps it points into alive.
///
/// The low bits tell the forms apart: xx1 an int of 63 bits, x10 a float whose exponent is near
/// zero, 100 a constant, 000 a pointer. Ints and floats outside those ranges are objects.
class Value {
 public:
  /// No value: an unassigned variable, a failed operation, an omitted argument.
  constexpr Value() = default;

  static constexpr Value None() { return Value(kNoneBits); }
  static constexpr Value Bool(bool b) { return Value(b ? kTrueBits : kFalseBits); }
  /// `i` must fit 63 bits (FitsSmall).
  static constexpr Value SmallInt(int64_t i) { return Value((static_cast<uint64_t>(i) << 1) | 1); }
  static constexpr bool FitsSmall(int64_t i) { return i >= kMinSmall && i <= kMaxSmall; }
  static Value Of(const Object* object) { return Value(reinterpret_cast<uint64_t>(object)); }
  static constexpr Value FromBits(uint64_t bits) { return Value(bits); }

  /// The inline form of `d`, or no value when only an object can hold it.
  static Value InlineFloat(double d) {
    const uint64_t biased = std::rotl(std::bit_cast<uint64_t>(d), 1) - kFloatBias;
    return biased < (uint64_t{1} << 62) ? Value((biased << 2) | 2) : Value();
  }

  constexpr uint64_t bits() const { return bits_; }
  constexpr bool has_value() const { return bits_ != 0; }
  constexpr bool IsNone() const { return bits_ == kNoneBits; }
  constexpr bool IsTrue() const { return bits_ == kTrueBits; }
  constexpr bool IsFalse() const { return bits_ == kFalseBits; }
  constexpr bool IsBool() const { return IsTrue() || IsFalse(); }
  constexpr bool IsSmallInt() const { return (bits_ & 1) != 0; }
  constexpr bool IsInlineFloat() const { return (bits_ & 3) == 2; }
  constexpr bool IsObject() const { return (bits_ & 7) == 0; }
  bool Is(Type t) const { return type() == t; }
  bool IsNumber() const { return Is(Type::kInt) || Is(Type::kFloat); }
  /// True for an object of that type: cheaper than Is for types that have no inline form.
  bool IsObjectOf(Type t) const { return IsObject() && object()->type == t; }

  constexpr int64_t small_int() const { return static_cast<int64_t>(bits_) >> 1; }
  double inline_float() const {
    return std::bit_cast<double>(std::rotr((bits_ >> 2) + kFloatBias, 1));
  }
  Object* object() const { return reinterpret_cast<Object*>(bits_); }
  template <typename T>
  T* as() const {
    return static_cast<T*>(object());
  }

  Type type() const {
    if (IsSmallInt()) return Type::kInt;
    if (IsObject()) return object()->type;
    if (IsInlineFloat()) return Type::kFloat;
    return IsNone() ? Type::kNone : Type::kBool;
  }

  /// Identity, not equality.
  constexpr bool operator==(const Value&) const = default;

  static constexpr int64_t kMaxSmall = (int64_t{1} << 62) - 1;
  static constexpr int64_t kMinSmall = -(int64_t{1} << 62);

 private:
  explicit constexpr Value(uint64_t bits) : bits_(bits) {}

  static constexpr uint64_t kNoneBits = 0x04;
  static constexpr uint64_t kFalseBits = 0x0c;
  static constexpr uint64_t kTrueBits = 0x14;
  /// Exponent field 768, one bit up: inline floats have fields 768 to 1279 (2^-255 to 2^256).
  static constexpr uint64_t kFloatBias = uint64_t{768} << 53;

  uint64_t bits_ = 0;
};

/// The name `type(x)` gives, "NoneType" or "string". A host value answers for itself.
std::string_view TypeName(Value value);

}  // namespace hawser::starlark
