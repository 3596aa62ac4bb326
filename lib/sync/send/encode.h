// The patch between two versions of a file: comparing only the blocks that differ, or finding the
// blocks of a version that is not at hand.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "lib/base/content.h"
#include "lib/base/result.h"
#include "lib/sync/send/batch_request.h"

namespace hawser::sync {

/// A patch (lib/wire/patch.h) that makes `data` from `base`. invalid_argument when one is larger
/// than a patch's side may be.
Result<std::string> EncodeBetween(const Content& base, const Content& data);

/// Passes bytes on in pieces, from the first to the last.
using Producer = std::function<Status(const std::function<Status(std::string_view)>& sink)>;

/// A patch that makes a new version of content of which the sums are known where they differ.
/// `produce` passes on the new version's bytes of that range. resource_exhausted when more than
/// half of the version, or 64 MiB, is new: it had better travel whole. Failures of `produce` are
/// passed on. Holds what is new in memory.
Result<std::string> EncodeFromSums(const SummedRange& base, const Producer& produce);

}  // namespace hawser::sync
