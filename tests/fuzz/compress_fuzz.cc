// Compressed content: both decompressors stay within their bound and agree where both accept.
#include "lib/wire/compress.h"
#include "tests/fuzz/fuzz_input.h"

namespace {

constexpr uint64_t kMaxSize = 1U << 20;

/// The streamed output, fed in pieces.
hawser::Result<std::string> Streamed(std::string_view frame) {
  constexpr size_t kPiece = 37;
  std::string out;
  hawser::wire::StreamDecompressor decompressor(
      [&](std::string_view piece) {
        out += piece;
        return hawser::OkStatus();
      },
      kMaxSize);
  for (size_t at = 0; at < frame.size(); at += kPiece) {
    HAWSER_RETURN_IF_ERROR(decompressor.Write(frame.substr(at, kPiece)));
  }
  HAWSER_RETURN_IF_ERROR(decompressor.Finish());
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view frame = hawser::fuzz::Input(data, size);
  const auto whole = hawser::wire::Decompress(frame, kMaxSize);
  const auto streamed = Streamed(frame);
  if (whole.ok()) hawser::fuzz::Check(whole->size() <= kMaxSize);
  if (streamed.ok()) hawser::fuzz::Check(streamed->size() <= kMaxSize);
  if (whole.ok() && streamed.ok()) hawser::fuzz::Check(*whole == *streamed);
  return 0;
}
