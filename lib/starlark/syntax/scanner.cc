// Scanning: lines and indentation first, then the token at hand.
#include "lib/starlark/syntax/scanner.h"

#include <algorithm>
#include <array>

#include "lib/starlark/messages/syntax.h"
#include "lib/starlark/syntax/string_literal.h"
#include "lib/starlark/value/unicode.h"

namespace hawser::starlark {

namespace {

bool IsWordStart(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}
bool IsDigitChar(char c) {
  return c >= '0' && c <= '9';
}
bool IsHexChar(char c) {
  return IsDigitChar(c) || ((c | 0x20) >= 'a' && (c | 0x20) <= 'f');
}

/// Punctuation by its first character, the longest first.
class PunctuationTable {
 public:
  PunctuationTable() {
    for (size_t length = 3; length > 0; --length) {
      for (auto i = static_cast<int>(Token::kPlus); i <= static_cast<int>(Token::kStarStar); ++i) {
        const Token token = static_cast<Token>(i);
        const std::string_view text = TokenText(token);
        if (text.size() == length) tokens_[static_cast<unsigned char>(text[0])].push_back(token);
      }
    }
  }

  /// The longest that `text` begins with, or kIllegal.
  Token Longest(std::string_view text) const {
    const auto first = static_cast<unsigned char>(text[0]);
    if (first >= tokens_.size()) return Token::kIllegal;
    for (const Token token : tokens_[first]) {
      if (text.starts_with(TokenText(token))) return token;
    }
    return Token::kIllegal;
  }

