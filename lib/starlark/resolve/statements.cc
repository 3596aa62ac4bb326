// What the resolver does and checks at each statement.
#include "lib/starlark/messages/names.h"
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
        Fail(stmt->offset, messages::kReturnOutside);
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
  Fail(stmt.offset, messages::kNotInLoop(TokenText(stmt.token)));
}

void Resolver::CheckTopLevel(uint32_t offset, std::string_view what) {
  if (block_->kind != Block::Kind::kFile || dialect_.top_level_control) return;
  Fail(offset, messages::kNotInFunction(what));
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
    Fail(stmt.offset, messages::kNoWhile);
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
    Fail(stmt.offset, messages::kLoadInFunction);
  } else if (loops_ > 0) {
    Fail(stmt.offset, messages::kLoadInLoop);
  } else if (conditionals_ > 0) {
    Fail(stmt.offset, messages::kLoadInConditional);
  }
  for (const LoadBinding& binding : stmt.bindings) {
    const std::string_view name = binding.name->view();
    if (name.empty()) {
      Fail(binding.name_offset, messages::kLoadEmptyName);
    } else if (name[0] == '_') {
      Fail(binding.name_offset, messages::kLoadPrivateName(name));
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
        Fail(target->offset, messages::kAugmentedSequence(tuple ? "tuple" : "list"));
      }
      for (Expr* element : static_cast<SequenceExpr*>(target)->elements) Assign(element, false);
      return;
    }
    default:
      Fail(target->offset, messages::kNotAssignable(KindName(target->kind)));
  }
}

}  // namespace hawser::starlark
