// Host values for conformance suites.
#pragma once

#include "lib/starlark/eval/environment.h"

namespace hawser::starlark {

/// Adds hasfields() and fibonacci.
void DefineTestValues(Environment& environment);

}  // namespace hawser::starlark
