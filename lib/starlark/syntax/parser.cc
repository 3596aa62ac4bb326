// Tokens, errors and recovery of the parser.
#include "lib/starlark/syntax/parser.h"

#include <algorithm>
#include <string>

#include "lib/starlark/messages/syntax.h"
#include "lib/starlark/syntax/parser_state.h"
#include "lib/starlark/value/compare.h"
#include "lib/starlark/value/make.h"

namespace hawser::starlark {

Expr* LeftOperand(const Expr* expr) {
  switch (expr->kind) {
    case Expr::Kind::kBinary:
      return static_cast<const BinaryExpr*>(expr)->left;
    case Expr::Kind::kDot:
      return static_cast<const DotExpr*>(expr)->object;
    case Expr::Kind::kIndex:
      return static_cast<const IndexExpr*>(expr)->object;
    case Expr::Kind::kSlice:
      return static_cast<const SliceExpr*>(expr)->object;
    case Expr::Kind::kCall:
      return static_cast<const CallExpr*>(expr)->function;
    default:
      return nullptr;
  }
}

Parser::Parser(const Source& source, Heap& nodes, Context& constants,
               std::vector<Diagnostic>& errors)
    : source_(source),
      nodes_(nodes),
      constants_(constants),
      errors_(errors),
      scanner_(source.text(), errors) {
  Advance();
}

bool Parser::Nesting::TooDeep() const {
  if (parser.nesting_ < kMaxNesting) return false;
  parser.Fail(parser.Offset(), messages::kNestedTooDeeply(kMaxNesting));
  return true;
}

void Parser::Advance() {
  const size_t errors = errors_.size();
  lexeme_ = scanner_.Next();
  // The scanner has told what is wrong, unless it is a reserved word.
  const bool readable = lexeme_.token == Token::kString || lexeme_.token == Token::kBytes;
  if (errors_.size() > errors && !readable) panic_ = true;
}

uint32_t Parser::Take() {
  const uint32_t offset = Offset();
  if (!panic_) Advance();
  return offset;
}

bool Parser::Accept(Token token) {
  if (!At(token)) return false;
  Advance();
  return true;
}

uint32_t Parser::Expect(Token token) {
  if (!At(token)) FailToken(TokenName(token));
  return Take();
}

std::string_view Parser::TextOf(const Lexeme& lexeme) const {
  return source_.text().substr(lexeme.offset, lexeme.end - lexeme.offset);
}

void Parser::Fail(uint32_t offset, std::string message) {
  if (panic_) return;
  errors_.push_back({offset, std::move(message)});
  panic_ = true;
}

void Parser::FailToken(std::string_view wanted) {
  const std::string_view got = TokenName(lexeme_.token);
  Fail(Offset(), lexeme_.token == Token::kIllegal
                     ? messages::kReservedWord(got, wanted, TextOf(lexeme_))
                     : messages::kGotWant(got, wanted));
}

/// Leaves out the rest of the line at fault; a block that follows is parsed for its own errors.
void Parser::Recover() {
  const size_t errors = errors_.size();
  scanner_.CloseBrackets();
  size_t blocks = 0;
  const auto ends = [&] {
    return lexeme_.token == Token::kNewline || lexeme_.token == Token::kEnd ||
           (lexeme_.token == Token::kOutdent && blocks == 0);
  };
  for (; !ends(); scanner_.CloseBrackets()) {
    if (lexeme_.token == Token::kIndent) ++blocks;
    if (lexeme_.token == Token::kOutdent) --blocks;
    lexeme_ = scanner_.Next();
  }
  // What is wrong with the rest of the line may well follow from what was told.
  errors_.resize(errors);
  panic_ = false;
  Accept(Token::kNewline);
  if (Accept(Token::kIndent)) ++blocks;
  std::vector<Stmt*> dropped;
  for (; blocks > 0; --blocks) {
    while (lexeme_.token != Token::kOutdent && lexeme_.token != Token::kEnd)
      ParseStatement(dropped);
    Accept(Token::kOutdent);
  }
}

const String* Parser::Intern(std::string_view text) {
  const auto known = names_.find(text);
  if (known != names_.end()) return known->second;
  const String* name = MakeString(constants_.heap(), text).as<String>();
  HashOf(name);
  names_.emplace(name->view(), name);
  return name;
}

std::span<Stmt*> Parser::ParseFile() {
  std::vector<Stmt*> statements;
  while (panic_ || lexeme_.token != Token::kEnd) {
    if (panic_) {
      Recover();
    } else if (lexeme_.token == Token::kOutdent) {
      Advance();  // of a block whose beginning was at fault
    } else {
      ParseStatement(statements);
    }
  }
  return Keep(statements);
}

std::span<Stmt*> Parse(const Source& source, Heap& nodes, Context& constants,
                       std::vector<Diagnostic>& errors) {
  return Parser(source, nodes, constants, errors).ParseFile();
}

}  // namespace hawser::starlark
