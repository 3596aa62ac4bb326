// Turns source text into tokens, with indentation as tokens.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "lib/starlark/syntax/source.h"
#include "lib/starlark/syntax/token.h"

namespace hawser::starlark {

/// A token and the bytes of the source it takes.
struct Lexeme {
  Token token = Token::kEnd;
  uint32_t offset = 0;
  uint32_t end = 0;
};

/// Where a comment is: from "#" to before the end of the line.
struct Comment {
  uint32_t offset = 0;
  uint32_t end = 0;
};

/// Yields lexemes until kEnd, and kEnd for ever after. What is wrong goes to `errors`; the lexeme
/// is then kIllegal, and scanning goes on behind it.
class Scanner {
 public:
  Scanner(std::string_view text, std::vector<Diagnostic>& errors) : text_(text), errors_(errors) {}

  Lexeme Next();

  /// The text of the last string or bytes literal, escapes decoded.
  const std::string& literal() const { return literal_; }

  /// Forgets open brackets, so that the next line end counts: after a syntax error.
  void CloseBrackets() { depth_ = 0; }

  const std::vector<Comment>& comments() const { return comments_; }

 private:
  char Peek(size_t ahead = 0) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  }
  bool AtEnd() const { return at_ >= text_.size(); }

  bool ScanIndentation(Lexeme& lexeme);
  bool SkipSpace(Lexeme& lexeme);
  void SkipComment();
  Lexeme AtEndOfFile();
  Token ScanToken();
  Token ScanPunctuation();
  Token ScanNumber();
  Token ScanWord();
  void ScanDigits();
  Token ScanString(size_t prefix, bool raw, bool bytes);
  bool FindClosingQuote(size_t start, char quote, bool triple);
  Token Fail(size_t offset, std::string message);
  Lexeme Make(Token token, size_t offset) const {
    return {token, static_cast<uint32_t>(offset), static_cast<uint32_t>(at_)};
  }

  std::string_view text_;
  std::vector<Diagnostic>& errors_;
  size_t at_ = 0;
  bool line_start_ = true;
  bool line_has_tokens_ = false;
  uint32_t depth_ = 0;     ///< of open brackets
  uint32_t outdents_ = 0;  ///< still to be yielded
  bool indent_ = false;    ///< still to be yielded
  std::vector<uint32_t> indents_{0};
  std::string literal_;
  std::vector<Comment> comments_;
};

}  // namespace hawser::starlark
