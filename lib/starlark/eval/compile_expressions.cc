// Expressions as instructions.
#include "lib/starlark/eval/compiler_state.h"

namespace hawser::starlark {

namespace {

bool IsLogical(const Expr& expr) {
  if (expr.kind != Expr::Kind::kBinary) return false;
  const Token op = static_cast<const BinaryExpr&>(expr).op;
  return op == Token::kAnd || op == Token::kOr;
}

/// The value of an int literal that fits the c of an instruction, else nothing.
std::optional<int32_t> SmallLiteral(const Expr& expr, int64_t limit) {
  if (expr.kind != Expr::Kind::kLiteral) return std::nullopt;
  const Value value = static_cast<const LiteralExpr&>(expr).value;
  if (!value.IsSmallInt() || value.small_int() > limit) return std::nullopt;
  return static_cast<int32_t>(value.small_int());
}

Op OpOf(Token token) {
  switch (token) {
    case Token::kPlus:
      return Op::kAdd;
    case Token::kMinus:
      return Op::kSubtract;
    case Token::kStar:
      return Op::kMultiply;
    case Token::kSlash:
      return Op::kDivide;
    case Token::kSlashSlash:
      return Op::kFloorDivide;
    case Token::kPercent:
      return Op::kModulo;
    case Token::kAmpersand:
      return Op::kAnd;
    case Token::kPipe:
      return Op::kOr;
    case Token::kCaret:
      return Op::kXor;
    case Token::kShiftLeft:
      return Op::kShiftLeft;
    case Token::kShiftRight:
      return Op::kShiftRight;
    case Token::kIn:
      return Op::kIn;
    case Token::kNotIn:
      return Op::kNotIn;
    case Token::kEqualEqual:
      return Op::kEqual;
    case Token::kNotEqual:
      return Op::kNotEqual;
    case Token::kLess:
      return Op::kLess;
    case Token::kLessEqual:
      return Op::kLessEqual;
    case Token::kGreater:
      return Op::kGreater;
    default:
      return Op::kGreaterEqual;
  }
}

/// The form of `op` whose right operand is an int within the instruction, if there is one.
std::optional<Op> WithInt(Op op) {
  switch (op) {
    case Op::kAdd:
      return Op::kAddInt;
    case Op::kSubtract:
      return Op::kSubtractInt;
    case Op::kMultiply:
      return Op::kMultiplyInt;
    case Op::kFloorDivide:
      return Op::kFloorDivideInt;
    case Op::kModulo:
      return Op::kModuloInt;
    default:
      return std::nullopt;
  }
}

}  // namespace

/// A register that holds the value: the variable's own, or a new temporary.
FunctionCompiler::Register FunctionCompiler::Operand(const Expr& expr) {
  if (const auto local = LocalOf(expr)) return *local;
  const Register target = NewTemporary();
  CompileTo(expr, target);
  return target;
}

void FunctionCompiler::CompileTo(const Expr& expr, Register target) {
  if (LeftOperand(&expr) != nullptr) return CompileChain(expr, target);
  CompileSimple(expr, target);
}

/// Expressions that begin with no other.
void FunctionCompiler::CompileSimple(const Expr& expr, Register target) {
  switch (expr.kind) {
    case Expr::Kind::kName:
      return Read(static_cast<const NameExpr&>(expr), target);
    case Expr::Kind::kLiteral: {
      const int32_t constant = unit_.Constant(static_cast<const LiteralExpr&>(expr).value);
      Emit(Op::kConst, expr.offset, target, 0, constant);
      return;
    }
    case Expr::Kind::kList:
    case Expr::Kind::kTuple:
      return CompileSequence(static_cast<const SequenceExpr&>(expr), target);
    case Expr::Kind::kDict:
      return CompileDict(static_cast<const DictExpr&>(expr), target);
    case Expr::Kind::kComprehension:
      return CompileComprehension(static_cast<const ComprehensionExpr&>(expr), target);
    case Expr::Kind::kConditional:
      return CompileConditional(static_cast<const ConditionalExpr&>(expr), target);
    case Expr::Kind::kUnary:
      return CompileUnary(static_cast<const UnaryExpr&>(expr), target);
    case Expr::Kind::kLambda:
      return CompileClosure(*static_cast<const LambdaExpr&>(expr).function, target);
    default:
      return;
  }
}

/// a.b(c)[d] + e and the like, from the left, in a loop: such chains may be long. Between the
/// links the value is in a variable or in the temporary at the top of the stack.
void FunctionCompiler::CompileChain(const Expr& expr, Register target) {
  const Temporaries temporaries(*this);
  std::vector<const Expr*> links;
  const Expr* first = &expr;
  for (; LeftOperand(first) != nullptr; first = LeftOperand(first)) links.push_back(first);
  const Register temporary = target + 1 == top_ ? target : NewTemporary();
  const auto local = IsLogical(*links.back()) ? std::nullopt : LocalOf(*first);
  Register value = local.value_or(temporary);
  if (!local) CompileTo(*first, temporary);
  while (!links.empty()) {
    const Expr& link = *links.back();
    links.pop_back();
    const bool is_method =
        link.kind == Expr::Kind::kDot && !links.empty() && links.back()->kind == Expr::Kind::kCall;
    if (is_method) {
      const auto& call = static_cast<const CallExpr&>(*links.back());
      links.pop_back();
      CompileCall(call, static_cast<const DotExpr*>(&link), value, temporary);
      value = temporary;
    } else {
      value = CompileLink(link, value, links.empty() ? target : temporary, temporary);
    }
  }
  if (value != target) Emit(Op::kMove, expr.offset, target, value, 0);
}

/// One link: from its left value to a register, which is returned.
FunctionCompiler::Register FunctionCompiler::CompileLink(const Expr& expr, Register left,
                                                         Register target, Register temporary) {
  const Temporaries temporaries(*this);
  switch (expr.kind) {
    case Expr::Kind::kDot: {
      const auto& dot = static_cast<const DotExpr&>(expr);
      Emit(Op::kAttribute, dot.dot, target, left, unit_.Attribute(dot.name));
      return target;
    }
    case Expr::Kind::kIndex: {
      const auto& index = static_cast<const IndexExpr&>(expr);
      const Register key = Operand(*index.index);
      Emit(Op::kIndex, index.bracket, target, left, static_cast<int32_t>(key));
      return target;
    }
    case Expr::Kind::kSlice:
      CompileSlice(static_cast<const SliceExpr&>(expr), left, target);
      return target;
    case Expr::Kind::kCall:
      CompileCall(static_cast<const CallExpr&>(expr), nullptr, left, temporary);
      return temporary;
    default:
      break;
  }
  const auto& binary = static_cast<const BinaryExpr&>(expr);
  if (!IsLogical(expr)) {
    CompileBinary(binary, left, target);
    return target;
  }
  if (left != temporary) Emit(Op::kMove, expr.offset, temporary, left, 0);
  CompileLogical(binary, temporary);
  return temporary;
}

void FunctionCompiler::CompileBinary(const BinaryExpr& expr, Register left, Register target) {
  const Op op = OpOf(expr.op);
  const auto literal = SmallLiteral(*expr.right, kMaxC);
  if (const auto with_int = WithInt(op); literal && with_int) {
    Emit(*with_int, expr.op_offset, target, left, *literal);
    return;
  }
  const Register right = Operand(*expr.right);
  Emit(op, expr.op_offset, target, left, static_cast<int32_t>(right));
}

/// The left value is in `target`, which the right one replaces if it is needed.
void FunctionCompiler::CompileLogical(const BinaryExpr& expr, Register target) {
  const Op op = expr.op == Token::kAnd ? Op::kJumpUnless : Op::kJumpIf;
  const size_t end = EmitJump(op, expr.op_offset, target);
  CompileTo(*expr.right, target);
  Patch(end);
}

void FunctionCompiler::CompileConditional(const ConditionalExpr& expr, Register target) {
  std::vector<size_t> unless;
  CompileCondition(*expr.condition, unless);
  CompileTo(*expr.yes, target);
  const size_t end = EmitJump(Op::kJump, expr.offset);
  PatchAll(unless);
  CompileTo(*expr.no, target);
  Patch(end);
}

/// Jumps, collected in `unless`, when the condition is false.
void FunctionCompiler::CompileCondition(const Expr& expr, std::vector<size_t>& unless) {
  const Temporaries temporaries(*this);
  std::vector<const Expr*> operands{&expr};
  const auto is_and = [](const Expr* e) {
    return e->kind == Expr::Kind::kBinary && static_cast<const BinaryExpr*>(e)->op == Token::kAnd;
  };
  while (is_and(operands.back())) {
    const auto* conjunction = static_cast<const BinaryExpr*>(operands.back());
    operands.back() = conjunction->right;
    operands.push_back(conjunction->left);
  }
  for (; !operands.empty(); operands.pop_back()) {
    const Expr& operand = *operands.back();
    if (operand.kind == Expr::Kind::kBinary &&
        CompileComparison(static_cast<const BinaryExpr&>(operand), unless)) {
      continue;
    }
    const bool negated = operand.kind == Expr::Kind::kUnary &&
                         static_cast<const UnaryExpr&>(operand).op == Token::kNot;
    const Expr& tested = negated ? *static_cast<const UnaryExpr&>(operand).operand : operand;
    const Register value = Operand(tested);
    unless.push_back(EmitJump(negated ? Op::kJumpIf : Op::kJumpUnless, operand.offset, value));
  }
}

/// A comparison and the jump in one instruction. False: `expr` is no comparison.
bool FunctionCompiler::CompileComparison(const BinaryExpr& expr, std::vector<size_t>& unless) {
  constexpr int64_t kMaxB = INT16_MAX;
  const Op op = OpOf(expr.op);
  if (op < Op::kEqual || op > Op::kGreaterEqual) return false;
  const Temporaries temporaries(*this);
  const int which = static_cast<int>(op) - static_cast<int>(Op::kEqual);
  const Register left = Operand(*expr.left);
  if (const auto literal = SmallLiteral(*expr.right, kMaxB)) {
    const Op jump = static_cast<Op>(static_cast<int>(Op::kUnlessEqualInt) + which);
    unless.push_back(EmitJump(jump, expr.op_offset, left, static_cast<Register>(*literal)));
    return true;
  }
  const Register right = Operand(*expr.right);
  const Op jump = static_cast<Op>(static_cast<int>(Op::kUnlessEqual) + which);
  unless.push_back(EmitJump(jump, expr.op_offset, left, right));
  return true;
}

void FunctionCompiler::CompileUnary(const UnaryExpr& expr, Register target) {
  const Temporaries temporaries(*this);
  const Register operand = Operand(*expr.operand);
  const Op op = expr.op == Token::kNot     ? Op::kNot
                : expr.op == Token::kMinus ? Op::kNegate
                : expr.op == Token::kPlus  ? Op::kPlus
                                           : Op::kInvert;
  Emit(op, expr.offset, target, operand, 0);
}

}  // namespace hawser::starlark
