// Ints beyond 63 bits: GMP's integers, read in place from the heap and written back to it.
#include <gmp.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>

#include "lib/starlark/messages/evaluation.h"
#include "lib/starlark/value/numbers.h"

namespace hawser::starlark {

namespace {

/// No int may be larger: repeated squaring would soon take all memory.
constexpr size_t kMaxBits = size_t{1} << 24;
constexpr size_t kLimbBits = 64;

/// An int as GMP reads it, without a copy.
class Operand {
 public:
  explicit Operand(Value value) {
    if (!value.IsSmallInt()) {
      const BigInt* big = value.as<BigInt>();
      mpz_roinit_n(view_, reinterpret_cast<const mp_limb_t*>(big->limbs), big->size);
      return;
    }
    const int64_t i = value.small_int();
    limb_ = i < 0 ? -static_cast<uint64_t>(i) : static_cast<uint64_t>(i);
    mpz_roinit_n(view_, &limb_, i == 0 ? 0 : (i < 0 ? -1 : 1));
  }
  Operand(const Operand&) = delete;
  Operand& operator=(const Operand&) = delete;

  mpz_srcptr get() const { return view_; }
  size_t bits() const { return mpz_sgn(view_) == 0 ? 0 : mpz_sizeinbase(view_, 2); }

 private:
  mp_limb_t limb_ = 0;
  mpz_t view_;
};

/// Where GMP writes to.
class Scratch {
 public:
  Scratch() { mpz_init(value_); }
  ~Scratch() { mpz_clear(value_); }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;

  mpz_ptr get() { return value_; }

  /// The int in its smallest form.
  Value Take(Heap& heap) const {
    const size_t limbs = mpz_size(value_);
    const bool negative = mpz_sgn(value_) < 0;
    if (limbs <= 1) {
      const uint64_t magnitude = mpz_getlimbn(value_, 0);
      if (magnitude <= static_cast<uint64_t>(Value::kMaxSmall) + (negative ? 1 : 0)) {
        const int64_t i = static_cast<int64_t>(magnitude);
        return Value::SmallInt(negative ? -i : i);
      }
    }
    BigInt* big = new (heap.Allocate(sizeof(BigInt) + limbs * sizeof(uint64_t)))
        BigInt(negative ? -static_cast<int32_t>(limbs) : static_cast<int32_t>(limbs));
    std::memcpy(big->limbs, mpz_limbs_read(value_), limbs * sizeof(uint64_t));
    return Value::Of(big);
  }

