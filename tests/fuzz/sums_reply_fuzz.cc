// Sums of blocks as the client reads them: whatever they say, all of a file is made, of ranges that
// lie in the old version and of its own bytes. Input: two bytes that place the cut, then the
// message and the file.
#include "lib/sync/blocks/block_matcher.h"
#include "lib/wire/message_codec.h"
#include "tests/fuzz/fuzz_input.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  namespace fuzz = hawser::fuzz;
  namespace wire = hawser::wire;
  if (size < 2) return 0;
  const std::string_view rest = fuzz::Input(data, size).substr(2);
  const size_t cut = rest.size() * (data[0] * 256U + data[1]) / 65536;
  const auto message = wire::DecodeMessage(wire::TypeOf(wire::SumsReply{}), rest.substr(0, cut));
  if (!message.ok()) return 0;
  const wire::BlockSums& blocks = std::get<wire::SumsReply>(**message).blocks;
  if (blocks.sums.empty()) return 0;

  const std::string_view file = rest.substr(cut);
  uint64_t made = 0;
  hawser::sync::BlockMatcher matcher(
      blocks, {.copy =
                   [&](uint64_t offset, uint64_t length) {
                     fuzz::Check(offset <= blocks.size && length <= blocks.size - offset);
                     made += length;
                   },
               .literals =
                   [&](std::string_view bytes) {
                     fuzz::Check(file.substr(made, bytes.size()) == bytes);
                     made += bytes.size();
                   }});
  for (size_t at = 0; at < file.size(); at += 1000) matcher.Write(file.substr(at, 1000));
  matcher.Finish();
  fuzz::Check(made == file.size());
  return 0;
}
