// Lays out the tokens of a file anew.
#include "lib/starlark/tools/format.h"

#include <algorithm>

#include "lib/starlark/syntax/parser.h"
#include "lib/starlark/syntax/scanner.h"

namespace hawser::starlark {

namespace {

bool EndsOperand(Token token) {
  switch (token) {
    case Token::kIdentifier:
    case Token::kInt:
    case Token::kFloat:
    case Token::kString:
    case Token::kBytes:
    case Token::kRightParen:
    case Token::kRightBracket:
    case Token::kRightBrace:
      return true;
    default:
      return false;
  }
}

bool Opens(Token token) {
  return token == Token::kLeftParen || token == Token::kLeftBracket || token == Token::kLeftBrace;
}
bool Closes(Token token) {
  return token == Token::kRightParen || token == Token::kRightBracket ||
         token == Token::kRightBrace;
}

class Formatter {
 public:
  explicit Formatter(std::string_view text) : text_(text), scanner_(text, errors_) {}

  std::string Run() {
    for (Lexeme lexeme = scanner_.Next(); lexeme.token != Token::kEnd; lexeme = scanner_.Next()) {
      Place(lexeme);
    }
    FlushComments(static_cast<uint32_t>(text_.size()), 0);
    if (!out_.empty() && !out_.ends_with('\n')) out_ += '\n';
    return std::move(out_);
  }

 private:
  /// A bracket that is open.
  struct Bracket {
    Token token;
    bool is_index;    ///< its colons are those of a slice
    int lambdas = 0;  ///< in it, whose colon is still to come
  };

  void Place(const Lexeme& lexeme) {
    if (lexeme.token == Token::kIndent || lexeme.token == Token::kOutdent) {
      if (lexeme.token == Token::kOutdent) FlushComments(CommentEnd(lexeme.offset), level_);
      level_ += lexeme.token == Token::kIndent ? 1 : -1;
      return;
    }
    FlushComments(lexeme.offset, level_);
    if (lexeme.token == Token::kNewline) {
      EndLine();
      return;
    }
    if (line_empty_) {
      StartLine(lexeme.offset, level_);
    } else if (!brackets_.empty() && LinesBetween(last_end_, lexeme.offset) > 0) {
      BreakLine(level_ + static_cast<int>(brackets_.size()) - (Closes(lexeme.token) ? 1 : 0));
    } else if (NeedsSpace(lexeme.token)) {
      out_ += ' ';
    }
    Write(lexeme);
  }

  void Write(const Lexeme& lexeme) {
    const Token token = lexeme.token;
    const bool is_index = token == Token::kLeftBracket && EndsOperand(previous_);
    unary_ = (token == Token::kMinus || token == Token::kPlus || token == Token::kTilde ||
              token == Token::kStar || token == Token::kStarStar) &&
             !EndsOperand(previous_);
    if (token == Token::kLambda) ++(brackets_.empty() ? lambdas_ : brackets_.back().lambdas);
    if (Closes(token) && !brackets_.empty()) brackets_.pop_back();
    out_ += Spelling(lexeme);
    if (Opens(token)) brackets_.push_back({token, is_index});
    slice_colon_ = false;
    if (token == Token::kColon) EndLambdaOrSlice();
    previous_ = token;
    last_end_ = lexeme.end;
    line_empty_ = false;
  }

  void EndLambdaOrSlice() {
    int& lambdas = brackets_.empty() ? lambdas_ : brackets_.back().lambdas;
    if (lambdas > 0) {
      --lambdas;
    } else {
      slice_colon_ = !brackets_.empty() && brackets_.back().is_index;
    }
  }

  std::string Spelling(const Lexeme& lexeme) const {
    std::string text(text_.substr(lexeme.offset, lexeme.end - lexeme.offset));
    const bool plain = lexeme.token == Token::kString && text.size() >= 2 && text[0] == '\'' &&
                       !text.starts_with("'''") && text.find_first_of("\"\\") == std::string::npos;
    if (plain) text.front() = text.back() = '"';
    return text;
  }

  /// Whether a space comes before `token` on the same line.
  bool NeedsSpace(Token token) const {
    if (Opens(previous_) || Closes(token) || token == Token::kComma || token == Token::kSemicolon ||
        token == Token::kDot || previous_ == Token::kDot || unary_) {
      return false;
    }
    if (previous_ == Token::kComma || previous_ == Token::kSemicolon) return true;
    if (token == Token::kColon) return false;
    if (previous_ == Token::kColon) return !slice_colon_;
    const bool argument =
        !brackets_.empty() && (token == Token::kEqual || previous_ == Token::kEqual);
    const bool lambda = (brackets_.empty() ? lambdas_ : brackets_.back().lambdas) > 0 &&
                        (token == Token::kEqual || previous_ == Token::kEqual);
    if (argument || lambda) return false;
    const bool suffix = token == Token::kLeftParen || token == Token::kLeftBracket;
    return !(suffix && (EndsOperand(previous_) || previous_ == Token::kLoad));
  }

