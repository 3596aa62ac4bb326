// The smallest delta: a few bytes in place of others, everything around them as it was.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "lib/base/result.h"

namespace hawser::wire {

/// The bytes `text` between the first `before` and the last `after` bytes of the base.
struct Splice {
  uint64_t before = 0;
  uint64_t after = 0;
  std::string_view text;
};

/// What makes `data` of `base`; nothing when its text would have more than `max_text` bytes.
std::optional<Splice> FindSplice(std::string_view base, std::string_view data, size_t max_text);

/// PROTOCOL.md, "Patches".
std::string EncodeSplice(const Splice& splice);
/// `text` lies in `encoded`. data_loss when it is damaged, or takes more of the base than its
/// `base_size` bytes.
Result<Splice> DecodeSplice(std::string_view encoded, uint64_t base_size);

}  // namespace hawser::wire
