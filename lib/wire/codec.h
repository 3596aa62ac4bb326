// The primitives of the binary format. Encoder and Decoder offer the same calls, so that a message
// lists its fields once (the Fields functions in fields_*.h) and both directions follow from that
// list.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "lib/base/digest.h"
#include "lib/base/status.h"

namespace hawser::wire {

/// Writes values to a string. A value beyond its bound makes `status()` a failure; what was written
/// is then worthless.
class Encoder {
 public:
  static constexpr bool kDecodes = false;
  template <typename T>
  using Ref = const T&;

  /// An unsigned number, 7 bits a byte, least significant first (LEB128), in as few bytes as it
  /// needs.
  template <typename T>
  requires std::is_unsigned_v<T>
  void Varint(T value) { PutVarint(value); }
  /// A signed number, zigzag-mapped (0, -1, 1, -2 ...) to an unsigned one.
  void Signed(int32_t value);
  /// A number in 4 or 8 bytes, least significant first.
  void Fixed32(uint32_t value) { PutFixed(value, sizeof(value)); }
  void Fixed64(uint64_t value) { PutFixed(value, sizeof(value)); }
  void Fixed64(int64_t value) { Fixed64(static_cast<uint64_t>(value)); }
  void Bool(bool value) { out_ += value ? '\1' : '\0'; }
  /// An enum over uint8_t, one byte.
  template <typename E>
  void Enum(E value) {
    static_assert(std::is_same_v<std::underlying_type_t<E>, uint8_t>);
    out_ += static_cast<char>(value);
  }
  /// Length, then bytes; at most `max` of them.
  void Bytes(std::string_view value, size_t max);
  /// Bytes up to the end of the message, without a length.
  void Rest(std::string_view value) { out_ += value; }
  /// The 32 bytes of a digest.
  void Hash(const Digest& digest) { out_ += digest.AsBytes(); }
  /// Count, then items; at most `max` of them. `item_size` is the fewest bytes one takes. `item`
  /// writes one.
  template <typename T, typename Item>
  void List(const std::vector<T>& list, size_t max, size_t /*item_size*/, Item item) {
    if (list.size() > max) return Fail("a list is too long");
    PutVarint(list.size());
    for (const T& each : list) item(*this, each);
  }

  const Status& status() const { return status_; }
  std::string Take() { return std::move(out_); }

 private:
  void PutVarint(uint64_t value);
  void PutFixed(uint64_t value, size_t size);
  void Fail(std::string_view what);

  std::string out_;
  Status status_;
};

/// Reads values from bytes that may hold anything. The first failure sticks: later reads leave
/// their values alone. Every length and count is checked against its bound and against the bytes
/// that are left before anything is allocated.
class Decoder {
 public:
  static constexpr bool kDecodes = true;
  template <typename T>
  using Ref = T&;

  /// `bytes` must outlive the decoder.
  explicit Decoder(std::string_view bytes) : rest_(bytes) {}

  template <typename T>
  requires std::is_unsigned_v<T>
  void Varint(T& value) {
    const uint64_t wide = GetVarint();
    if (wide > std::numeric_limits<T>::max()) return Fail("a number is too large");
    if (ok()) value = static_cast<T>(wide);
  }
  void Signed(int32_t& value);
  void Fixed32(uint32_t& value);
  void Fixed64(uint64_t& value);
  void Fixed64(int64_t& value);
  void Bool(bool& value);
  template <typename E>
  void Enum(E& value) {
    static_assert(std::is_same_v<std::underlying_type_t<E>, uint8_t>);
    if (const std::string_view byte = Take(1); ok()) value = static_cast<E>(byte[0]);
  }
  void Bytes(std::string& value, size_t max);
  void Rest(std::string& value);
  void Hash(Digest& digest);
  template <typename T, typename Item>
  void List(std::vector<T>& list, size_t max, size_t item_size, Item item) {
    const uint64_t count = GetVarint();
    if (count > max || count > rest_.size() / item_size)
      return Fail("a list is longer than what holds it");
    list.clear();
    // Grows with what is really there: a small item may stand for a large value.
    for (uint64_t i = 0; i < count && ok(); ++i) item(*this, list.emplace_back());
  }

  /// What the format does not allow, seen by the caller.
  void Fail(std::string_view what);
  /// Fails when bytes are left.
  void End();

  bool ok() const { return status_.ok(); }
  size_t remaining() const { return rest_.size(); }
  /// data_loss says what was wrong and how many bytes were left.
  const Status& status() const { return status_; }

 private:
  /// The next `count` bytes, or a failure and nothing.
  std::string_view Take(size_t count);
  uint64_t GetVarint();
  /// Zero when it is not there.
  uint64_t GetFixed(size_t size);

  std::string_view rest_;
  Status status_;
};

}  // namespace hawser::wire
