// Compares from both ends.
#include "lib/wire/splice.h"

#include <algorithm>

#include "lib/wire/align.h"
#include "lib/wire/codec.h"

namespace hawser::wire {

namespace {

size_t MatchLengthAtEnd(std::string_view a, std::string_view b) {
  const auto [end, ignored] = std::mismatch(a.rbegin(), a.rend(), b.rbegin(), b.rend());
  return static_cast<size_t>(end - a.rbegin());
}

}  // namespace

std::optional<Splice> FindSplice(std::string_view base, std::string_view data, size_t max_text) {
  const size_t before = MatchLength(base, data);
  const std::string_view base_rest = base.substr(before);
  const std::string_view data_rest = data.substr(before);
  const size_t after = MatchLengthAtEnd(base_rest, data_rest);
  const std::string_view text = data_rest.substr(0, data_rest.size() - after);
  if (text.size() > max_text) return std::nullopt;
  return Splice{.before = before, .after = after, .text = text};
}

std::string EncodeSplice(const Splice& splice) {
  Encoder encoder;
  encoder.Varint(splice.before);
  encoder.Varint(splice.after);
  encoder.Varint(splice.text.size());
  return encoder.Take() + std::string(splice.text);
}

Result<Splice> DecodeSplice(std::string_view encoded, uint64_t base_size) {
  Decoder decoder(encoded);
  Splice splice;
  decoder.Varint(splice.before);
  decoder.Varint(splice.after);
  uint64_t length = 0;
  decoder.Varint(length);
  HAWSER_RETURN_IF_ERROR(decoder.status());
  if (splice.before > base_size || splice.after > base_size - splice.before) {
    return DataLossError("a patch is damaged: it leaves its base");
  }
  if (length != decoder.remaining()) return DataLossError("a patch is damaged: it was cut");
  splice.text = encoded.substr(encoded.size() - decoder.remaining());
  return splice;
}

}  // namespace hawser::wire
