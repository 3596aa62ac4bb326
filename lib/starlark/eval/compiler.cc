// From source to program, and the emission of instructions.
#include "lib/starlark/eval/compiler.h"

#include <algorithm>

#include "lib/starlark/builtins/methods.h"
#include "lib/starlark/eval/compiler_state.h"
#include "lib/starlark/syntax/parser.h"

namespace hawser::starlark {

int32_t Unit::Constant(Value value) {
  const auto next = static_cast<int32_t>(program.constants.size());
  const auto [entry, is_new] = constants.try_emplace(value.bits(), next);
  if (is_new) program.constants.push_back(value);
  return entry->second;
}

int32_t Unit::Attribute(const String* name) {
  const auto next = static_cast<int32_t>(program.attributes.size());
  const auto [entry, is_new] = attributes.try_emplace(name, next);
  if (is_new) program.attributes.push_back({name, MethodNumber(name->view())});
  return entry->second;
}

FunctionCompiler::FunctionCompiler(Unit& unit, Code& code, const FunctionScope& scope)
    : unit_(unit),
      code_(code),
      scope_(scope),
      top_(static_cast<Register>(scope.locals.size())),
      assigned_(scope.locals.size()) {
  code_.program = &unit.program;
  code_.locals.assign(scope.locals.begin(), scope.locals.end());
  code_.registers = top_;
  for (size_t i = 0; i < scope.shared.size(); ++i) {
    if (scope.shared[i]) code_.cells.push_back(static_cast<uint16_t>(i));
  }
}

size_t FunctionCompiler::Emit(Op op, uint32_t offset, Register a, Register b, int32_t c) {
  code_.instructions.emplace_back(op, a, b, c);
  code_.offsets.push_back(offset);
  if (code_.instructions.size() > kMaxC) unit_.too_large = true;
  return code_.instructions.size() - 1;
}

size_t FunctionCompiler::EmitJump(Op op, uint32_t offset, Register a, Register b) {
  return Emit(op, offset, a, b, 0);
}

/// Jumps go to the next instruction to come.
void FunctionCompiler::Patch(size_t jump) {
  Instruction& instruction = code_.instructions[jump];
  instruction = Instruction(instruction.op(), instruction.a(), instruction.b(), Here());
}

void FunctionCompiler::PatchAll(const std::vector<size_t>& jumps) {
  for (const size_t jump : jumps) Patch(jump);
}

FunctionCompiler::Register FunctionCompiler::NewTemporary() {
  constexpr Register kMostRegisters = 60'000;
  if (top_ >= kMostRegisters) {
    unit_.too_large = true;
    return top_;
  }
  code_.registers = std::max(code_.registers, top_ + 1);
  return top_++;
}

void FunctionCompiler::CompileModule(std::span<Stmt*> body) {
  CompileBody(body);
  const Temporaries temporaries(*this);
  const Register result = NewTemporary();
  Emit(Op::kConst, 0, result, 0, unit_.Constant(Value::None()));
  Emit(Op::kReturn, 0, result, 0, 0);
}

void FunctionCompiler::CompileFunction(const FunctionNode& function) {
  for (uint32_t i = 0; i < code_.parameters + (code_.star ? 1 : 0) + (code_.star_star ? 1 : 0);
       ++i) {
    assigned_[i] = true;
  }
  const Temporaries temporaries(*this);
  const Register result = NewTemporary();
  if (function.result != nullptr) {
    CompileTo(*function.result, result);
  } else {
    CompileBody(function.body);
    if (unreachable_) return;
    Emit(Op::kConst, function.offset, result, 0, unit_.Constant(Value::None()));
  }
  Emit(Op::kReturn, function.offset, result, 0, 0);
}

std::shared_ptr<const Program> Compile(const std::shared_ptr<const Source>& source,
                                       const CompileOptions& options,
                                       std::vector<Diagnostic>& errors) {
  auto program = std::make_shared<Program>(source);
  Heap nodes;
  Context constants(program->heap);
  const std::span<Stmt*> file = Parse(*source, nodes, constants, errors);
  if (!errors.empty()) return nullptr;
  Resolution resolution =
      Resolve(*source, file, options.dialect, options.predeclared, nodes, errors);
  if (!errors.empty()) return nullptr;
  program->globals = std::move(resolution.globals);
  Unit unit{.program = *program, .profiled = options.profiled, .constants = {}, .attributes = {}};
  program->functions.push_back(std::make_unique<Code>());
  FunctionCompiler(unit, *program->functions.front(), resolution.top_level).CompileModule(file);
  if (unit.too_large) {
    errors.push_back({0, "a function is too large: split it"});
    return nullptr;
  }
  return program;
}

}  // namespace hawser::starlark
