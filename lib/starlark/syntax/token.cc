// The texts of tokens.
#include "lib/starlark/syntax/token.h"

#include <algorithm>
#include <array>

namespace hawser::starlark {

namespace {

constexpr std::array<std::string_view, 68> kNames = {"end of file",
                                                     "illegal token",
                                                     "newline",
                                                     "indent",
                                                     "outdent",
                                                     "identifier",
                                                     "int literal",
                                                     "float literal",
                                                     "string literal",
                                                     "bytes literal",
                                                     "'+'",
                                                     "'-'",
                                                     "'*'",
                                                     "'/'",
                                                     "'//'",
                                                     "'%'",
                                                     "'&'",
                                                     "'|'",
                                                     "'^'",
                                                     "'<<'",
                                                     "'>>'",
                                                     "'~'",
                                                     "'.'",
                                                     "','",
                                                     "'='",
                                                     "';'",
                                                     "':'",
                                                     "'('",
                                                     "')'",
                                                     "'['",
                                                     "']'",
                                                     "'{'",
                                                     "'}'",
                                                     "'<'",
                                                     "'>'",
                                                     "'>='",
                                                     "'<='",
                                                     "'=='",
                                                     "'!='",
                                                     "'+='",
                                                     "'-='",
                                                     "'*='",
                                                     "'/='",
                                                     "'//='",
                                                     "'%='",
                                                     "'&='",
                                                     "'|='",
                                                     "'^='",
                                                     "'<<='",
                                                     "'>>='",
                                                     "'**'",
                                                     "and",
                                                     "break",
                                                     "continue",
                                                     "def",
                                                     "elif",
                                                     "else",
                                                     "for",
                                                     "if",
                                                     "in",
                                                     "lambda",
                                                     "load",
                                                     "not",
                                                     "not in",
                                                     "or",
                                                     "pass",
                                                     "return",
                                                     "while"};

// The specification reserves `assert` too, but programs for the Go implementation use it as a name.
constexpr std::string_view kReserved[] = {"as",      "async", "await",  "class",  "del", "except",
                                          "finally", "from",  "global", "import", "is",  "nonlocal",
                                          "raise",   "try",   "with",   "yield"};

}  // namespace

std::string_view TokenName(Token token) {
  return kNames[static_cast<size_t>(token)];
}

std::string_view TokenText(Token token) {
  const std::string_view name = TokenName(token);
  return IsPunctuation(token) ? name.substr(1, name.size() - 2) : name;
}

Token KeywordOf(std::string_view word) {
  constexpr auto kFirst = static_cast<size_t>(Token::kAnd);
  constexpr size_t kLongest = 8;
  if (word.size() < 2 || word.size() > kLongest || word[0] < 'a') return Token::kIdentifier;
  for (size_t i = kFirst; i < kNames.size(); ++i) {
    if (kNames[i] == word) return static_cast<Token>(i);
  }
  const bool reserved =
      std::find(std::begin(kReserved), std::end(kReserved), word) != std::end(kReserved);
  return reserved ? Token::kIllegal : Token::kIdentifier;
}

Token AugmentedOperator(Token token) {
  if (token < Token::kPlusEqual || token > Token::kShiftRightEqual) return Token::kEnd;
  const int offset = static_cast<int>(token) - static_cast<int>(Token::kPlusEqual);
  return static_cast<Token>(static_cast<int>(Token::kPlus) + offset);
}

}  // namespace hawser::starlark
