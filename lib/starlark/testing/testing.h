// The functions that conformance suites expect of a host: assertions, and values that exercise
// every part of a host's interface.
#pragma once

#include <functional>
#include <string>

#include "lib/starlark/eval/environment.h"
#include "lib/starlark/eval/evaluation.h"

namespace hawser::starlark {

/// Told of each failed assertion: where, and what was expected.
using AssertionSink = std::function<void(const std::string& where, const std::string& message)>;

/// Adds assert_, assert_eq, assert_ne, assert_fails, catch, error, fibonacci, hasfields, matches,
/// module, struct, _floateq, _freeze and the modules json, math, time. `sink` must outlive
/// evaluations.
void DefineTesting(Environment& environment, AssertionSink& sink);

}  // namespace hawser::starlark
