// hawser starlark: needs no cluster, so that it starts before anything of one is set up.
#pragma once

#include "local-cli/arguments.h"

namespace hawser::cli {

/// Runs the command to its end; the code to exit with. What it prints goes to standard error,
/// except for the results of fmt.
int RunStarlark(const StarlarkOptions& options);

}  // namespace hawser::cli
