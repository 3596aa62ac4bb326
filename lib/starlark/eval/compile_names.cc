// Reading and writing variables, and assignment to any target.
#include <algorithm>

#include "lib/starlark/eval/compiler_state.h"

namespace hawser::starlark {

/// Variables that are not certainly assigned are looked at before each use.
void FunctionCompiler::CheckAssigned(const NameExpr& name) {
  if (assigned_[name.index]) return;
  const auto local = static_cast<uint16_t>(name.index);
  if (std::find(code_.cleared.begin(), code_.cleared.end(), local) == code_.cleared.end()) {
    code_.cleared.push_back(local);
  }
  Emit(Op::kCheck, name.offset, local, 0, 0);
}

/// The register of a variable that can be used where it is.
std::optional<FunctionCompiler::Register> FunctionCompiler::LocalOf(const Expr& expr) {
  if (expr.kind != Expr::Kind::kName) return std::nullopt;
  const auto& name = static_cast<const NameExpr&>(expr);
  if (name.scope != Scope::kLocal || IsShared(name)) return std::nullopt;
  CheckAssigned(name);
  return name.index;
}

void FunctionCompiler::Read(const NameExpr& name, Register target) {
  switch (name.scope) {
    case Scope::kLocal:
      if (IsShared(name)) {
        Emit(Op::kCell, name.offset, target, name.index, 0);
      } else {
        CheckAssigned(name);
        if (target != name.index) Emit(Op::kMove, name.offset, target, name.index, 0);
      }
      return;
    case Scope::kFree:
      Emit(Op::kFree, name.offset, target, 0, static_cast<int32_t>(name.index));
      return;
    default:
      Emit(Op::kGlobal, name.offset, target, 0, static_cast<int32_t>(name.index));
      return;
  }
}

void FunctionCompiler::Write(const NameExpr& name, Register value, uint32_t offset) {
  if (name.scope == Scope::kGlobal) {
    Emit(Op::kSetGlobal, offset, value, 0, static_cast<int32_t>(name.index));
  } else if (IsShared(name)) {
    Emit(Op::kSetCell, offset, name.index, value, 0);
  } else {
    if (value != name.index) Emit(Op::kMove, offset, name.index, value, 0);
    assigned_[name.index] = true;
  }
}

void FunctionCompiler::Store(const Expr& target, Register value, uint32_t offset) {
  const Temporaries temporaries(*this);
  switch (target.kind) {
    case Expr::Kind::kName:
      return Write(static_cast<const NameExpr&>(target), value, offset);
    case Expr::Kind::kIndex: {
      const auto& index = static_cast<const IndexExpr&>(target);
      const Register object = Operand(*index.object);
      const Register key = Operand(*index.index);
      Emit(Op::kSetIndex, index.bracket, object, key, static_cast<int32_t>(value));
      return;
    }
    case Expr::Kind::kDot: {
      const auto& dot = static_cast<const DotExpr&>(target);
      Emit(Op::kSetAttribute, dot.dot, Operand(*dot.object), value, unit_.Attribute(dot.name));
      return;
    }
    default:
      break;
  }
  const auto& elements = static_cast<const SequenceExpr&>(target).elements;
  const Register first = top_;
  for (size_t i = 0; i < elements.size(); ++i) NewTemporary();
  Emit(Op::kUnpack, offset, first, value, static_cast<int32_t>(elements.size()));
  for (size_t i = 0; i < elements.size(); ++i) {
    Store(*elements[i], first + static_cast<Register>(i), offset);
  }
}

}  // namespace hawser::starlark
