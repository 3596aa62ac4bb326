// Changing and combining containers: shared by operators and methods.
#pragma once

#include "lib/starlark/eval/evaluation.h"
#include "lib/starlark/value/host.h"

namespace hawser::starlark {

/// False, with a failure, where the container is frozen or a loop goes over it. `verb` completes
/// "cannot VERB frozen list".
bool CheckMutable(Context& context, const List* list, std::string_view verb);
bool CheckMutable(Context& context, const Dict* dict, std::string_view verb);

/// Appends the elements of `iterable`; the list may be that itself.
bool ExtendList(Evaluation& evaluation, List* list, Value iterable);

/// `a | b` of dicts.
Value MergeDicts(Evaluation& evaluation, const Dict* a, const Dict* b);
/// `a op b` of sets, for the operators | & - ^.
Value CombineSets(Evaluation& evaluation, BinaryOp op, const Dict* a, const Dict* b);
/// A set of the elements of `iterable`, which must be iterable; null after a failure.
Dict* SetOf(Evaluation& evaluation, Value iterable);
/// Adds the entries of a dict or of an iterable of pairs to `dict`.
bool UpdateDict(Evaluation& evaluation, Dict* dict, Value updates);

/// `format % arguments`.
Value FormatPercent(Evaluation& evaluation, const String* format, Value arguments);

}  // namespace hawser::starlark
