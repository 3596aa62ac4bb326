// The functions that every program can use.
#pragma once

#include "lib/starlark/builtins/methods.h"

namespace hawser::starlark {

/// Sorted by name.
std::span<const Method> UniverseFunctions();

namespace universe {

// Numbers and text: numbers.cc, text.cc.
Value Abs(Evaluation& evaluation, const Call& call);
Value Bool(Evaluation& evaluation, const Call& call);
Value Float(Evaluation& evaluation, const Call& call);
Value Int(Evaluation& evaluation, const Call& call);
Value Bytes(Evaluation& evaluation, const Call& call);
Value Chr(Evaluation& evaluation, const Call& call);
Value HashFunction(Evaluation& evaluation, const Call& call);
Value Ord(Evaluation& evaluation, const Call& call);
Value ReprFunction(Evaluation& evaluation, const Call& call);
Value Str(Evaluation& evaluation, const Call& call);

// Sequences: sequences.cc, sorting.cc.
Value All(Evaluation& evaluation, const Call& call);
Value Any(Evaluation& evaluation, const Call& call);
Value DictFunction(Evaluation& evaluation, const Call& call);
Value Enumerate(Evaluation& evaluation, const Call& call);
Value Len(Evaluation& evaluation, const Call& call);
Value ListFunction(Evaluation& evaluation, const Call& call);
Value Max(Evaluation& evaluation, const Call& call);
Value Min(Evaluation& evaluation, const Call& call);
Value RangeFunction(Evaluation& evaluation, const Call& call);
Value Reversed(Evaluation& evaluation, const Call& call);
Value SetFunction(Evaluation& evaluation, const Call& call);
Value Sorted(Evaluation& evaluation, const Call& call);
Value TupleFunction(Evaluation& evaluation, const Call& call);
Value Zip(Evaluation& evaluation, const Call& call);

// Values and attributes: universe.cc.
Value Dir(Evaluation& evaluation, const Call& call);
Value FailFunction(Evaluation& evaluation, const Call& call);
Value GetAttr(Evaluation& evaluation, const Call& call);
Value HasAttr(Evaluation& evaluation, const Call& call);
Value Print(Evaluation& evaluation, const Call& call);
Value TypeFunction(Evaluation& evaluation, const Call& call);

}  // namespace universe

}  // namespace hawser::starlark