 private:
  std::array<std::vector<Token>, 128> tokens_;
};

}  // namespace

Token Scanner::Fail(size_t offset, std::string message) {
  errors_.push_back({static_cast<uint32_t>(offset), std::move(message)});
  return Token::kIllegal;
}

void Scanner::SkipComment() {
  const size_t start = at_;
  at_ = std::min(text_.find('\n', at_), text_.size());
  comments_.push_back({static_cast<uint32_t>(start), static_cast<uint32_t>(at_)});
}

Lexeme Scanner::Next() {
  Lexeme lexeme;
  if (line_start_ && depth_ == 0 && ScanIndentation(lexeme)) return lexeme;
  if (SkipSpace(lexeme)) return lexeme;
  if (AtEnd()) return AtEndOfFile();
  line_start_ = false;
  line_has_tokens_ = true;
  const size_t start = at_;
  const Token token = ScanToken();
  return Make(token, start);
}

/// At the start of a line: measures its indentation. True if that makes a token.
bool Scanner::ScanIndentation(Lexeme& lexeme) {
  constexpr uint32_t kTab = 8;
  while (!indent_ && outdents_ == 0) {
    uint32_t column = 0;
    for (; Peek() == ' ' || Peek() == '\t'; ++at_) {
      column = Peek() == '\t' ? (column / kTab + 1) * kTab : column + 1;
    }
    if (Peek() == '#') SkipComment();
    if (Peek() == '\r' && Peek(1) == '\n') ++at_;
    if (!AtEnd() && Peek() == '\n') {
      ++at_;
      continue;
    }
    if (AtEnd()) column = 0;
    if (column > indents_.back()) {
      indents_.push_back(column);
      indent_ = true;
    }
    while (column < indents_.back()) {
      indents_.pop_back();
      ++outdents_;
    }
    if (column != indents_.back()) {
      Fail(at_, messages::kUnindent);
      indents_.push_back(column);
      --outdents_;
    }
    line_start_ = false;
    if (!indent_ && outdents_ == 0) return false;
  }
  line_start_ = outdents_ > 1;
  lexeme = Make(indent_ ? Token::kIndent : Token::kOutdent, at_);
  if (!indent_) --outdents_;
  indent_ = false;
  return true;
}

/// Skips what separates tokens. True if that was the end of a line with tokens.
bool Scanner::SkipSpace(Lexeme& lexeme) {
  for (;;) {
    const char c = Peek();
    if (AtEnd()) return false;
    if (c == ' ' || c == '\t' || c == '\r' || (c == '\n' && depth_ > 0)) {
      ++at_;
    } else if (c == '#') {
      SkipComment();
    } else if (c == '\\' && (Peek(1) == '\n' || (Peek(1) == '\r' && Peek(2) == '\n'))) {
      at_ += Peek(1) == '\n' ? 2 : 3;
    } else if (c == '\n') {
      const size_t start = at_++;
      line_start_ = true;
      line_has_tokens_ = false;
      lexeme = Make(Token::kNewline, start);
      return true;
    } else {
      return false;
    }
  }
}

/// The end counts as the end of its line, and closes what is indented, but not brackets.
Lexeme Scanner::AtEndOfFile() {
  if (depth_ > 0) return Make(Token::kEnd, at_);
  if (line_has_tokens_ && depth_ == 0) {
    line_has_tokens_ = false;
    line_start_ = true;
    return Make(Token::kNewline, at_);
  }
  if (indents_.size() > 1) {
    indents_.pop_back();
    return Make(Token::kOutdent, at_);
  }
  return Make(Token::kEnd, at_);
}

Token Scanner::ScanToken() {
  const char c = Peek();
  if (IsWordStart(c)) return ScanWord();
  if (IsDigitChar(c) || (c == '.' && IsDigitChar(Peek(1)))) return ScanNumber();
  if (c == '"' || c == '\'') return ScanString(0, false, false);
  return ScanPunctuation();
}

Token Scanner::ScanWord() {
  const std::string_view rest = text_.substr(at_);
  const size_t quote = std::min(rest.substr(0, 3).find_first_of("'\""), size_t{3});
  const std::string_view prefix = rest.substr(0, quote);
  if (quote < 3 && (prefix == "r" || prefix == "b" || prefix == "rb")) {
    return ScanString(quote, prefix != "b", prefix != "r");
  }
  const size_t start = at_;
  while (!AtEnd() && (IsWordStart(Peek()) || IsDigitChar(Peek()))) {
    const Codepoint point = DecodeUtf8(text_.substr(at_));
    if (point.value >= 0x80 && (point.invalid() || !IsLetter(point.value))) {
      if (at_ > start) break;
      at_ += point.length;
      return Fail(start,
                  messages::kUnexpectedCharacter(ToReadable(text_.substr(start, point.length))));
    }
    at_ += point.length;
  }
  return KeywordOf(text_.substr(start, at_ - start));
}

Token Scanner::ScanPunctuation() {
  static const PunctuationTable table;
  const std::string_view rest = text_.substr(at_);
  const Token best = table.Longest(rest);
  const size_t length = TokenText(best).size();
  if (best == Token::kIllegal) {
    const size_t start = at_++;
    if (rest[0] == '\\') return Fail(start, messages::kStrayBackslash);
    return Fail(start, messages::kUnexpectedCharacter(ToReadable(rest.substr(0, 1))));
  }
  const size_t start = at_;
  at_ += length;
  const bool opens =
      best == Token::kLeftParen || best == Token::kLeftBracket || best == Token::kLeftBrace;
  const bool closes =
      best == Token::kRightParen || best == Token::kRightBracket || best == Token::kRightBrace;
  if (closes && depth_ == 0) {
    return Fail(start, messages::kUnexpectedToken(TokenText(best)));
  }
  depth_ += opens ? 1 : (closes ? -1 : 0);
  return best;
}

void Scanner::ScanDigits() {
  while (IsDigitChar(Peek())) ++at_;
}

Token Scanner::ScanNumber() {
  const size_t start = at_;
  const char base = static_cast<char>(Peek(1) | 0x20);
  if (Peek() == '0' && (base == 'x' || base == 'o' || base == 'b')) {
    at_ += 2;
    const size_t digits = at_;
    while (IsHexChar(Peek()) && (base == 'x' || Peek() < (base == 'o' ? '8' : '2'))) ++at_;
    if (at_ > digits) return Token::kInt;
    return Fail(start, base == 'x'   ? messages::kInvalidHexLiteral
                       : base == 'o' ? messages::kInvalidOctalLiteral
                                     : messages::kInvalidBinaryLiteral);
  }
  ScanDigits();
  bool is_float = Peek() == '.';
  if (is_float) {
    ++at_;
    ScanDigits();
  }
  if ((Peek() | 0x20) == 'e') {
    is_float = true;
    ++at_;
    if (Peek() == '+' || Peek() == '-') ++at_;
    if (!IsDigitChar(Peek())) return Fail(start, messages::kInvalidFloatLiteral);
    ScanDigits();
  }
  if (is_float) return Token::kFloat;
  const std::string_view digits = text_.substr(start, at_ - start);
  if (digits.size() > 1 && digits[0] == '0' &&
      digits.find_first_not_of('0') != std::string_view::npos) {
    return Fail(start, messages::kObsoleteOctal(digits.substr(1)));
  }
  return Token::kInt;
}

/// Moves to the quote that ends the literal whose text begins at `start`.
bool Scanner::FindClosingQuote(size_t start, char quote, bool triple) {
  const std::string closing(triple ? 3 : 1, quote);
  for (; !AtEnd(); ++at_) {
    const char c = Peek();
    if (c == '\\') {
      ++at_;
      if (Peek() == '\r' && Peek(1) == '\n') ++at_;
    } else if (c == '\n' && !triple) {
      Fail(start, messages::kNewlineInString);
      return false;
    } else if (text_.substr(at_).starts_with(closing)) {
      return true;
    }
  }
  at_ = text_.size();
  Fail(start, messages::kEndInString);
  return false;
}

Token Scanner::ScanString(size_t prefix, bool raw, bool bytes) {
  const size_t start = at_;
  at_ += prefix;
  const char quote = Peek();
  const bool triple = Peek(1) == quote && Peek(2) == quote;
  at_ += triple ? 3 : 1;
  const size_t text = at_;
  literal_.clear();
  if (!FindClosingQuote(start, quote, triple)) return Token::kIllegal;
  const std::string_view inside = text_.substr(text, at_ - text);
  at_ += triple ? 3 : 1;
  if (const auto problem = DecodeLiteral(inside, {.raw = raw, .bytes = bytes}, literal_)) {
    // Still a string to the parser: what follows is not at fault.
    Fail(text + problem->offset, problem->message);
  }
  return bytes ? Token::kBytes : Token::kString;
}

}  // namespace hawser::starlark
