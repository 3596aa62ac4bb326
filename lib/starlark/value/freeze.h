// Freezing: from then on a value and all it holds never change, and any thread may read them.
#pragma once

#include "lib/starlark/value/value.h"

namespace hawser::starlark {

/// Freezes `value` and everything that can be reached from it, without recursion.
void Freeze(Value value);

}  // namespace hawser::starlark
