// Displays, comprehensions, slices, calls and closures as instructions.
#include "lib/starlark/eval/compiler_state.h"

namespace hawser::starlark {

void FunctionCompiler::CompileSequence(const SequenceExpr& expr, Register target) {
  const Temporaries temporaries(*this);
  const Register first = top_;
  for (const Expr* element : expr.elements) {
    const Register temporary = NewTemporary();
    CompileTo(*element, temporary);
  }
  const Op op = expr.kind == Expr::Kind::kList ? Op::kList : Op::kTuple;
  Emit(op, expr.offset, target, first, static_cast<int32_t>(expr.elements.size()));
}

void FunctionCompiler::CompileDict(const DictExpr& expr, Register target) {
  Emit(Op::kDict, expr.offset, target, 0, static_cast<int32_t>(expr.entries.size()));
  for (const DictEntry& entry : expr.entries) {
    const Temporaries temporaries(*this);
    const Register key = Operand(*entry.key);
    const Register value = Operand(*entry.value);
    Emit(Op::kAddEntry, entry.colon, target, key, static_cast<int32_t>(value));
  }
}

void FunctionCompiler::CompileSlice(const SliceExpr& expr, Register left, Register target) {
  const Register base = NewTemporary();
  if (left != base) Emit(Op::kMove, expr.offset, base, left, 0);
  for (const Expr* bound : {expr.low, expr.high, expr.step}) {
    const Register temporary = NewTemporary();
    if (bound != nullptr) {
      CompileTo(*bound, temporary);
    } else {
      Emit(Op::kConst, expr.bracket, temporary, 0, unit_.Constant(Value::None()));
    }
  }
  Emit(Op::kSlice, expr.bracket, target, base, 0);
}

void FunctionCompiler::CompileComprehension(const ComprehensionExpr& expr, Register target) {
  const Temporaries temporaries(*this);
  // The result is built apart from variables, which the clauses may read.
  const Register result = NewTemporary();
  Emit(expr.key != nullptr ? Op::kDict : Op::kList, expr.offset, result, result, 0);
  const std::vector<bool> before = assigned_;
  CompileClauses(expr, 0, result);
  assigned_ = before;
  Emit(Op::kMove, expr.offset, target, result, 0);
}

void FunctionCompiler::CompileClauses(const ComprehensionExpr& expr, size_t clause,
                                      Register result) {
  const Temporaries temporaries(*this);
  if (clause == expr.clauses.size()) {
    if (expr.key == nullptr) {
      Emit(Op::kAppend, expr.offset, result, Operand(*expr.value), 0);
      return;
    }
    const Register key = Operand(*expr.key);
    const Register value = Operand(*expr.value);
    Emit(Op::kSetEntry, expr.colon, result, key, static_cast<int32_t>(value));
    return;
  }
  const Clause& current = expr.clauses[clause];
  if (current.target == nullptr) {
    std::vector<size_t> unless;
    CompileCondition(*current.source, unless);
    CompileClauses(expr, clause + 1, result);
    PatchAll(unless);
    return;
  }
  const Register iterator = NewTemporary();
  const Register element = NewTemporary();
  Emit(Op::kIterate, current.offset, iterator, Operand(*current.source), 0);
  const int32_t top = Here();
  const auto* name = current.target->kind == Expr::Kind::kName
                         ? static_cast<const NameExpr*>(current.target)
                         : nullptr;
  const bool direct = name != nullptr && !IsShared(*name);
  const size_t next = EmitJump(Op::kNext, current.offset, direct ? name->index : element, iterator);
  if (direct) {
    assigned_[name->index] = true;
  } else {
    Store(*current.target, element, current.offset);
  }
  CompileClauses(expr, clause + 1, result);
  Emit(Op::kJump, current.offset, 0, 0, top);
  Patch(next);
  Emit(Op::kEndLoop, current.offset, iterator, 0, 0);
}

/// `base` is the top temporary. `method`: the callee is that attribute of `left`.
void FunctionCompiler::CompileCall(const CallExpr& expr, const DotExpr* method, Register left,
                                   Register base) {
  const Temporaries temporaries(*this);
  CallSite site;
  for (const Argument& argument : expr.arguments) {
    switch (argument.kind) {
      case Argument::Kind::kPositional:
        ++site.positional;
        break;
      case Argument::Kind::kNamed:
        site.names.push_back(argument.name);
        break;
      case Argument::Kind::kStar:
        site.star = true;
        break;
      case Argument::Kind::kStarStar:
        site.star_star = true;
        break;
    }
  }
  const bool plain = site.names.empty() && !site.star && !site.star_star;
  if (method != nullptr && !plain) {
    Emit(Op::kAttribute, method->dot, base, left, unit_.Attribute(method->name));
  } else if (left != base) {
    Emit(Op::kMove, expr.offset, base, left, 0);
  }
  // The resolver saw to the order: positional, named, *args, **kwargs.
  Register next = top_;
  for (size_t i = 0; i < expr.arguments.size(); ++i) NewTemporary();
  for (const Argument& argument : expr.arguments) CompileTo(*argument.value, next++);
  if (plain && method != nullptr) {
    Emit(Op::kCallMethod, expr.paren, base, site.positional, unit_.Attribute(method->name));
  } else if (plain) {
    Emit(Op::kCall, expr.paren, base, site.positional, static_cast<int32_t>(base));
  } else {
    unit_.program.call_sites.push_back(std::move(site));
    Emit(Op::kCallSpread, expr.paren, base, 0,
         static_cast<int32_t>(unit_.program.call_sites.size() - 1));
  }
}

/// A function value: defaults are evaluated here, in the order of the parameters.
void FunctionCompiler::CompileClosure(const FunctionNode& function, Register target) {
  const Temporaries temporaries(*this);
  const auto index = static_cast<int32_t>(unit_.program.functions.size());
  unit_.program.functions.push_back(std::make_unique<Code>());
  Code& code = *unit_.program.functions.back();
  code.name = function.name;
  bool keyword_only = false;
  bool all_required = true;
  const Register first = top_;
  for (const Parameter& parameter : function.parameters) {
    if (parameter.kind != Parameter::Kind::kPlain) {
      keyword_only = true;
      code.star =
          code.star || (parameter.kind == Parameter::Kind::kStar && parameter.name != nullptr);
      code.star_star = code.star_star || parameter.kind == Parameter::Kind::kStarStar;
      continue;
    }
    ++code.parameters;
    if (!keyword_only) ++code.positional;
    all_required = all_required && parameter.fallback == nullptr;
    if (all_required) {
      ++code.required;
      continue;
    }
    const Register temporary = NewTemporary();
    if (parameter.fallback != nullptr) {
      CompileTo(*parameter.fallback, temporary);
    } else {
      Emit(Op::kConst, parameter.offset, temporary, 0, unit_.Constant(Value()));
    }
  }
  code.simple = code.required == code.parameters && code.positional == code.parameters &&
                !code.star && !code.star_star;
  for (const NameExpr* free : function.scope.free) {
    code.free.emplace_back(free->scope == Scope::kLocal, free->index);
    code.free_names.push_back(free->name);
  }
  FunctionCompiler(unit_, code, function.scope).CompileFunction(function);
  Emit(Op::kFunction, function.offset, target, first, index);
}

}  // namespace hawser::starlark