 private:
  mpz_t value_;
};

using Operation = void (*)(mpz_ptr, mpz_srcptr, mpz_srcptr);

Value Apply(Context& context, Operation operation, Value a, Value b) {
  const Operand x(a);
  const Operand y(b);
  Scratch result;
  operation(result.get(), x.get(), y.get());
  return result.Take(context.heap());
}

Value FitOr(Heap& heap, bool overflow, int64_t i, auto big) {
  return overflow ? big() : MakeInt(heap, i);
}

}  // namespace

Value MakeInt(Heap& heap, int64_t i) {
  if (Value::FitsSmall(i)) return Value::SmallInt(i);
  Scratch result;
  mpz_set_si(result.get(), i);
  return result.Take(heap);
}

Value MakeUnsigned(Heap& heap, uint64_t i) {
  if (i <= static_cast<uint64_t>(Value::kMaxSmall)) return Value::SmallInt(static_cast<int64_t>(i));
  Scratch result;
  mpz_set_ui(result.get(), i);
  return result.Take(heap);
}

Value IntAdd(Context& context, Value a, Value b) {
  if (a.IsSmallInt() && b.IsSmallInt()) {
    return MakeInt(context.heap(), a.small_int() + b.small_int());
  }
  return Apply(context, mpz_add, a, b);
}

Value IntSubtract(Context& context, Value a, Value b) {
  if (a.IsSmallInt() && b.IsSmallInt()) {
    return MakeInt(context.heap(), a.small_int() - b.small_int());
  }
  return Apply(context, mpz_sub, a, b);
}

Value IntMultiply(Context& context, Value a, Value b) {
  if (a.IsSmallInt() && b.IsSmallInt()) {
    int64_t product = 0;
    const bool overflow = __builtin_mul_overflow(a.small_int(), b.small_int(), &product);
    return FitOr(context.heap(), overflow, product, [&] { return Apply(context, mpz_mul, a, b); });
  }
  if (Operand(a).bits() + Operand(b).bits() > kMaxBits) {
    return context.Fail(messages::kProductTooLarge);
  }
  return Apply(context, mpz_mul, a, b);
}

Value IntFloorDivide(Context& context, Value a, Value b) {
  if (IntSign(b) == 0) return context.Fail(messages::kFlooredDivisionByZero);
  if (a.IsSmallInt() && b.IsSmallInt()) {
    const int64_t x = a.small_int();
    const int64_t y = b.small_int();
    const int64_t quotient = x / y;
    return MakeInt(context.heap(), quotient - (x % y != 0 && (x < 0) != (y < 0) ? 1 : 0));
  }
  return Apply(context, mpz_fdiv_q, a, b);
}

Value IntModulo(Context& context, Value a, Value b) {
  if (IntSign(b) == 0) return context.Fail(messages::kIntModuloByZero);
  if (a.IsSmallInt() && b.IsSmallInt()) {
    const int64_t y = b.small_int();
    const int64_t remainder = a.small_int() % y;
    return Value::SmallInt(remainder != 0 && (remainder < 0) != (y < 0) ? remainder + y
                                                                        : remainder);
  }
  return Apply(context, mpz_fdiv_r, a, b);
}

Value IntAnd(Context& context, Value a, Value b) {
  return Apply(context, mpz_and, a, b);
}
Value IntOr(Context& context, Value a, Value b) {
  return Apply(context, mpz_ior, a, b);
}
Value IntXor(Context& context, Value a, Value b) {
  return Apply(context, mpz_xor, a, b);
}

Value IntShiftLeft(Context& context, Value a, Value b) {
  constexpr int64_t kMaxShift = 512;
  if (IntSign(b) < 0) return context.Fail(messages::kNegativeShift(IntToString(b, 10)));
  const std::optional<int64_t> count = IntToInt64(b);
  if (!count || *count >= kMaxShift) {
    return context.Fail(messages::kShiftTooLarge(IntToString(b, 10)));
  }
  const Operand x(a);
  if (x.bits() + static_cast<size_t>(*count) > kMaxBits) {
    return context.Fail(messages::kShiftResultTooLarge);
  }
  Scratch result;
  mpz_mul_2exp(result.get(), x.get(), static_cast<mp_bitcnt_t>(*count));
  return result.Take(context.heap());
}

Value IntShiftRight(Context& context, Value a, Value b) {
  if (IntSign(b) < 0) return context.Fail(messages::kNegativeShift(IntToString(b, 10)));
  const std::optional<int64_t> count = IntToInt64(b);
  const Operand x(a);
  if (!count || static_cast<uint64_t>(*count) > x.bits()) {
    return Value::SmallInt(IntSign(a) < 0 ? -1 : 0);
  }
  Scratch result;
  mpz_fdiv_q_2exp(result.get(), x.get(), static_cast<mp_bitcnt_t>(*count));
  return result.Take(context.heap());
}

Value IntNegate(Context& context, Value a) {
  return IntSubtract(context, Value::SmallInt(0), a);
}

Value IntInvert(Context& context, Value a) {
  return IntSubtract(context, Value::SmallInt(-1), a);
}

int IntSign(Value a) {
  if (a.IsSmallInt()) return a.small_int() == 0 ? 0 : (a.small_int() < 0 ? -1 : 1);
  return a.as<BigInt>()->size < 0 ? -1 : 1;
}

int IntCompare(Value a, Value b) {
  if (a.IsSmallInt() && b.IsSmallInt()) {
    return a.small_int() == b.small_int() ? 0 : (a.small_int() < b.small_int() ? -1 : 1);
  }
  const int order = mpz_cmp(Operand(a).get(), Operand(b).get());
  return order == 0 ? 0 : (order < 0 ? -1 : 1);
}

int IntCompareFloat(Value a, double d) {
  const int order = std::isinf(d) ? (d < 0 ? 1 : -1) : mpz_cmp_d(Operand(a).get(), d);
  return order == 0 ? 0 : (order < 0 ? -1 : 1);
}

double IntToDouble(Value a) {
  if (a.IsSmallInt()) return static_cast<double>(a.small_int());
  const Operand x(a);
  const size_t bits = x.bits();
  Scratch top;
  const size_t dropped = bits > kLimbBits ? bits - kLimbBits : 0;
  mpz_abs(top.get(), x.get());
  // A set bit among those dropped decides between two doubles that are equally near.
  const bool inexact = dropped > 0 && mpz_scan1(top.get(), 0) < dropped;
  mpz_tdiv_q_2exp(top.get(), top.get(), dropped);
  const uint64_t leading = mpz_getlimbn(top.get(), 0) | (inexact ? 1 : 0);
  const double magnitude = std::ldexp(static_cast<double>(leading), static_cast<int>(dropped));
  return IntSign(a) < 0 ? -magnitude : magnitude;
}

std::optional<double> IntToFloat(Context& context, Value a) {
  const double d = IntToDouble(a);
  if (!std::isinf(d)) return d;
  context.Fail(messages::kIntTooLargeForFloat);
  return std::nullopt;
}

Value IntFromDouble(Context& context, double d) {
  if (std::isnan(d)) return context.Fail(messages::kNanToInt);
  if (std::isinf(d)) return context.Fail(messages::kInfinityToInt);
  Scratch result;
  mpz_set_d(result.get(), d);
  return result.Take(context.heap());
}

std::optional<int64_t> IntToInt64(Value a) {
  if (a.IsSmallInt()) return a.small_int();
  const Operand x(a);
  if (mpz_fits_slong_p(x.get()) == 0) return std::nullopt;
  return mpz_get_si(x.get());
}

std::string IntToString(Value a, int base) {
  if (a.IsSmallInt() && base == 10) return std::to_string(a.small_int());
  const Operand x(a);
  std::string text(mpz_sizeinbase(x.get(), base) + 2, '\0');
  mpz_get_str(text.data(), base, x.get());
  text.resize(std::strlen(text.c_str()));
  return text;
}

Value IntFromDigits(Context& context, std::string_view digits, int base, bool negative) {
  const auto is_digit = [base](char c) {
    const int digit = c >= '0' && c <= '9'   ? c - '0'
                      : c >= 'a' && c <= 'z' ? c - 'a' + 10
                      : c >= 'A' && c <= 'Z' ? c - 'A' + 10
                                             : 36;
    return digit < base;
  };
  if (digits.empty() || !std::all_of(digits.begin(), digits.end(), is_digit)) return Value();
  if (digits.size() > kMaxBits / 6) return context.Fail(messages::kIntTextTooLarge);
  Scratch result;
  mpz_set_str(result.get(), std::string(digits).c_str(), base);
  if (negative) mpz_neg(result.get(), result.get());
  return result.Take(context.heap());
}

uint32_t HashInt(Value a) {
  if (!a.IsSmallInt()) return HashDouble(IntToDouble(a));
  const uint64_t mixed = static_cast<uint64_t>(a.small_int()) * 0x9e3779b97f4a7c15;
  return static_cast<uint32_t>(mixed >> 32);
}

uint32_t HashDouble(double d) {
  if (std::isnan(d)) return 1;
  // Floats that equal a small int need its hash; the bounds are exact as doubles.
  if (d == std::trunc(d) && d >= -0x1p62 && d < 0x1p62) {
    return HashInt(Value::SmallInt(static_cast<int64_t>(d)));
  }
  return static_cast<uint32_t>((std::bit_cast<uint64_t>(d) * 0x9e3779b97f4a7c15) >> 32);
}

}  // namespace hawser::starlark
