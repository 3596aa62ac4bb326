// Filling a dict from the arguments of a call: `dict(...)` and `d.update(...)`.
#pragma once

#include "lib/starlark/eval/evaluation.h"

namespace hawser::starlark {

/// Adds the entries of the positional argument, if there is one, then the named arguments.
bool FillDict(Evaluation& evaluation, const Call& call, Dict* dict);

}  // namespace hawser::starlark
