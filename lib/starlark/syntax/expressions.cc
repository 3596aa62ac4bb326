// The grammar's expressions.
#include <algorithm>
#include <string>

#include "lib/starlark/messages/syntax.h"
#include "lib/starlark/syntax/parser_state.h"

namespace hawser::starlark {

namespace {

constexpr int kNotLevel = 2;
constexpr int kComparisonLevel = 3;
constexpr int kHighestLevel = 9;

/// How tightly a binary operator binds; -1 for other tokens. Level 2 is that of the prefix `not`.
int LevelOf(Token token) {
  switch (token) {
    case Token::kOr:
      return 0;
    case Token::kAnd:
      return 1;
    case Token::kEqualEqual:
    case Token::kNotEqual:
    case Token::kLess:
    case Token::kGreater:
    case Token::kLessEqual:
    case Token::kGreaterEqual:
    case Token::kIn:
    case Token::kNot:
    case Token::kNotIn:
      return kComparisonLevel;
    case Token::kPipe:
      return 4;
    case Token::kCaret:
      return 5;
    case Token::kAmpersand:
      return 6;
    case Token::kShiftLeft:
    case Token::kShiftRight:
      return 7;
    case Token::kMinus:
    case Token::kPlus:
      return 8;
    case Token::kStar:
    case Token::kPercent:
    case Token::kSlash:
    case Token::kSlashSlash:
      return kHighestLevel;
    default:
      return -1;
  }
}

bool EndsTuple(Token token) {
  return token == Token::kRightParen || token == Token::kRightBracket ||
         token == Token::kRightBrace || token == Token::kEqual || token == Token::kSemicolon ||
         token == Token::kEnd || token == Token::kNewline;
}

}  // namespace

NameExpr* Parser::ParseName() {
  if (!At(Token::kIdentifier)) {
    Fail(Offset(), messages::kNotAnIdentifier);
    return nodes_.New<NameExpr>(Offset(), Intern("_"));
  }
  const String* name = Intern(TextOf(lexeme_));
  return nodes_.New<NameExpr>(Take(), name);
}

/// TEST {',' TEST}: a tuple without parentheses where there is a comma.
Expr* Parser::ParseExpression(bool in_parens) {
  Expr* first = ParseTest();
  if (!At(Token::kComma)) return first;
  std::vector<Expr*> elements{first};
  while (At(Token::kComma)) {
    const uint32_t comma = Take();
    if (EndsTuple(Peek())) {
      if (!in_parens) Fail(comma, messages::kTrailingComma);
      break;
    }
    elements.push_back(ParseTest());
  }
  return nodes_.New<SequenceExpr>(Expr::Kind::kTuple, first->offset, Keep(elements));
}

Expr* Parser::ParseTest() {
  const Nesting nesting(*this);
  if (nesting.TooDeep()) return ErrorExpr();
  if (At(Token::kLambda)) return ParseLambda(true);
  Expr* value = ParseBinary(0);
  if (!At(Token::kIf)) return value;
  const uint32_t at = Take();
  Expr* condition = ParseBinary(0);
  if (!Accept(Token::kElse)) {
    Fail(at, messages::kNoElse);
    return value;
  }
  return nodes_.New<ConditionalExpr>(value->offset, condition, value, ParseTest());
}

/// The condition of a comprehension's `if`: the next `if` there begins a clause.
Expr* Parser::ParseTestNoCondition() {
  const Nesting nesting(*this);
  if (nesting.TooDeep()) return ErrorExpr();
  return At(Token::kLambda) ? ParseLambda(false) : ParseBinary(0);
}

Expr* Parser::ParseLambda(bool condition_allowed) {
  const uint32_t at = Take();
  FunctionNode* function = nodes_.New<FunctionNode>();
  function->name = Intern("lambda");
  function->offset = at;
  function->parameters = ParseParameters(Token::kColon);
  Expect(Token::kColon);
  function->result = condition_allowed ? ParseTest() : ParseTestNoCondition();
  return nodes_.New<LambdaExpr>(at, function);
}

/// The operator at hand, `not in` taken together. Leaves the last word to be taken.
Token Parser::BinaryOperator() {
  if (!At(Token::kNot)) return Peek();
  Advance();
  if (!At(Token::kIn)) FailToken("in");
  return Token::kNotIn;
}

/// Operators that bind at least as tightly as `lowest`.
Expr* Parser::ParseBinary(int lowest) {
  Expr* left = lowest <= kNotLevel && At(Token::kNot) ? ParseNot() : ParseUnary();
  Token previous = Token::kEnd;
  for (int level = LevelOf(Peek()); level >= lowest; level = LevelOf(Peek())) {
    const uint32_t at = Offset();
    const Token op = BinaryOperator();
    if (level == kComparisonLevel && LevelOf(previous) == kComparisonLevel) {
      Fail(at, messages::kDoesNotAssociate(TokenText(previous), TokenText(op)));
    }
    previous = op;
    Take();
    left = nodes_.New<BinaryExpr>(op, at, left, ParseBinary(level + 1));
  }
  return left;
}

Expr* Parser::ParseNot() {
  const Nesting nesting(*this);
  if (nesting.TooDeep()) return ErrorExpr();
  const uint32_t at = Take();
  return nodes_.New<UnaryExpr>(at, Token::kNot, ParseBinary(kNotLevel));
}

Expr* Parser::ParseUnary() {
  const Token token = Peek();
  if (token != Token::kMinus && token != Token::kPlus && token != Token::kTilde) {
    return ParsePrimary();
  }
  const Nesting nesting(*this);
  if (nesting.TooDeep()) return ErrorExpr();
  const uint32_t at = Take();
  return nodes_.New<UnaryExpr>(at, token, ParseUnary());
}

Expr* Parser::ParsePrimary() {
  Expr* expr = ParseOperand();
  while (At(Token::kDot) || At(Token::kLeftBracket) || At(Token::kLeftParen)) {
    expr = ParseSuffix(expr);
  }
  return expr;
}

Expr* Parser::ParseSuffix(Expr* operand) {
  if (At(Token::kLeftBracket)) return ParseIndexOrSlice(operand);
  if (At(Token::kLeftParen)) return ParseCall(operand);
  const uint32_t dot = Take();
  const NameExpr* name = ParseName();
  return nodes_.New<DotExpr>(operand, dot, name->name, name->offset);
}

Expr* Parser::ParseIndexOrSlice(Expr* operand) {
  const uint32_t bracket = Take();
  Expr* low = At(Token::kColon) ? nullptr : ParseExpression(false);
  if (Accept(Token::kRightBracket)) return nodes_.New<IndexExpr>(operand, bracket, low);
  Expect(Token::kColon);
  Expr* high = nullptr;
  Expr* step = nullptr;
  if (!At(Token::kColon) && !At(Token::kRightBracket)) high = ParseTest();
  if (Accept(Token::kColon) && !At(Token::kRightBracket)) step = ParseTest();
  Expect(Token::kRightBracket);
  return nodes_.New<SliceExpr>(operand, bracket, low, high, step);
}

Expr* Parser::ParseCall(Expr* function) {
  const uint32_t paren = Take();
  std::vector<Argument> arguments;
  while (!At(Token::kRightParen) && !At(Token::kEnd)) {
    arguments.push_back(ParseArgument());
    if (At(Token::kRightParen) || At(Token::kEnd)) break;
    Expect(Token::kComma);
  }
  Expect(Token::kRightParen);
  return nodes_.New<CallExpr>(function, paren, Keep(arguments));
}

Argument Parser::ParseArgument() {
  const uint32_t at = Offset();
  if (Accept(Token::kStar)) return {Argument::Kind::kStar, nullptr, ParseTest(), at};
  if (Accept(Token::kStarStar)) return {Argument::Kind::kStarStar, nullptr, ParseTest(), at};
  Expr* value = ParseTest();
  if (!At(Token::kEqual)) return {Argument::Kind::kPositional, nullptr, value, at};
  if (value->kind != Expr::Kind::kName) {
    Fail(Offset(), messages::kKeywordForm);
    return {Argument::Kind::kPositional, nullptr, value, at};
  }
  Take();
  return {Argument::Kind::kNamed, static_cast<NameExpr*>(value)->name, ParseTest(), at};
}

Expr* Parser::ParseOperand() {
  switch (Peek()) {
    case Token::kIdentifier:
      return ParseName();
    case Token::kInt:
    case Token::kFloat:
      return ParseNumber();
    case Token::kString:
    case Token::kBytes:
      return ParseString();
    case Token::kLeftParen:
      return ParseParenthesized();
    case Token::kLeftBracket:
      return ParseListDisplay();
    case Token::kLeftBrace:
      return ParseDictDisplay();
    default:
      FailToken("primary expression");
      return ErrorExpr();
  }
}

}  // namespace hawser::starlark
