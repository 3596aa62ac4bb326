// Calls and functions in the syntax tree.
#pragma once

#include <cstdint>
#include <span>

#include "lib/starlark/syntax/expr.h"

namespace hawser::starlark {

struct Argument {
  enum class Kind : uint8_t { kPositional, kNamed, kStar, kStarStar };
  Kind kind;
  const String* name;  ///< of a named argument
  Expr* value;
  uint32_t offset;
};

struct CallExpr : Expr {
  CallExpr(Expr* f, uint32_t at, std::span<Argument> a)
      : Expr(Kind::kCall, f->offset), function(f), paren(at), arguments(a) {}
  Expr* function;
  uint32_t paren;
  std::span<Argument> arguments;
};

struct Parameter {
  enum class Kind : uint8_t { kPlain, kStar, kStarStar };
  Kind kind;
  NameExpr* name;  ///< null for a bare star
  Expr* fallback;  ///< the default, or null
  uint32_t offset;
};

struct Stmt;

/// What the resolver learns about a function, and about a module's own code.
struct FunctionScope {
  std::span<const String*> locals;  ///< by register
  std::span<bool> shared;           ///< by register: kept in a cell
  std::span<NameExpr*> free;        ///< where the enclosing function has each free variable
};

/// A def or a lambda.
struct FunctionNode {
  const String* name;
  std::span<Parameter> parameters;
  std::span<Stmt*> body;   ///< of a def
  Expr* result = nullptr;  ///< of a lambda
  uint32_t offset = 0;
  FunctionScope scope;
};

struct LambdaExpr : Expr {
  LambdaExpr(uint32_t at, FunctionNode* f) : Expr(Kind::kLambda, at), function(f) {}
  FunctionNode* function;
};

}  // namespace hawser::starlark
