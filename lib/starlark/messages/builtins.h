// What built-in functions and methods say, most of it after "NAME: ".
#pragma once

#include "lib/starlark/messages/message.h"

namespace hawser::starlark::messages {

// Arguments.
inline constexpr Message<2> kOfFunction = "{}: {}";
inline constexpr Message<2> kArgumentCount = "got {} arguments, want {}";
inline constexpr Message<2> kArgumentCountAtLeast = "got {} arguments, want at least {}";
inline constexpr Message<2> kArgumentCountAtMost = "got {} arguments, want at most {}";
inline constexpr Message<1> kMissingArgument = "missing argument for {}";
inline constexpr Message<3> kParameterType = "for parameter {}: got {}, want {}";
inline constexpr Message<2> kParameterRange =
    "for parameter {}: {} out of range (want value in signed 32-bit range)";
inline constexpr Message<1> kMultipleKeywordValues =
    "got multiple values for keyword argument \"{}\"";
inline constexpr Message<2> kUnknownKeyword = "unexpected keyword argument \"{}\"{}";
inline constexpr Message<0> kNoKeywords = "unexpected keyword arguments";
inline constexpr Message<0> kNoPositional = "unexpected positional arguments";
inline constexpr Message<1> kAcceptsNoKeywords = "{} does not accept keyword arguments";
inline constexpr Message<2> kArgumentType = "got {}, want {}";

// Numbers.
inline constexpr Message<0> kFloatEmpty = "float: empty string";
inline constexpr Message<1> kFloatLiteral = "invalid float literal: {}";
inline constexpr Message<0> kFloatTooLarge = "floating-point number too large";
inline constexpr Message<1> kFloatArgumentCount = "float got {} arguments, wants 1";
inline constexpr Message<1> kFloatArgument = "float got {}, want number or string";
inline constexpr Message<2> kIntLiteral = "int: invalid literal with base {}: {}";
inline constexpr Message<1> kIntBaseType =
    "for base, got {}, want int: base must be an integer >= 2 && <= 36";
inline constexpr Message<0> kIntBase = "base must be an integer >= 2 && <= 36";
inline constexpr Message<0> kIntBaseUnused = "can't convert non-string with explicit base";
inline constexpr Message<1> kNotToInt = "cannot convert {} to int";

// Sequences.
inline constexpr Message<1> kNoLength = "value of type {} has no len";
inline constexpr Message<0> kStepZero = "step argument must not be zero";
inline constexpr Message<2> kZipArgument = "argument #{} is not iterable: {}";
inline constexpr Message<1> kNothingToCompare = "{} requires at least one positional argument";
inline constexpr Message<0> kEmptySequence = "argument is an empty sequence";
inline constexpr Message<0> kMissingKey = "missing key";
inline constexpr Message<0> kEmptyDict = "empty dict";
inline constexpr Message<0> kEmptySet = "empty set";
inline constexpr Message<1> kDuplicateKeyword = "duplicate keyword arg: {}";
inline constexpr Message<0> kValueNotInList = "value not in list";
inline constexpr Message<0> kElementNotFound = "element not found";
inline constexpr Message<1> kPopOfEmpty = "index {} out of range: empty list";
inline constexpr Message<3> kPopOutOfRange = "list index {} out of range [{}:{}]";

// Text and bytes.
inline constexpr Message<0> kSubstringNotFound = "substring not found";
inline constexpr Message<0> kEmptySeparator = "empty separator";
inline constexpr Message<1> kSeparatorType = "got {} for separator, want string";
inline constexpr Message<1> kJoinElement = "in list, want string, got {}";
inline constexpr Message<2> kAffixElement = "want string, got {}, for element {}";
inline constexpr Message<2> kElementType = "at index {}, got {}, want int";
inline constexpr Message<2> kElementRange =
    "at index {}, {} out of range (want value in unsigned 8-bit range)";
inline constexpr Message<1> kCodePointNegative = "Unicode code point {} out of range (<0)";
inline constexpr Message<1> kCodePointTooLarge = "Unicode code point U+{} out of range (>0x10FFFF)";
inline constexpr Message<1> kCodePointCount = "string encodes {} Unicode code points, want 1";
inline constexpr Message<1> kByteCount = "bytes has length {}, want 1";

// The method format, and the operator %.
inline constexpr Message<0> kSingleBrace = "single '}' in format";
inline constexpr Message<0> kUnmatchedBrace = "unmatched '{' in format";
inline constexpr Message<1> kFormatSpec =
    "format spec features not supported in replacement fields: {}";
inline constexpr Message<1> kFormatConversion = "unknown conversion {}";
inline constexpr Message<0> kFormatIndex = "tuple index out of range";
inline constexpr Message<1> kFormatAttribute =
    "attribute syntax x.y is not supported in replacement fields: {}";
inline constexpr Message<1> kFormatElement =
    "element syntax a[i] is not supported in replacement fields: {}";
inline constexpr Message<0> kFormatNested = "nested replacement fields not supported";
inline constexpr Message<1> kFormatKeyword = "keyword {} not found";
inline constexpr Message<0> kFormatFromManual =
    "cannot switch from manual field specification to automatic field numbering";
inline constexpr Message<0> kFormatFromAutomatic =
    "cannot switch from automatic field numbering to manual field specification";
inline constexpr Message<0> kPercentIncomplete = "incomplete format";
inline constexpr Message<0> kPercentTooMany = "too many arguments for format string";
inline constexpr Message<0> kPercentTooFew = "not enough arguments for format string";
inline constexpr Message<0> kPercentKeyIncomplete = "incomplete format key";
inline constexpr Message<0> kPercentMapping = "format requires a mapping";
inline constexpr Message<1> kPercentKey = "key not found: {}";
inline constexpr Message<1> kPercentConversion = "unknown conversion %{}";
inline constexpr Message<2> kPercentInteger = "%{} format requires integer: {}";
inline constexpr Message<2> kPercentFloat = "%{} format requires float, not {}";
inline constexpr Message<1> kPercentCodePoint =
    "%c format requires a valid Unicode code point, got {}";
inline constexpr Message<1> kPercentCharacter =
    "%c format requires int or single-character string, not {}";
inline constexpr Message<0> kPercentOneCharacter = "%c format requires a single-character string";

}  // namespace hawser::starlark::messages
