// The grammar's literals, displays and comprehensions.
#include <charconv>
#include <cmath>
#include <string>

#include "lib/starlark/messages/syntax.h"
#include "lib/starlark/syntax/parser_state.h"
#include "lib/starlark/value/compare.h"
#include "lib/starlark/value/make.h"
#include "lib/starlark/value/numbers.h"

namespace hawser::starlark {

Expr* Parser::ParseNumber() {
  const Lexeme lexeme = lexeme_;
  std::string_view text = TextOf(lexeme);
  Take();
  if (lexeme.token == Token::kFloat) {
    double d = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), d);
    if (read.ec == std::errc::result_out_of_range)
      d = std::strtod(std::string(text).c_str(), nullptr);
    if (std::isinf(d)) Fail(lexeme.offset, messages::kFloatLiteralTooLarge);
    return nodes_.New<LiteralExpr>(lexeme.offset, MakeFloat(constants_.heap(), d));
  }
  const char marker = text.size() > 1 ? static_cast<char>(text[1] | 0x20) : '\0';
  const int base = marker == 'x' ? 16 : marker == 'o' ? 8 : marker == 'b' ? 2 : 10;
  if (base != 10) text.remove_prefix(2);
  const Value value = IntFromDigits(constants_, text, base, false);
  if (!value.has_value()) Fail(lexeme.offset, messages::kIntLiteralTooLarge);
  return nodes_.New<LiteralExpr>(lexeme.offset, value);
}

Expr* Parser::ParseString() {
  const bool bytes = At(Token::kBytes);
  Value value;
  if (bytes) {
    value = MakeBytes(constants_.heap(), scanner_.literal());
    HashOf(value.as<String>());
  } else {
    value = Value::Of(Intern(scanner_.literal()));
  }
  return nodes_.New<LiteralExpr>(Take(), value);
}

/// PRIMARY {',' PRIMARY}: what a loop assigns to.
Expr* Parser::ParseLoopVariables() {
  Expr* first = ParsePrimary();
  if (!At(Token::kComma)) return first;
  std::vector<Expr*> elements{first};
  while (Accept(Token::kComma)) elements.push_back(ParsePrimary());
  return nodes_.New<SequenceExpr>(Expr::Kind::kTuple, first->offset, Keep(elements));
}

Expr* Parser::ParseParenthesized() {
  const uint32_t at = Take();
  if (Accept(Token::kRightParen)) {
    return nodes_.New<SequenceExpr>(Expr::Kind::kTuple, at, std::span<Expr*>{});
  }
  Expr* inner = ParseExpression(true);
  Expect(Token::kRightParen);
  return inner;
}

Expr* Parser::ParseListDisplay() {
  const uint32_t at = Take();
  std::vector<Expr*> elements;
  while (!At(Token::kRightBracket) && !At(Token::kEnd)) {
    elements.push_back(ParseTest());
    if (elements.size() == 1 && At(Token::kFor)) {
      return ParseComprehension(at, {nullptr, elements[0], 0}, Token::kRightBracket);
    }
    if (At(Token::kRightBracket) || At(Token::kEnd)) break;
    Expect(Token::kComma);
  }
  Expect(Token::kRightBracket);
  return nodes_.New<SequenceExpr>(Expr::Kind::kList, at, Keep(elements));
}

Expr* Parser::ParseDictDisplay() {
  const uint32_t at = Take();
  std::vector<DictEntry> entries;
  while (!At(Token::kRightBrace) && !At(Token::kEnd)) {
    Expr* key = ParseTest();
    const uint32_t colon = Expect(Token::kColon);
    entries.push_back({key, ParseTest(), colon});
    if (entries.size() == 1 && At(Token::kFor)) {
      return ParseComprehension(at, entries[0], Token::kRightBrace);
    }
    if (At(Token::kRightBrace) || At(Token::kEnd)) break;
    Expect(Token::kComma);
  }
  Expect(Token::kRightBrace);
  return nodes_.New<DictExpr>(at, Keep(entries));
}

Expr* Parser::ParseComprehension(uint32_t offset, DictEntry body, Token closing) {
  std::vector<Clause> clauses;
  while (!At(closing)) {
    const uint32_t at = Offset();
    if (Accept(Token::kFor)) {
      Expr* target = ParseLoopVariables();
      Expect(Token::kIn);
      clauses.push_back({target, ParseBinary(0), at});
    } else if (Accept(Token::kIf)) {
      clauses.push_back({nullptr, ParseTestNoCondition(), at});
    } else {
      FailToken(std::string(TokenName(closing)) + ", for, or if");
      break;
    }
  }
  Expect(closing);
  return nodes_.New<ComprehensionExpr>(offset, body.key, body.value, body.colon, Keep(clauses));
}

}  // namespace hawser::starlark
