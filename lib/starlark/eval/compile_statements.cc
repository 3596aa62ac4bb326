// Statements as instructions.
#include "lib/starlark/eval/compiler_state.h"

namespace hawser::starlark {

void FunctionCompiler::CompileBody(std::span<Stmt*> body) {
  for (const Stmt* stmt : body) {
    if (unreachable_) return;
    const Temporaries temporaries(*this);
    if (unit_.profiled) Emit(Op::kLine, stmt->offset, 0, 0, 0);
    CompileStmt(*stmt);
  }
}

void FunctionCompiler::CompileStmt(const Stmt& stmt) {
  switch (stmt.kind) {
    case Stmt::Kind::kExpr:
      Operand(*static_cast<const ExprStmt&>(stmt).expr);
      return;
    case Stmt::Kind::kAssign:
      return CompileAssign(static_cast<const AssignStmt&>(stmt));
    case Stmt::Kind::kReturn:
      return CompileReturn(static_cast<const ReturnStmt&>(stmt));
    case Stmt::Kind::kBranch:
      return CompileBranch(static_cast<const BranchStmt&>(stmt));
    case Stmt::Kind::kIf:
      return CompileIf(static_cast<const IfStmt&>(stmt));
    case Stmt::Kind::kFor:
      return CompileFor(static_cast<const ForStmt&>(stmt));
    case Stmt::Kind::kWhile:
      return CompileWhile(static_cast<const WhileStmt&>(stmt));
    case Stmt::Kind::kLoad:
      return CompileLoad(static_cast<const LoadStmt&>(stmt));
    case Stmt::Kind::kDef: {
      const auto& def = static_cast<const DefStmt&>(stmt);
      const Register function = NewTemporary();
      CompileClosure(*def.function, function);
      return Write(*def.name, function, def.offset);
    }
  }
}

namespace {

/// True for expressions that write their result in steps: no variable may be given to them as
/// target that they may also read.
bool WritesEarly(const Expr& expr) {
  switch (expr.kind) {
    case Expr::Kind::kDict:
    case Expr::Kind::kComprehension:
    case Expr::Kind::kConditional:
      return true;
    case Expr::Kind::kBinary: {
      const Token op = static_cast<const BinaryExpr&>(expr).op;
      return op == Token::kAnd || op == Token::kOr;
    }
    default:
      return false;
  }
}

}  // namespace

void FunctionCompiler::CompileAssign(const AssignStmt& stmt) {
  if (stmt.op != Token::kEqual) return CompileAugmented(stmt);
  if (stmt.target->kind == Expr::Kind::kName) {
    const auto& name = static_cast<const NameExpr&>(*stmt.target);
    if (name.scope == Scope::kLocal && !IsShared(name) && !WritesEarly(*stmt.value)) {
      CompileTo(*stmt.value, name.index);
      assigned_[name.index] = true;
      return;
    }
  }
  Store(*stmt.target, Operand(*stmt.value), stmt.op_offset);
}

void FunctionCompiler::CompileAugmentedOp(const AssignStmt& stmt, Register target, Register left,
                                          Register right) {
  Op op = Op::kAdd;
  switch (stmt.op) {
    case Token::kPlus:
      op = Op::kInPlaceAdd;
      break;
    case Token::kPipe:
      op = Op::kInPlaceOr;
      break;
    case Token::kMinus:
      op = Op::kSubtract;
      break;
    case Token::kStar:
      op = Op::kMultiply;
      break;
    case Token::kSlash:
      op = Op::kDivide;
      break;
    case Token::kSlashSlash:
      op = Op::kFloorDivide;
      break;
    case Token::kPercent:
      op = Op::kModulo;
      break;
    case Token::kAmpersand:
      op = Op::kAnd;
      break;
    case Token::kCaret:
      op = Op::kXor;
      break;
    case Token::kShiftLeft:
      op = Op::kShiftLeft;
      break;
    default:
      op = Op::kShiftRight;
      break;
  }
  Emit(op, stmt.op_offset, target, left, static_cast<int32_t>(right));
}

/// What is assigned to is evaluated once, and before the right side.
void FunctionCompiler::CompileAugmented(const AssignStmt& stmt) {
  const Expr& target = *stmt.target;
  const Register result = NewTemporary();
  if (target.kind == Expr::Kind::kIndex) {
    const auto& index = static_cast<const IndexExpr&>(target);
    const Register object = Operand(*index.object);
    const Register key = Operand(*index.index);
    Emit(Op::kIndex, index.bracket, result, object, static_cast<int32_t>(key));
    CompileAugmentedOp(stmt, result, result, Operand(*stmt.value));
    Emit(Op::kSetIndex, index.bracket, object, key, static_cast<int32_t>(result));
  } else if (target.kind == Expr::Kind::kDot) {
    const auto& dot = static_cast<const DotExpr&>(target);
    const Register object = Operand(*dot.object);
    Emit(Op::kAttribute, dot.dot, result, object, unit_.Attribute(dot.name));
    CompileAugmentedOp(stmt, result, result, Operand(*stmt.value));
    Emit(Op::kSetAttribute, dot.dot, object, result, unit_.Attribute(dot.name));
  } else {
    const auto& name = static_cast<const NameExpr&>(target);
    if (const auto local = LocalOf(name)) {
      const bool small = stmt.value->kind == Expr::Kind::kLiteral && stmt.op == Token::kPlus;
      const Value literal = small ? static_cast<const LiteralExpr*>(stmt.value)->value : Value();
      if (small && literal.IsSmallInt() && literal.small_int() < kMaxC) {
        Emit(Op::kAddInt, stmt.op_offset, *local, *local,
             static_cast<int32_t>(literal.small_int()));
        return;
      }
      CompileAugmentedOp(stmt, *local, *local, Operand(*stmt.value));
      return;
    }
    Read(name, result);
    CompileAugmentedOp(stmt, result, result, Operand(*stmt.value));
    Write(name, result, stmt.op_offset);
  }
}

void FunctionCompiler::CompileReturn(const ReturnStmt& stmt) {
  Register result = 0;
  if (stmt.value != nullptr) {
    result = Operand(*stmt.value);
  } else {
    result = NewTemporary();
    Emit(Op::kConst, stmt.offset, result, 0, unit_.Constant(Value::None()));
  }
  for (const LoopContext& loop : loops_) {
    if (loop.iterator) Emit(Op::kEndLoop, stmt.offset, *loop.iterator, 0, 0);
  }
  Emit(Op::kReturn, stmt.offset, result, 0, 0);
  unreachable_ = true;
}

void FunctionCompiler::CompileBranch(const BranchStmt& stmt) {
  if (stmt.token == Token::kPass) return;
  const size_t jump = EmitJump(Op::kJump, stmt.offset);
  (stmt.token == Token::kBreak ? loops_.back().breaks : loops_.back().continues).push_back(jump);
  unreachable_ = true;
}

void FunctionCompiler::CompileIf(const IfStmt& stmt) {
  const std::vector<bool> before = assigned_;
  std::vector<bool> after(assigned_.size(), true);
  std::vector<size_t> ends;
  bool all_leave = true;
  const auto merge = [&] {
    if (!unreachable_) {
      for (size_t i = 0; i < after.size(); ++i) after[i] = after[i] && assigned_[i];
    }
    all_leave = all_leave && unreachable_;
    assigned_ = before;
    unreachable_ = false;
  };
  bool has_else = false;
  for (const IfBranch& branch : stmt.branches) {
    std::vector<size_t> unless;
    has_else = branch.condition == nullptr;
    if (!has_else) CompileCondition(*branch.condition, unless);
    CompileBody(branch.body);
    const bool last = &branch == &stmt.branches.back();
    if (!last && !unreachable_) ends.push_back(EmitJump(Op::kJump, stmt.offset));
    PatchAll(unless);
    merge();
  }
  if (!has_else) merge();
  PatchAll(ends);
  assigned_ = all_leave ? before : after;
  unreachable_ = all_leave;
}

void FunctionCompiler::CompileFor(const ForStmt& stmt) {
  const Register iterator = NewTemporary();
  const Register element = NewTemporary();
  {
    const Temporaries temporaries(*this);
    Emit(Op::kIterate, stmt.offset, iterator, Operand(*stmt.source), 0);
  }
  const std::vector<bool> before = assigned_;
  const auto local = stmt.target->kind == Expr::Kind::kName
                         ? &static_cast<const NameExpr&>(*stmt.target)
                         : nullptr;
  const bool direct = local != nullptr && local->scope == Scope::kLocal && !IsShared(*local);
  const int32_t top = Here();
  const size_t next = EmitJump(Op::kNext, stmt.offset, direct ? local->index : element, iterator);
  if (direct) {
    assigned_[local->index] = true;
  } else {
    Store(*stmt.target, element, stmt.offset);
  }
  loops_.push_back({.breaks = {}, .continues = {}, .iterator = iterator});
  CompileBody(stmt.body);
  const LoopContext loop = std::move(loops_.back());
  loops_.pop_back();
  for (const size_t jump : loop.continues) {
    code_.instructions[jump] = Instruction(Op::kJump, 0, 0, top);
  }
  if (!unreachable_) Emit(Op::kJump, stmt.offset, 0, 0, top);
  Patch(next);
  PatchAll(loop.breaks);
  Emit(Op::kEndLoop, stmt.offset, iterator, 0, 0);
  assigned_ = before;
  unreachable_ = false;
}

void FunctionCompiler::CompileWhile(const WhileStmt& stmt) {
  const std::vector<bool> before = assigned_;
  const int32_t top = Here();
  std::vector<size_t> unless;
  CompileCondition(*stmt.condition, unless);
  loops_.emplace_back();
  CompileBody(stmt.body);
  const LoopContext loop = std::move(loops_.back());
  loops_.pop_back();
  for (const size_t jump : loop.continues) {
    code_.instructions[jump] = Instruction(Op::kJumpBack, 0, 0, top);
  }
  if (!unreachable_) Emit(Op::kJumpBack, stmt.offset, 0, 0, top);
  PatchAll(unless);
  PatchAll(loop.breaks);
  assigned_ = before;
  unreachable_ = false;
}

void FunctionCompiler::CompileLoad(const LoadStmt& stmt) {
  LoadSite site{.module = stmt.module, .names = {}};
  for (const LoadBinding& binding : stmt.bindings) site.names.push_back(binding.name);
  unit_.program.loads.push_back(std::move(site));
  const Register first = top_;
  for (size_t i = 0; i < stmt.bindings.size(); ++i) NewTemporary();
  Emit(Op::kLoad, stmt.offset, first, 0, static_cast<int32_t>(unit_.program.loads.size() - 1));
  for (size_t i = 0; i < stmt.bindings.size(); ++i) {
    Write(*stmt.bindings[i].local, first + static_cast<Register>(i), stmt.offset);
  }
}

}  // namespace hawser::starlark
