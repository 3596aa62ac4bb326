// The syntax tree. Nodes live in a heap of their own; these are its statements.
#pragma once

#include <cstdint>
#include <span>

#include "lib/starlark/syntax/function_node.h"

namespace hawser::starlark {

struct Stmt {
  enum class Kind : uint8_t { kExpr, kAssign, kReturn, kBranch, kIf, kFor, kWhile, kDef, kLoad };
  Stmt(Kind k, uint32_t at) : kind(k), offset(at) {}
  Kind kind;
  uint32_t offset;
};

struct ExprStmt : Stmt {
  explicit ExprStmt(Expr* e) : Stmt(Kind::kExpr, e->offset), expr(e) {}
  Expr* expr;
};

struct AssignStmt : Stmt {
  AssignStmt(Expr* t, Token o, uint32_t op_at, Expr* v)
      : Stmt(Kind::kAssign, t->offset), target(t), op(o), op_offset(op_at), value(v) {}
  Expr* target;
  Token op;  ///< kEqual, or the operator of an augmented assignment: kPlus for +=
  uint32_t op_offset;
  Expr* value;
};

struct ReturnStmt : Stmt {
  ReturnStmt(uint32_t at, Expr* v) : Stmt(Kind::kReturn, at), value(v) {}
  Expr* value;  ///< or null
};

/// break, continue or pass.
struct BranchStmt : Stmt {
  BranchStmt(uint32_t at, Token t) : Stmt(Kind::kBranch, at), token(t) {}
  Token token;
};

struct IfBranch {
  Expr* condition;  ///< null: else
  std::span<Stmt*> body;
};

struct IfStmt : Stmt {
  IfStmt(uint32_t at, std::span<IfBranch> b) : Stmt(Kind::kIf, at), branches(b) {}
  std::span<IfBranch> branches;
};

struct ForStmt : Stmt {
  ForStmt(uint32_t at, Expr* t, Expr* s, std::span<Stmt*> b)
      : Stmt(Kind::kFor, at), target(t), source(s), body(b) {}
  Expr* target;
  Expr* source;
  std::span<Stmt*> body;
};

struct WhileStmt : Stmt {
  WhileStmt(uint32_t at, Expr* c, std::span<Stmt*> b)
      : Stmt(Kind::kWhile, at), condition(c), body(b) {}
  Expr* condition;
  std::span<Stmt*> body;
};

struct DefStmt : Stmt {
  DefStmt(uint32_t at, NameExpr* n, FunctionNode* f) : Stmt(Kind::kDef, at), name(n), function(f) {}
  NameExpr* name;
  FunctionNode* function;
};

struct LoadBinding {
  NameExpr* local;
  const String* name;  ///< in the loaded module
  uint32_t name_offset;
};

struct LoadStmt : Stmt {
  LoadStmt(uint32_t at, const String* m, std::span<LoadBinding> b)
      : Stmt(Kind::kLoad, at), module(m), bindings(b) {}
  const String* module;
  std::span<LoadBinding> bindings;
};

}  // namespace hawser::starlark
