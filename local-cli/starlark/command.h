// hawser starlark: needs no cluster.
#pragma once

#include "local-cli/starlark/arguments.h"

namespace hawser::cli {

/// Runs the command to its end; the code to exit with. What it prints goes to standard error,
/// except for the results of fmt.
int RunStarlark(const StarlarkOptions& options);

}  // namespace hawser::cli