  size_t LinesBetween(uint32_t from, uint32_t to) const {
    const std::string_view between = text_.substr(from, to - from);
    return static_cast<size_t>(std::count(between.begin(), between.end(), '\n'));
  }

  void StartLine(uint32_t offset, int level) {
    if (!out_.empty()) {
      const size_t empty = LinesBetween(last_end_, offset);
      const size_t most = level == 0 ? 3 : 2;
      out_.append(std::max<size_t>(std::min(empty, most), 1) - (out_.ends_with('\n') ? 1 : 0),
                  '\n');
      if (!out_.ends_with('\n')) out_ += '\n';
    }
    out_.append(static_cast<size_t>(std::max(level, 0)) * 4, ' ');
  }

  void BreakLine(int level) {
    out_ += '\n';
    out_.append(static_cast<size_t>(std::max(level, 0)) * 4, ' ');
  }

  void EndLine() {
    line_empty_ = true;
    previous_ = Token::kNewline;
    unary_ = slice_colon_ = false;
    lambdas_ = 0;
    brackets_.clear();
  }

  /// Comments before an outdent that are indented more than what follows belong to the block.
  uint32_t CommentEnd(uint32_t offset) const {
    const size_t line = text_.rfind('\n', offset == 0 ? 0 : offset - 1);
    const size_t start = line == std::string_view::npos ? 0 : line + 1;
    const uint32_t column = offset - static_cast<uint32_t>(std::min<size_t>(start, offset));
    const std::vector<Comment>& comments = scanner_.comments();
    uint32_t end = 0;
    for (size_t i = next_comment_; i < comments.size() && comments[i].offset < offset; ++i) {
      if (ColumnOf(comments[i].offset) <= column) break;
      end = comments[i].end;
    }
    return end;
  }

  uint32_t ColumnOf(uint32_t offset) const {
    const size_t line = text_.rfind('\n', offset == 0 ? 0 : offset - 1);
    return offset - static_cast<uint32_t>(line == std::string_view::npos ? 0 : line + 1);
  }

  /// Writes the comments that begin before `offset`.
  void FlushComments(uint32_t offset, int level) {
    const std::vector<Comment>& comments = scanner_.comments();
    for (; next_comment_ < comments.size() && comments[next_comment_].offset < offset;
         ++next_comment_) {
      const Comment& comment = comments[next_comment_];
      std::string_view text = text_.substr(comment.offset, comment.end - comment.offset);
      text = text.substr(0, text.find_last_not_of(" \t\r") + 1);
      const bool trailing = !out_.empty() && LinesBetween(last_end_, comment.offset) == 0;
      if (trailing) {
        out_ += "  ";
      } else if (!brackets_.empty()) {
        BreakLine(level + static_cast<int>(brackets_.size()));
      } else {
        StartLine(comment.offset, level);
      }
      out_ += text;
      last_end_ = comment.end;
    }
  }

  std::string_view text_;
  std::vector<Diagnostic> errors_;
  Scanner scanner_;
  std::string out_;
  std::vector<Bracket> brackets_;
  int level_ = 0;
  int lambdas_ = 0;
  size_t next_comment_ = 0;
  uint32_t last_end_ = 0;
  Token previous_ = Token::kNewline;
  bool unary_ = false;
  bool slice_colon_ = false;
  bool line_empty_ = true;
};

/// The tokens of a text and the values of its literals.
std::vector<std::pair<Token, std::string>> Meaning(std::string_view text) {
  std::vector<Diagnostic> errors;
  Scanner scanner(text, errors);
  std::vector<std::pair<Token, std::string>> tokens;
  for (;;) {
    const Lexeme lexeme = scanner.Next();
    const bool literal = lexeme.token == Token::kString || lexeme.token == Token::kBytes;
    const bool layout = lexeme.token == Token::kNewline || lexeme.token == Token::kIndent ||
                        lexeme.token == Token::kOutdent;
    std::string value(text.substr(lexeme.offset, lexeme.end - lexeme.offset));
    tokens.emplace_back(lexeme.token, literal ? scanner.literal() : (layout ? "" : value));
    if (lexeme.token == Token::kEnd) return tokens;
  }
}

}  // namespace

std::optional<std::string> Format(const Source& source, std::vector<Diagnostic>& errors) {
  Heap heap;
  Context context(heap);
  Parse(source, heap, context, errors);
  if (!errors.empty()) return std::nullopt;
  std::string formatted = Formatter(source.text()).Run();
  if (Meaning(source.text()) == Meaning(formatted)) return formatted;
  errors.push_back({0, "left as it is: another layout would change its meaning"});
  return std::nullopt;
}

}  // namespace hawser::starlark
