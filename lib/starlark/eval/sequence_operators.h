// The operators + * and `in` on strings, lists and other sequences.
#pragma once

#include "lib/starlark/eval/evaluation.h"

namespace hawser::starlark {

/// Each gives no value without failing where the operator is not defined for the types.

/// sequence * count.
Value Repeat(Evaluation& evaluation, Value sequence, Value count);
/// a + b of two sequences or structs of one type.
Value AddSequences(Evaluation& evaluation, Value a, Value b);
/// needle in container.
Value In(Evaluation& evaluation, Value needle, Value container);

}  // namespace hawser::starlark
