// What the resolver and the checker say: names, and statements in the wrong place.
#pragma once

#include "lib/starlark/messages/message.h"

namespace hawser::starlark::messages {

// Names.
inline constexpr Message<2> kUndefined = "undefined: {}{}";
inline constexpr Message<2> kDidYouMean = " (did you mean {}{}?)";
inline constexpr Message<3> kReassigned = "cannot reassign {} {} declared at {}";
inline constexpr Message<0> kTooManyLocals = "a function may have at most 30000 local variables";
inline constexpr Message<2> kNeverUsed = "{} {} is never used";

// Arguments and parameters.
inline constexpr Message<0> kTwoStarStarArguments = "multiple **kwargs not allowed";
inline constexpr Message<0> kStarAfterStarStar = "*args may not follow **kwargs";
inline constexpr Message<0> kTwoStarArguments = "multiple *args not allowed";
inline constexpr Message<0> kKeywordAfterStarStar = "keyword argument may not follow **kwargs";
inline constexpr Message<0> kKeywordAfterStar = "keyword argument may not follow *args";
inline constexpr Message<1> kKeywordRepeated = "keyword argument {} repeated";
inline constexpr Message<0> kPositionalAfterStarStar =
    "positional argument may not follow **kwargs";
inline constexpr Message<0> kPositionalAfterStar = "positional argument may not follow *args";
inline constexpr Message<0> kPositionalAfterNamed = "positional argument may not follow named";
inline constexpr Message<0> kTwoStarStarParameters = "multiple ** parameters not allowed";
inline constexpr Message<2> kParameterAfterStarStar = "{} parameter may not follow **{}";
inline constexpr Message<0> kTwoStarParameters = "multiple * parameters not allowed";
inline constexpr Message<0> kRequiredAfterOptional = "required parameter may not follow optional";
inline constexpr Message<0> kBareStar = "bare * must be followed by keyword-only parameters";
inline constexpr Message<1> kDuplicateParameter = "duplicate parameter: {}";

// Statements.
inline constexpr Message<0> kReturnOutside = "return statement not within a function";
inline constexpr Message<1> kNotInLoop = "{} not in a loop";
inline constexpr Message<1> kNotInFunction = "{} not within a function";
inline constexpr Message<0> kNoWhile = "dialect does not support while loops";
inline constexpr Message<0> kLoadInFunction = "load statement within a function";
inline constexpr Message<0> kLoadInLoop = "load statement within a loop";
inline constexpr Message<0> kLoadInConditional = "load statement within a conditional";
inline constexpr Message<0> kLoadEmptyName = "load: empty identifier";
inline constexpr Message<1> kLoadPrivateName =
    "load: names with leading underscores are not exported: {}";
inline constexpr Message<1> kAugmentedSequence = "can't use {} expression in augmented assignment";
inline constexpr Message<1> kNotAssignable = "can't assign to {}";
inline constexpr Message<0> kUnreachable = "unreachable code";

}  // namespace hawser::starlark::messages
