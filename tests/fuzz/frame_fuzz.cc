// A peer's stream: frames cut out, messages decoded; what is accepted must be writable again and
// read the same.
#include "lib/wire/frame.h"
#include "lib/wire/message_codec.h"
#include "tests/fuzz/fuzz_input.h"

namespace {

constexpr uint32_t kMaxFrame = 64U << 10;
constexpr uint32_t kMaxMessage = 256U << 10;

void CheckMessage(uint16_t type, std::string_view payload) {
  const auto message = hawser::wire::DecodeMessage(type, payload);
  if (!message.ok() || !message->has_value()) return;
  const auto bytes = hawser::wire::EncodeMessage(**message);
  hawser::fuzz::Check(bytes.ok());
  const auto again = hawser::wire::DecodeMessage(type, *bytes);
  hawser::fuzz::Check(again.ok() && *again == *message);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  hawser::wire::FrameParser parser(kMaxFrame, kMaxMessage);
  parser.Append(hawser::fuzz::Input(data, size));
  while (true) {
    const auto frame = parser.Next();
    if (!frame.ok() || !frame->has_value()) return 0;
    CheckMessage((*frame)->type, (*frame)->payload);
  }
}
