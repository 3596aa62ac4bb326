// The compiler of one function. Private to the compile_*.cc files.
#pragma once

#include <optional>
#include <unordered_map>
#include <vector>

#include "lib/starlark/eval/compiler.h"
#include "lib/starlark/syntax/ast.h"

namespace hawser::starlark {

/// What the functions of a program share while they are compiled.
struct Unit {
  Program& program;
  bool profiled;
  std::unordered_map<uint64_t, int32_t> constants;
  std::unordered_map<const String*, int32_t> attributes;
  bool too_large = false;

  int32_t Constant(Value value);
  int32_t Attribute(const String* name);
};

/// Registers are the variables, then temporaries that are taken and given back as a stack.
class FunctionCompiler {
 public:
  FunctionCompiler(Unit& unit, Code& code, const FunctionScope& scope);

  void CompileModule(std::span<Stmt*> body);
  void CompileFunction(const FunctionNode& function);

 private:
  using Register = uint32_t;

  struct LoopContext {
    std::vector<size_t> breaks;
    std::vector<size_t> continues;
    std::optional<Register> iterator;  ///< of a for loop
  };

  /// Gives temporaries back at the end of a scope.
  struct Temporaries {
    explicit Temporaries(FunctionCompiler& c) : compiler(c), top(c.top_) {}
    ~Temporaries() { compiler.top_ = top; }
    FunctionCompiler& compiler;
    Register top;
  };

  // Instructions.
  size_t Emit(Op op, uint32_t offset, Register a, Register b, int32_t c);
  size_t EmitJump(Op op, uint32_t offset, Register a = 0, Register b = 0);
  void Patch(size_t jump);
  void PatchAll(const std::vector<size_t>& jumps);
  int32_t Here() const { return static_cast<int32_t>(code_.instructions.size()); }
  Register NewTemporary();

  // Statements.
  void CompileBody(std::span<Stmt*> body);
  void CompileStmt(const Stmt& stmt);
  void CompileAssign(const AssignStmt& stmt);
  void CompileAugmented(const AssignStmt& stmt);
  void CompileReturn(const ReturnStmt& stmt);
  void CompileBranch(const BranchStmt& stmt);
  void CompileIf(const IfStmt& stmt);
  void CompileFor(const ForStmt& stmt);
  void CompileWhile(const WhileStmt& stmt);
  void CompileLoad(const LoadStmt& stmt);
  void CompileAugmentedOp(const AssignStmt& stmt, Register target, Register left, Register right);

  // Names.
  void Read(const NameExpr& name, Register target);
  void Write(const NameExpr& name, Register value, uint32_t offset);
  void Store(const Expr& target, Register value, uint32_t offset);
  std::optional<Register> LocalOf(const Expr& expr);
  void CheckAssigned(const NameExpr& name);
  bool IsShared(const NameExpr& name) const { return scope_.shared[name.index]; }

  // Expressions.
  void CompileTo(const Expr& expr, Register target);
  Register Operand(const Expr& expr);
  void CompileSimple(const Expr& expr, Register target);
  void CompileChain(const Expr& expr, Register target);
  Register CompileLink(const Expr& expr, Register left, Register target, Register temporary);
  void CompileBinary(const BinaryExpr& expr, Register left, Register target);
  void CompileLogical(const BinaryExpr& expr, Register target);
  void CompileConditional(const ConditionalExpr& expr, Register target);
  void CompileUnary(const UnaryExpr& expr, Register target);
  void CompileSequence(const SequenceExpr& expr, Register target);
  void CompileDict(const DictExpr& expr, Register target);
  void CompileSlice(const SliceExpr& expr, Register left, Register target);
  void CompileComprehension(const ComprehensionExpr& expr, Register target);
  void CompileClauses(const ComprehensionExpr& expr, size_t clause, Register result);
  void CompileCall(const CallExpr& expr, const DotExpr* method, Register left, Register base);
  void CompileClosure(const FunctionNode& function, Register target);
  void CompileCondition(const Expr& expr, std::vector<size_t>& unless);
  bool CompileComparison(const BinaryExpr& expr, std::vector<size_t>& unless);

  Unit& unit_;
  Code& code_;
  const FunctionScope& scope_;
  Register top_;
  std::vector<bool> assigned_;  ///< by register: certainly assigned here
  bool unreachable_ = false;    ///< behind a return, break or continue
  std::vector<LoopContext> loops_;
};

}  // namespace hawser::starlark
