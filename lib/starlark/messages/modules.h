// What the modules json, math and time, struct and the test functions say.
#pragma once

#include "lib/starlark/messages/message.h"

namespace hawser::starlark::messages {

// json.
inline constexpr Message<1> kJsonAfterValue = "unexpected character {} after value";
inline constexpr Message<0> kJsonEnd = "unexpected end of file";
inline constexpr Message<1> kJsonCharacter = "unexpected character {}";
inline constexpr Message<1> kJsonAfterKey = "after object key, got {}, want ':'";
inline constexpr Message<1> kJsonInArray = "in array, got {}, want ',' or ']'";
inline constexpr Message<1> kJsonInObject = "in object, got {}, want ',' or '}'";
inline constexpr Message<1> kJsonKeyNotString = "got {} for object key, want string";
inline constexpr Message<1> kJsonNumber = "invalid number: {}";
inline constexpr Message<0> kJsonNumberTooLarge = "invalid number: too large";
inline constexpr Message<0> kJsonStringCharacter = "invalid character in string literal";
inline constexpr Message<0> kJsonStringEnd = "unclosed string literal";
inline constexpr Message<1> kJsonEscape = "invalid character {} in string escape code";
inline constexpr Message<0> kJsonUnicodeEscape = "invalid unicode escape";
inline constexpr Message<1> kJsonInvalid = "invalid character in JSON: {}";
inline constexpr Message<1> kJsonNotFinite = "cannot encode non-finite float {}";
inline constexpr Message<1> kJsonNotEncodable = "cannot encode {} as JSON";
inline constexpr Message<0> kJsonCycle = "cycle in JSON structure";
inline constexpr Message<0> kJsonTooDeep = "nested too deeply";
inline constexpr Message<1> kJsonKeyType = "dict has {} key, want string";
inline constexpr Message<1> kJsonInKey = "in dict key {}";
inline constexpr Message<1> kJsonInField = "in field .{}";
inline constexpr Message<2> kJsonAtIndex = "at {} index {}";
inline constexpr Message<1> kJsonPlacesLeftOut = "... {} levels more";

// math.
inline constexpr Message<0> kDivisionByZero = "division by zero";

// time.
inline constexpr Message<0> kDurationDivisionByZero = "time.duration: division by zero";
inline constexpr Message<0> kDurationOutOfRange = "time.duration: out of range";
inline constexpr Message<0> kTimeOutOfRange = "out of range";
inline constexpr Message<1> kUnknownZone = "unknown time zone {}";
inline constexpr Message<1> kInvalidDuration = "for parameter 1: time: invalid duration {}";
inline constexpr Message<1> kNotATime = "cannot parse {} as a time of that format";

// Test functions.
inline constexpr Message<0> kAssertion = "assertion failed";
inline constexpr Message<3> kNotEqual = "{}: got {}, want {}";
inline constexpr Message<3> kNotDifferent = "{}: got {}, want anything but {}";
inline constexpr Message<1> kDidNotFail = "evaluation succeeded, want an error that matches {}";
inline constexpr Message<2> kOtherFailure = "error \"{}\" does not match {}";
inline constexpr Message<1> kPatternTooLong = "regular expression longer than {} bytes";
inline constexpr Message<1> kInvalidPattern = "invalid regular expression: {}";
inline constexpr Message<0> kFrozenFields = "cannot set field on a frozen hasfields";

}  // namespace hawser::starlark::messages
