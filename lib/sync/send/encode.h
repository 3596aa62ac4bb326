// The patch between two versions of a file, comparing only the blocks that differ.
#pragma once

#include <string>

#include "lib/base/content.h"
#include "lib/base/result.h"

namespace hawser::sync {

/// A patch (lib/wire/patch.h) that makes `data` from `base`. invalid_argument when one is larger
/// than a patch's side may be.
Result<std::string> EncodeBetween(const Content& base, const Content& data);

}  // namespace hawser::sync
