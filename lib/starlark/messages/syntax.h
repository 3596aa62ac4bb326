// What the scanner and the parser say. Texts follow the Go implementation.
#pragma once

#include "lib/starlark/messages/message.h"

namespace hawser::starlark::messages {

// Characters, numbers and strings.
inline constexpr Message<0> kUnindent = "unindent does not match any outer indentation level";
inline constexpr Message<1> kUnexpectedCharacter = "unexpected input character '{}'";
inline constexpr Message<1> kUnexpectedToken = "unexpected '{}'";
inline constexpr Message<0> kStrayBackslash = "stray backslash in program";
inline constexpr Message<0> kInvalidHexLiteral = "invalid hex literal";
inline constexpr Message<0> kInvalidOctalLiteral = "invalid octal literal";
inline constexpr Message<0> kInvalidBinaryLiteral = "invalid binary literal";
inline constexpr Message<0> kInvalidFloatLiteral = "invalid float literal";
inline constexpr Message<1> kObsoleteOctal = "obsolete form of octal literal; use 0o{}";
inline constexpr Message<0> kIntLiteralTooLarge = "int literal too large";
inline constexpr Message<0> kFloatLiteralTooLarge = "floating-point literal too large";
inline constexpr Message<0> kNewlineInString = "unexpected newline in string";
inline constexpr Message<0> kEndInString = "unexpected EOF in string";
inline constexpr Message<0> kTruncatedBackslash = "truncated escape sequence \\";
inline constexpr Message<1> kTruncatedEscape = "truncated escape sequence {}";
inline constexpr Message<1> kInvalidEscapedCharacter = "invalid escape sequence \\{}";
inline constexpr Message<1> kInvalidEscape = "invalid escape sequence {}";
inline constexpr Message<4> kNonAsciiEscape =
    "non-ASCII {} escape {} (use \\u{} for the UTF-8 encoding of U+{})";
inline constexpr Message<1> kCodePointOutOfRange = "code point out of range: {} (max \\U0010ffff)";
inline constexpr Message<1> kSurrogate = "invalid Unicode code point {}: a surrogate";

// Grammar.
inline constexpr Message<2> kGotWant = "got {}, want {}";
inline constexpr Message<3> kReservedWord = "got {}, want {} ('{}' is a reserved word)";
inline constexpr Message<1> kNestedTooDeeply =
    "nested too deeply: at most {} levels; assign a part to a variable first";
inline constexpr Message<0> kNotAnIdentifier = "not an identifier";
inline constexpr Message<0> kTrailingComma = "unparenthesized tuple with trailing comma";
inline constexpr Message<0> kNoElse = "conditional expression without else clause";
inline constexpr Message<2> kDoesNotAssociate = "{} does not associate with {} (use parens)";
inline constexpr Message<0> kKeywordForm = "keyword argument must have form name=expr";
inline constexpr Message<0> kLoadModuleName =
    "first operand of load statement must be a string literal";
inline constexpr Message<0> kLoadNothing = "load statement must import at least 1 symbol";
inline constexpr Message<1> kLoadOperand =
    "load operand must be \"name\" or localname=\"name\" (got {})";
inline constexpr Message<3> kLoadOperandName =
    "load operand must be \"{}\" or {}=\"originalname\" (want '=' after {})";
inline constexpr Message<1> kLoadUnquoted =
    "original name of loaded symbol must be quoted: {}=\"originalname\"";

}  // namespace hawser::starlark::messages
