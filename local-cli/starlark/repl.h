// Runs Starlark as it is typed.
#pragma once

#include <iosfwd>

#include "lib/starlark/eval/environment.h"

namespace hawser::cli {

/// Reads statements until the end of `in`; what they leave is there for the next. Values of
/// expressions go to `out`, failures to `err`. `interactive`: with prompts.
void RunStarlarkRepl(starlark::Environment& environment, std::istream& in, std::ostream& out,
                     std::ostream& err, bool interactive);

}  // namespace hawser::cli
