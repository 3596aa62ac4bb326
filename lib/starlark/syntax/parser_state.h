// The parser proper: one method per rule of the grammar. Private to parser.cc, statements.cc and
// expressions.cc.
#pragma once

#include <string_view>
#include <unordered_map>
#include <vector>

#include "lib/starlark/syntax/parser.h"

namespace hawser::starlark {

/// After an error the parser sees only kEnd, which ends every rule, until Recover() goes on at the
/// next line.
class Parser {
 public:
  Parser(const Source& source, Heap& nodes, Context& constants, std::vector<Diagnostic>& errors);

  std::span<Stmt*> ParseFile();

 private:
  /// How deep expressions and blocks may be nested.
  static constexpr int kMaxNesting = 300;

  struct Nesting {
    explicit Nesting(Parser& p) : parser(p) { ++parser.nesting_; }
    ~Nesting() { --parser.nesting_; }
    Parser& parser;
    bool TooDeep() const;
  };

  // Tokens.
  Token Peek() const { return panic_ ? Token::kEnd : lexeme_.token; }
  bool At(Token token) const { return Peek() == token; }
  uint32_t Offset() const { return lexeme_.offset; }
  void Advance();
  uint32_t Take();
  bool Accept(Token token);
  uint32_t Expect(Token token);
  std::string_view TextOf(const Lexeme& lexeme) const;

  // Errors.
  void Fail(uint32_t offset, std::string message);
  void FailToken(std::string_view wanted);
  void Recover();

  // Statements.
  void ParseStatement(std::vector<Stmt*>& out);
  void ParseSimpleLine(std::vector<Stmt*>& out);
  Stmt* ParseSimple();
  Stmt* ParseLoad();
  bool ParseLoadBinding(std::vector<LoadBinding>& bindings);
  Stmt* ParseDef();
  Stmt* ParseIf();
  Stmt* ParseFor();
  Stmt* ParseWhile();
  std::span<Stmt*> ParseSuite();
  std::span<Parameter> ParseParameters(Token closing);
  Parameter ParseParameter();

  // Expressions.
  Expr* ParseExpression(bool in_parens);
  Expr* ParseTest();
  Expr* ParseTestNoCondition();
  Expr* ParseLambda(bool condition_allowed);
  Expr* ParseBinary(int lowest);
  Expr* ParseNot();
  Expr* ParseUnary();
  Expr* ParsePrimary();
  Expr* ParseOperand();
  Expr* ParseSuffix(Expr* operand);
  Expr* ParseIndexOrSlice(Expr* operand);
  Expr* ParseCall(Expr* function);
  Argument ParseArgument();
  Expr* ParseLoopVariables();
  Expr* ParseParenthesized();
  Expr* ParseListDisplay();
  Expr* ParseDictDisplay();
  Expr* ParseComprehension(uint32_t offset, DictEntry body, Token closing);
  Expr* ParseNumber();
  Expr* ParseString();
  NameExpr* ParseName();
  Expr* ErrorExpr() { return nodes_.New<Expr>(Expr::Kind::kError, Offset()); }
  Token BinaryOperator();

  // Nodes.
  template <typename T>
  std::span<T> Keep(const std::vector<T>& items) {
    T* array = static_cast<T*>(nodes_.Allocate(items.size() * sizeof(T)));
    std::copy(items.begin(), items.end(), array);
    return {array, items.size()};
  }
  const String* Intern(std::string_view text);

  const Source& source_;
  Heap& nodes_;
  Context& constants_;
  std::vector<Diagnostic>& errors_;
  Scanner scanner_;
  Lexeme lexeme_;
  bool panic_ = false;
  int nesting_ = 0;
  std::unordered_map<std::string_view, const String*> names_;
};

}  // namespace hawser::starlark
