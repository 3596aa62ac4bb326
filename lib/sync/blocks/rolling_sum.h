// A sum of a block that moves along a file byte by byte.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace hawser::sync {

/// Karp and Rabin's fingerprint (1987): a polynomial over the bytes modulo 2^64, of which the upper
/// half counts, because the lower bits depend on few bits of each byte (PROTOCOL.md, "Sums of
/// blocks").
class RollingSum {
 public:
  /// The sum of `block`, whose size it keeps.
  explicit RollingSum(std::string_view block) {
    leaving_ = Power(block.size());
    // Several bytes at once, because each step waits for the one before.
    for (; block.size() >= kAtOnce; block.remove_prefix(kAtOnce)) {
      uint64_t step = value_ * kPowers[kAtOnce];
      for (size_t i = 0; i < kAtOnce; ++i) step += kPowers[kAtOnce - 1 - i] * Value(block[i]);
      value_ = step;
    }
    for (const char byte : block) value_ = value_ * kMultiplier + Value(byte);
  }

  /// Moves on by one byte: `out` leaves the block at its front, `in` joins it at its end.
  void Roll(char out, char in) {
    value_ = value_ * kMultiplier + Value(in) - leaving_ * Value(out);
  }
  uint32_t value() const { return static_cast<uint32_t>(value_ >> 32); }

 private:
  static constexpr uint64_t kMultiplier = 0x9E3779B97F4A7C15;
  static constexpr size_t kAtOnce = 16;

  /// kMultiplier to the power of `exponent`.
  static constexpr uint64_t Power(size_t exponent) {
    uint64_t power = 1;
    for (uint64_t square = kMultiplier; exponent > 0; exponent >>= 1, square *= square) {
      if ((exponent & 1) != 0) power *= square;
    }
    return power;
  }
  static constexpr std::array<uint64_t, kAtOnce + 1> MakePowers() {
    std::array<uint64_t, kAtOnce + 1> powers{};
    for (size_t i = 0; i <= kAtOnce; ++i) powers[i] = Power(i);
    return powers;
  }
  static const std::array<uint64_t, kAtOnce + 1> kPowers;

  /// Never zero, so that zeros count too.
  static uint64_t Value(char byte) { return uint64_t{static_cast<uint8_t>(byte)} + 1; }

  uint64_t value_ = 0;
  uint64_t leaving_ = 1;  ///< the weight of the byte that is about to leave
};

inline constexpr std::array<uint64_t, RollingSum::kAtOnce + 1> RollingSum::kPowers =
    RollingSum::MakePowers();

}  // namespace hawser::sync
