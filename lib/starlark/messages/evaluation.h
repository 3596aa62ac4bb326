// What operations of the language say: operators, indexing, calls, loops, loads and limits.
#pragma once

#include "lib/starlark/messages/message.h"

namespace hawser::starlark::messages {

// Operators.
inline constexpr Message<3> kBinaryOperator = "unknown binary op: {} {} {}";
inline constexpr Message<2> kUnaryOperator = "unknown unary op: {} {}";
inline constexpr Message<3> kComparison = "{} {} {} not implemented";
inline constexpr Message<0> kComparisonDepth = "comparison exceeded maximum recursion depth";
inline constexpr Message<0> kFloatDivisionByZero = "floating-point division by zero";
inline constexpr Message<0> kFlooredDivisionByZero = "floored division by zero";
inline constexpr Message<0> kFloatModuloByZero = "floating-point modulo by zero";
inline constexpr Message<0> kIntModuloByZero = "integer modulo by zero";
inline constexpr Message<0> kProductTooLarge = "integer multiplication: result too large";
inline constexpr Message<0> kShiftResultTooLarge = "integer shift: result too large";
inline constexpr Message<1> kNegativeShift = "negative shift count: {}";
inline constexpr Message<1> kShiftTooLarge = "shift count too large: {}";
inline constexpr Message<1> kRepeatTooLarge = "repeat count {} too large";
inline constexpr Message<2> kExcessiveRepeat = "excessive repeat ({} * {} elements)";
inline constexpr Message<2> kStructsDiffer =
    "cannot add structs of different constructors: {} + {}";
inline constexpr Message<1> kInBytesOperand =
    "'in bytes' requires bytes or int as left operand, not {}";
inline constexpr Message<1> kByteOutOfRange = "int in bytes: {} out of range";
inline constexpr Message<1> kInRangeOperand =
    "'in <range>' requires integer as left operand, not {}";
inline constexpr Message<1> kInStringOperand =
    "'in <string>' requires string as left operand, not {}";

// Numbers.
inline constexpr Message<0> kIntTooLargeForFloat = "int too large to convert to float";
inline constexpr Message<0> kNanToInt = "cannot convert float NaN to integer";
inline constexpr Message<0> kInfinityToInt = "cannot convert float infinity to integer";
inline constexpr Message<0> kIntTextTooLarge = "int: number too large";

// Indexing, slices and attributes.
inline constexpr Message<2> kIndexType = "{} index: got {}, want int";
inline constexpr Message<2> kIndexOfEmpty = "index {} out of range: empty {}";
inline constexpr Message<4> kIndexOutOfRange = "{} index {} out of range [{}:{}]";
inline constexpr Message<1> kNoSuchKey = "key {} not in dict";
inline constexpr Message<2> kNotIndexable = "unhandled index operation {}[{}]";
inline constexpr Message<1> kNoItemAssignment = "{} value does not support item assignment";
inline constexpr Message<2> kSliceBound = "invalid {} index: got {}, want int";
inline constexpr Message<1> kSliceStep = "invalid slice step: got {} for slice step, want int";
inline constexpr Message<0> kSliceStepZero = "zero is not a valid slice step";
inline constexpr Message<1> kNotSliceable = "invalid slice operand {}";
inline constexpr Message<3> kNoAttribute = "{} has no .{} field or method{}";
inline constexpr Message<3> kNoStructField = "{}struct has no .{} attribute{}";
inline constexpr Message<2> kNoSettableAttribute = "can't assign to .{} field of {}";

// Containers.
inline constexpr Message<1> kUnhashableType = "unhashable type: {}";
inline constexpr Message<1> kUnhashable = "unhashable: {}";
inline constexpr Message<2> kFrozen = "cannot {} frozen {}";
inline constexpr Message<2> kIterated = "cannot {} {} during iteration";
inline constexpr Message<1> kDuplicateKey = "duplicate key: {}";
inline constexpr Message<1> kNotIterable = "{} value is not iterable";
inline constexpr Message<2> kSubjectNotIterable = "{} is not iterable ({})";
inline constexpr Message<2> kPairLength = "{} has length {}, want 2";
inline constexpr Message<1> kNotUnpackable = "got {} in sequence assignment";
inline constexpr Message<2> kTooFewValues = "too few values to unpack (got {}, want {})";
inline constexpr Message<2> kTooManyValues = "too many values to unpack (got {}, want {})";
inline constexpr Message<1> kTooManyValuesOfUnknown = "too many values to unpack (want {})";

// Variables and loads.
inline constexpr Message<2> kUnassigned = "{} variable {} referenced before assignment";
inline constexpr Message<0> kNoLoader = "load not implemented by this application";
inline constexpr Message<2> kLoadFailed = "cannot load {}: {}";
inline constexpr Message<3> kLoadNameMissing = "load: name {} not found in module {}{}";

// Calls.
inline constexpr Message<1> kNotCallable = "invalid call of non-function ({})";
inline constexpr Message<1> kRecursive = "{} called recursively";
inline constexpr Message<2> kTooDeep = "{} called too deeply: {} within each other";
inline constexpr Message<1> kTooManyRegisters = "{} called too deeply";
inline constexpr Message<1> kTooDeepInHost = "{} called too deeply: by functions of the host";
inline constexpr Message<2> kNoArguments = "{} accepts no arguments ({} given)";
inline constexpr Message<4> kPositionalArguments = "{} accepts {}{} ({} given)";
inline constexpr Message<3> kUnexpectedKeyword = "{} got an unexpected keyword argument {}{}";
inline constexpr Message<2> kMultipleValues = "{} got multiple values for parameter {}";
inline constexpr Message<3> kMissingArguments = "{} missing {} ({})";
inline constexpr Message<1> kStarArgument = "argument after * must be iterable, not {}";
inline constexpr Message<1> kStarStarArgument = "argument after ** must be a mapping, not {}";
inline constexpr Message<1> kKeywordType = "keywords must be strings, not {}";

// Limits.
inline constexpr Message<0> kOutOfMemory = "out of memory";
inline constexpr Message<0> kOutOfGrantedMemory =
    "out of memory: the limit of this evaluation is reached";
inline constexpr Message<0> kOutOfSteps = "Starlark computation cancelled: too many steps";
inline constexpr Message<1> kCancelled = "Starlark computation cancelled: {}";

}  // namespace hawser::starlark::messages
