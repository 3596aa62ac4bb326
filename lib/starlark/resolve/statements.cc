// What the resolver does and checks at each statement.
#include "lib/starlark/resolve/resolver_state.h"

namespace hawser::starlark {

void Resolver::VisitAll(std::span<Stmt*> body) {
  for (Stmt* stmt : body) VisitStmt(stmt);
}

void Resolver::VisitStmt(Stmt* stmt) {
  switch (stmt->kind) {
    case Stmt::Kind::kExpr:
      return Visit(static_cast<ExprStmt*>(stmt)->expr);
    case Stmt::Kind::kAssign:
      return VisitAssign(*static_cast<AssignStmt*>(stmt));
    case Stmt::Kind::kBranch:
      return VisitBranch(*static_cast<BranchStmt*>(stmt));
    case Stmt::Kind::kIf:
      return VisitIf(*static_cast<IfStmt*>(stmt));
    case Stmt::Kind::kFor:
      return VisitFor(*static_cast<ForStmt*>(stmt));
    case Stmt::Kind::kWhile:
      return VisitWhile(*static_cast<WhileStmt*>(stmt));
    case Stmt::Kind::kLoad:
      return VisitLoad(*static_cast<LoadStmt*>(stmt));
    case Stmt::Kind::kReturn:
      if (block_->kind == Block::Kind::kFile) {
        Fail(stmt->offset, "return statement not within a function");
      }
      if (Expr* value = static_cast<ReturnStmt*>(stmt)->value; value != nullptr) Visit(value);
      return;
    case Stmt::Kind::kDef: {
      const auto* def = static_cast<DefStmt*>(stmt);
      Bind(def->name);
      return VisitFunction(def->function);
    }
  }
}

void Resolver::VisitAssign(const AssignStmt& stmt) {
  Visit(stmt.value);
  Assign(stmt.target, stmt.op != Token::kEqual);
}

void Resolver::VisitBranch(const BranchStmt& stmt) {
  if (stmt.token == Token::kPass || loops_ > 0) return;
  Fail(stmt.offset, std::string(TokenText(stmt.token)) + " not in a loop");
}

void Resolver::CheckTopLevel(uint32_t offset, std::string_view what) {
  if (block_->kind != Block::Kind::kFile || dialect_.top_level_control) return;
  Fail(offset, std::string(what) + " not within a function");
}

void Resolver::VisitIf(const IfStmt& stmt) {
  CheckTopLevel(stmt.offset, "if statement");
  ++conditionals_;
  for (const IfBranch& branch : stmt.branches) {
    if (branch.condition != nullptr) Visit(branch.condition);
    VisitAll(branch.body);
  }
  --conditionals_;
}

void Resolver::VisitFor(const ForStmt& stmt) {
  CheckTopLevel(stmt.offset, "for loop");
  Visit(stmt.source);
  Assign(stmt.target, false);
  ++loops_;
  VisitAll(stmt.body);
  --loops_;
}

void Resolver::VisitWhile(const WhileStmt& stmt) {
  if (!dialect_.while_loops) {
    Fail(stmt.offset, "dialect does not support while loops");
  } else {
    CheckTopLevel(stmt.offset, "while loop");
  }
  Visit(stmt.condition);
  ++loops_;
  VisitAll(stmt.body);
  --loops_;
}

void Resolver::VisitLoad(const LoadStmt& stmt) {
  if (block_->kind != Block::Kind::kFile) {
    Fail(stmt.offset, "load statement within a function");
  } else if (loops_ > 0) {
    Fail(stmt.offset, "load statement within a loop");
  } else if (conditionals_ > 0) {
    Fail(stmt.offset, "load statement within a conditional");
  }
  for (const LoadBinding& binding : stmt.bindings) {
    const std::string_view name = binding.name->view();
    if (name.empty()) {
      Fail(binding.name_offset, "load: empty identifier");
    } else if (name[0] == '_') {
      Fail(binding.name_offset,
           "load: names with leading underscores are not exported: " + std::string(name));
    }
    if (block_->kind == Block::Kind::kFile) {
      BindGlobal(binding.local, true);
    } else {
      BindLocal(binding.local);
    }
  }
}

namespace {

/// What an expression that cannot be assigned to is called.
std::string_view KindName(Expr::Kind kind) {
  switch (kind) {
    case Expr::Kind::kLiteral:
      return "literal";
    case Expr::Kind::kDict:
      return "dictexpr";
    case Expr::Kind::kComprehension:
      return "comprehension";
    case Expr::Kind::kConditional:
      return "condexpr";
    case Expr::Kind::kUnary:
      return "unaryexpr";
    case Expr::Kind::kBinary:
      return "binaryexpr";
    case Expr::Kind::kSlice:
      return "sliceexpr";
    case Expr::Kind::kCall:
      return "callexpr";
    case Expr::Kind::kLambda:
      return "lambdaexpr";
    default:
      return "this expression";
  }
}

}  // namespace

void Resolver::Assign(Expr* target, bool augmented) {
  switch (target->kind) {
    case Expr::Kind::kName:
      return Bind(static_cast<NameExpr*>(target));
    case Expr::Kind::kDot:
    case Expr::Kind::kIndex:
      return Visit(target);
    case Expr::Kind::kList:
    case Expr::Kind::kTuple: {
      if (augmented) {
        const bool tuple = target->kind == Expr::Kind::kTuple;
        Fail(target->offset, std::string("can't use ") + (tuple ? "tuple" : "list") +
                                 " expression in augmented assignment");
      }
      for (Expr* element : static_cast<SequenceExpr*>(target)->elements) Assign(element, false);
      return;
    }
    default:
      Fail(target->offset, "can't assign to " + std::string(KindName(target->kind)));
  }
}

}  // namespace hawser::starlark
