// The tokens of the language.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace hawser::starlark {

enum class Token : uint8_t {
  // What is no fixed text.
  kEnd,
  kIllegal,  ///< reported already, or a word that Python reserves
  kNewline,
  kIndent,
  kOutdent,
  kIdentifier,
  kInt,
  kFloat,
  kString,
  kBytes,
  // Punctuation, in the order of kPunctuation.
  kPlus,
  kMinus,
  kStar,
  kSlash,
  kSlashSlash,
  kPercent,
  kAmpersand,
  kPipe,
  kCaret,
  kShiftLeft,
  kShiftRight,
  kTilde,
  kDot,
  kComma,
  kEqual,
  kSemicolon,
  kColon,
  kLeftParen,
  kRightParen,
  kLeftBracket,
  kRightBracket,
  kLeftBrace,
  kRightBrace,
  kLess,
  kGreater,
  kGreaterEqual,
  kLessEqual,
  kEqualEqual,
  kNotEqual,
  kPlusEqual,
  kMinusEqual,
  kStarEqual,
  kSlashEqual,
  kSlashSlashEqual,
  kPercentEqual,
  kAmpersandEqual,
  kPipeEqual,
  kCaretEqual,
  kShiftLeftEqual,
  kShiftRightEqual,
  kStarStar,
  // Keywords, in the order of kKeywords.
  kAnd,
  kBreak,
  kContinue,
  kDef,
  kElif,
  kElse,
  kFor,
  kIf,
  kIn,
  kLambda,
  kLoad,
  kNot,
  kNotIn,  ///< two words: the parser joins them
  kOr,
  kPass,
  kReturn,
  kWhile,
};

/// As messages name it: "identifier", "'+='", "lambda".
std::string_view TokenName(Token token);

/// Its text without quotes, "+=".
std::string_view TokenText(Token token);

/// The keyword that `word` is; kIllegal for words that Python reserves; else kIdentifier.
Token KeywordOf(std::string_view word);

/// The operator that an augmented assignment applies: kPlus for kPlusEqual; kEnd for other tokens.
Token AugmentedOperator(Token token);

/// True for the tokens whose name is quoted in messages.
inline bool IsPunctuation(Token token) {
  return token >= Token::kPlus && token <= Token::kStarStar;
}

}  // namespace hawser::starlark
