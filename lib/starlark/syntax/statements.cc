// The grammar's statements.
#include <algorithm>
#include <string>

#include "lib/starlark/messages/syntax.h"
#include "lib/starlark/syntax/parser_state.h"

namespace hawser::starlark {

void Parser::ParseStatement(std::vector<Stmt*>& out) {
  const Nesting nesting(*this);
  if (!nesting.TooDeep()) {
    switch (Peek()) {
      case Token::kDef:
        out.push_back(ParseDef());
        break;
      case Token::kIf:
        out.push_back(ParseIf());
        break;
      case Token::kFor:
        out.push_back(ParseFor());
        break;
      case Token::kWhile:
        out.push_back(ParseWhile());
        break;
      case Token::kNewline:
        Advance();
        break;
      default:
        ParseSimpleLine(out);
        break;
    }
  }
  if (panic_) Recover();
}

/// SIMPLE {';' SIMPLE} [';'] NEWLINE
void Parser::ParseSimpleLine(std::vector<Stmt*>& out) {
  for (;;) {
    out.push_back(ParseSimple());
    if (panic_ || !Accept(Token::kSemicolon)) break;
    if (At(Token::kNewline) || At(Token::kEnd)) break;
  }
  if (At(Token::kEnd)) return;
  Expect(Token::kNewline);
}

Stmt* Parser::ParseSimple() {
  switch (Peek()) {
    case Token::kReturn: {
      const uint32_t at = Take();
      const bool bare = At(Token::kEnd) || At(Token::kNewline) || At(Token::kSemicolon);
      return nodes_.New<ReturnStmt>(at, bare ? nullptr : ParseExpression(false));
    }
    case Token::kBreak:
    case Token::kContinue:
    case Token::kPass: {
      const Token token = Peek();
      return nodes_.New<BranchStmt>(Take(), token);
    }
    case Token::kLoad:
      return ParseLoad();
    default:
      break;
  }
  Expr* target = ParseExpression(false);
  const Token augmented = AugmentedOperator(Peek());
  if (!At(Token::kEqual) && augmented == Token::kEnd) return nodes_.New<ExprStmt>(target);
  const Token op = At(Token::kEqual) ? Token::kEqual : augmented;
  const uint32_t at = Take();
  return nodes_.New<AssignStmt>(target, op, at, ParseExpression(false));
}

Stmt* Parser::ParseLoad() {
  const uint32_t at = Take();
  const uint32_t paren = Expect(Token::kLeftParen);
  if (!panic_ && !At(Token::kString)) {
    Fail(Offset(), messages::kLoadModuleName);
  }
  const String* module = Intern(scanner_.literal());
  Take();
  std::vector<LoadBinding> bindings;
  while (Accept(Token::kComma)) {
    if (At(Token::kRightParen)) break;
    if (!ParseLoadBinding(bindings)) break;
  }
  Expect(Token::kRightParen);
  if (bindings.empty()) Fail(paren, messages::kLoadNothing);
  return nodes_.New<LoadStmt>(at, module, Keep(bindings));
}

/// "NAME" or LOCAL = "NAME"
bool Parser::ParseLoadBinding(std::vector<LoadBinding>& bindings) {
  if (At(Token::kString)) {
    const String* name = Intern(scanner_.literal());
    const uint32_t at = Take();
    bindings.push_back({nodes_.New<NameExpr>(at + 1, name), name, at});
    return true;
  }
  if (!At(Token::kIdentifier)) {
    Fail(Offset(), messages::kLoadOperand(TokenName(Peek())));
    return false;
  }
  NameExpr* local = ParseName();
  const std::string text(local->name->view());
  if (!Accept(Token::kEqual)) {
    Fail(Offset(), messages::kLoadOperandName(text, text, text));
    return false;
  }
  if (!At(Token::kString)) {
    Fail(Offset(), messages::kLoadUnquoted(text));
    return false;
  }
  const String* name = Intern(scanner_.literal());
  bindings.push_back({local, name, Take()});
  return true;
}

Stmt* Parser::ParseDef() {
  const uint32_t at = Take();
  NameExpr* name = ParseName();
  Expect(Token::kLeftParen);
  FunctionNode* function = nodes_.New<FunctionNode>();
  function->name = name->name;
  function->offset = at;
  function->parameters = ParseParameters(Token::kRightParen);
  Expect(Token::kRightParen);
  Expect(Token::kColon);
  function->body = ParseSuite();
  return nodes_.New<DefStmt>(at, name, function);
}

std::span<Parameter> Parser::ParseParameters(Token closing) {
  std::vector<Parameter> parameters;
  while (!At(closing) && !At(Token::kEnd)) {
    parameters.push_back(ParseParameter());
    if (At(closing) || At(Token::kEnd)) break;
    Expect(Token::kComma);
  }
  return Keep(parameters);
}

Parameter Parser::ParseParameter() {
  const uint32_t at = Offset();
  if (Accept(Token::kStarStar)) {
    return {Parameter::Kind::kStarStar, ParseName(), nullptr, at};
  }
  if (Accept(Token::kStar)) {
    NameExpr* name = At(Token::kIdentifier) ? ParseName() : nullptr;
    return {Parameter::Kind::kStar, name, nullptr, at};
  }
  NameExpr* name = ParseName();
  Expr* fallback = Accept(Token::kEqual) ? ParseTest() : nullptr;
  return {Parameter::Kind::kPlain, name, fallback, at};
}

Stmt* Parser::ParseIf() {
  const uint32_t at = Take();
  std::vector<IfBranch> branches;
  do {
    Expr* condition = ParseTest();
    Expect(Token::kColon);
    branches.push_back({condition, ParseSuite()});
  } while (Accept(Token::kElif));
  if (Accept(Token::kElse)) {
    Expect(Token::kColon);
    branches.push_back({nullptr, ParseSuite()});
  }
  return nodes_.New<IfStmt>(at, Keep(branches));
}

Stmt* Parser::ParseFor() {
  const uint32_t at = Take();
  Expr* target = ParseLoopVariables();
  Expect(Token::kIn);
  Expr* source = ParseExpression(false);
  Expect(Token::kColon);
  return nodes_.New<ForStmt>(at, target, source, ParseSuite());
}

Stmt* Parser::ParseWhile() {
  const uint32_t at = Take();
  Expr* condition = ParseTest();
  Expect(Token::kColon);
  return nodes_.New<WhileStmt>(at, condition, ParseSuite());
}

/// What follows a colon: statements on the same line, or an indented block.
std::span<Stmt*> Parser::ParseSuite() {
  std::vector<Stmt*> body;
  if (!At(Token::kNewline)) {
    ParseSimpleLine(body);
    return Keep(body);
  }
  Advance();
  Expect(Token::kIndent);
  while (!panic_ && !At(Token::kOutdent) && lexeme_.token != Token::kEnd) ParseStatement(body);
  if (!At(Token::kEnd)) Expect(Token::kOutdent);
  return Keep(body);
}

}  // namespace hawser::starlark
