// The primitives of the binary format: varints, bounded bytes, digests.
#include "lib/wire/codec.h"

#include <algorithm>
#include <utility>

namespace hawser::wire {
namespace {

constexpr int kVarintBits = 7;
constexpr uint8_t kMore = 0x80;

uint32_t ZigZag(int32_t value) {
  return (static_cast<uint32_t>(value) << 1) ^ static_cast<uint32_t>(value >> 31);
}

int32_t UnZigZag(uint32_t value) {
  return static_cast<int32_t>((value >> 1) ^ (~(value & 1) + 1));
}

}  // namespace

void Encoder::PutVarint(uint64_t value) {
  while (value >= kMore) {
    out_ += static_cast<char>(static_cast<uint8_t>(value) | kMore);
    value >>= kVarintBits;
  }
  out_ += static_cast<char>(value);
}

void Encoder::Signed(int32_t value) {
  PutVarint(ZigZag(value));
}

void Encoder::PutFixed(uint64_t value, size_t size) {
  for (size_t i = 0; i < size; ++i, value >>= 8) out_ += static_cast<char>(value & 0xff);
}

void Encoder::Bytes(std::string_view value, size_t max) {
  if (value.size() > max)
    return Fail("a text of " + std::to_string(value.size()) + " bytes is too long");
  PutVarint(value.size());
  out_ += value;
}

void Encoder::Fail(std::string_view what) {
  if (status_.ok())
    status_ = InvalidArgumentError("a message cannot be sent: " + std::string(what));
}

std::string_view Decoder::Take(size_t count) {
  if (ok() && count > rest_.size()) Fail("a value reaches past the end");
  if (!ok()) return {};
  const std::string_view taken = rest_.substr(0, count);
  rest_.remove_prefix(count);
  return taken;
}

uint64_t Decoder::GetVarint() {
  uint64_t value = 0;
  for (int shift = 0; shift < 64; shift += kVarintBits) {
    const std::string_view taken = Take(1);
    if (!ok()) return 0;
    const auto byte = static_cast<uint8_t>(taken[0]);
    const uint64_t bits = byte & (kMore - 1);
    if (shift == 63 && bits > 1) break;
    value |= bits << shift;
    if ((byte & kMore) != 0) continue;
    if (byte == 0 && shift != 0) break;
    return value;
  }
  Fail("a number is not in its shortest form or exceeds 64 bits");
  return 0;
}

void Decoder::Signed(int32_t& value) {
  uint32_t mapped = 0;
  Varint(mapped);
  if (ok()) value = UnZigZag(mapped);
}

uint64_t Decoder::GetFixed(size_t size) {
  const std::string_view taken = Take(size);
  uint64_t bits = 0;
  for (size_t i = taken.size(); i-- > 0;) bits = bits << 8 | static_cast<uint8_t>(taken[i]);
  return bits;
}

void Decoder::Fixed32(uint32_t& value) {
  if (const uint64_t bits = GetFixed(sizeof(value)); ok()) value = static_cast<uint32_t>(bits);
}

void Decoder::Fixed64(uint64_t& value) {
  if (const uint64_t bits = GetFixed(sizeof(value)); ok()) value = bits;
}

void Decoder::Fixed64(int64_t& value) {
  if (const uint64_t bits = GetFixed(sizeof(value)); ok()) value = static_cast<int64_t>(bits);
}

void Decoder::Bool(bool& value) {
  const std::string_view byte = Take(1);
  if (!ok()) return;
  if (static_cast<uint8_t>(byte[0]) > 1) return Fail("a truth value is neither 0 nor 1");
  value = byte[0] != 0;
}

void Decoder::Bytes(std::string& value, size_t max) {
  const uint64_t length = GetVarint();
  if (length > max) return Fail("a text of " + std::to_string(length) + " bytes is too long");
  if (const std::string_view taken = Take(length); ok()) value = taken;
}

void Decoder::Rest(std::string& value) {
  value = Take(rest_.size());
}

void Decoder::Hash(Digest& digest) {
  if (const std::string_view taken = Take(Digest::kSize); ok()) {
    std::copy(taken.begin(), taken.end(), digest.bytes.begin());
  }
}

void Decoder::Fail(std::string_view what) {
  if (!ok()) return;
  status_ = DataLossError("malformed message: " + std::string(what) + " (" +
                          std::to_string(rest_.size()) + " bytes before its end)");
}

void Decoder::End() {
  if (ok() && !rest_.empty()) Fail("bytes follow the last field");
}

}  // namespace hawser::wire
