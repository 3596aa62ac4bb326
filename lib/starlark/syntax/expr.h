// Expressions of the syntax tree, told apart by their kind.
#pragma once

#include <cstdint>
#include <span>

#include "lib/starlark/syntax/token.h"
#include "lib/starlark/value/objects.h"

namespace hawser::starlark {

/// Where the resolver found a name to live.
enum class Scope : uint8_t {
  kUndefined,
  kLocal,   ///< `index`: the register
  kCell,    ///< a local that inner functions share; `index`: the register that holds the cell
  kFree,    ///< `index`: among the cells the function closed over
  kGlobal,  ///< `index`: among the module's variables
};

struct Expr {
  enum class Kind : uint8_t {
    kName,
    kLiteral,
    kList,
    kTuple,
    kDict,
    kComprehension,
    kConditional,
    kUnary,
    kBinary,
    kDot,
    kIndex,
    kSlice,
    kCall,
    kLambda,
    kError,  ///< in place of what could not be parsed
  };
  Expr(Kind k, uint32_t at) : kind(k), offset(at) {}
  Kind kind;
  uint32_t offset;  ///< where it begins
};

struct NameExpr : Expr {
  NameExpr(uint32_t at, const String* n) : Expr(Kind::kName, at), name(n) {}
  const String* name;
  Scope scope = Scope::kUndefined;
  uint32_t index = 0;
};

struct LiteralExpr : Expr {
  LiteralExpr(uint32_t at, Value v) : Expr(Kind::kLiteral, at), value(v) {}
  Value value;
};

/// A list or tuple display.
struct SequenceExpr : Expr {
  SequenceExpr(Kind k, uint32_t at, std::span<Expr*> e) : Expr(k, at), elements(e) {}
  std::span<Expr*> elements;
};

struct DictEntry {
  Expr* key;
  Expr* value;
  uint32_t colon;
};

struct DictExpr : Expr {
  DictExpr(uint32_t at, std::span<DictEntry> e) : Expr(Kind::kDict, at), entries(e) {}
  std::span<DictEntry> entries;
};

/// A `for TARGET in SOURCE` (target set) or `if SOURCE` of a comprehension.
struct Clause {
  Expr* target;
  Expr* source;
  uint32_t offset;
};

struct ComprehensionExpr : Expr {
  ComprehensionExpr(uint32_t at, Expr* k, Expr* v, uint32_t c, std::span<Clause> cl)
      : Expr(Kind::kComprehension, at), key(k), value(v), colon(c), clauses(cl) {}
  Expr* key;  ///< null: a list comprehension
  Expr* value;
  uint32_t colon;
  std::span<Clause> clauses;
};

struct ConditionalExpr : Expr {
  ConditionalExpr(uint32_t at, Expr* c, Expr* y, Expr* n)
      : Expr(Kind::kConditional, at), condition(c), yes(y), no(n) {}
  Expr* condition;
  Expr* yes;
  Expr* no;
};

struct UnaryExpr : Expr {
  UnaryExpr(uint32_t at, Token o, Expr* x) : Expr(Kind::kUnary, at), op(o), operand(x) {}
  Token op;
  Expr* operand;
};

struct BinaryExpr : Expr {
  BinaryExpr(Token o, uint32_t op_at, Expr* l, Expr* r)
      : Expr(Kind::kBinary, l->offset), op(o), op_offset(op_at), left(l), right(r) {}
  Token op;
  uint32_t op_offset;
  Expr* left;
  Expr* right;
};

struct DotExpr : Expr {
  DotExpr(Expr* o, uint32_t dot_at, const String* n, uint32_t name_at)
      : Expr(Kind::kDot, o->offset), object(o), dot(dot_at), name(n), name_offset(name_at) {}
  Expr* object;
  uint32_t dot;
  const String* name;
  uint32_t name_offset;
};

struct IndexExpr : Expr {
  IndexExpr(Expr* o, uint32_t at, Expr* i)
      : Expr(Kind::kIndex, o->offset), object(o), bracket(at), index(i) {}
  Expr* object;
  uint32_t bracket;
  Expr* index;
};

/// Bounds that were left out are null.
struct SliceExpr : Expr {
  SliceExpr(Expr* o, uint32_t at, Expr* l, Expr* h, Expr* s)
      : Expr(Kind::kSlice, o->offset), object(o), bracket(at), low(l), high(h), step(s) {}
  Expr* object;
  uint32_t bracket;
  Expr* low;
  Expr* high;
  Expr* step;
};

/// The left part of an expression that the parser builds without recursion: such chains may be
/// long. Null for expressions that begin with no other.
Expr* LeftOperand(const Expr* expr);

}  // namespace hawser::starlark
