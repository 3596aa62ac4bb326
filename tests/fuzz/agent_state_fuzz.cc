// A record of the state file that agent and supervisor share: what is accepted can be written again
// and reads the same. The input is the payload of a frame; it is also read as a frame.
#include "lib/sync/stage/state_record.h"
#include "tests/fuzz/fuzz_input.h"

namespace {

namespace sync = hawser::sync;

void CheckRecord(std::string_view payload) {
  const auto record = sync::DecodeRecord(payload);
  if (!record.ok()) return;
  hawser::Digest check;
  const auto frame = sync::EncodeRecord(*record, check);
  hawser::fuzz::Check(frame.ok());
  const auto found = sync::FindFrame(*frame, {});
  hawser::fuzz::Check(found.ok() && found->has_value());
  const auto again = sync::DecodeRecord((*found)->payload);
  hawser::fuzz::Check(again.ok() && *again == *record);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view input = hawser::fuzz::Input(data, size);
  CheckRecord(input);
  const auto frame = sync::FindFrame(input, {});
  if (frame.ok() && frame->has_value()) CheckRecord((*frame)->payload);
  return 0;
}
