// Walks a resolved tree and keeps account of what is bound and what is read.
#include "lib/starlark/tools/check.h"

#include <algorithm>
#include <map>
#include <set>

#include "lib/starlark/messages/names.h"
#include "lib/starlark/resolve/resolver.h"
#include "lib/starlark/syntax/parser.h"

namespace hawser::starlark {

namespace {

class Checker {
 public:
  explicit Checker(std::vector<Diagnostic>& findings) : findings_(findings) {}

  void Run(std::span<Stmt*> file) {
    VisitAll(file);
    for (const auto& [index, name] : loaded_) {
      if (!used_globals_.contains(index)) Unused("loaded name", *name);
    }
  }

 private:
  /// The variables of the function that is walked.
  struct Function {
    std::map<uint32_t, const NameExpr*> bound;  ///< by register: where first
    std::set<uint32_t> used;
  };

  void Report(uint32_t offset, std::string message) {
    findings_.push_back({offset, std::move(message)});
  }

  void Unused(std::string_view what, const NameExpr& name) {
    const std::string text(name.name->view());
    if (!text.starts_with('_')) Report(name.offset, messages::kNeverUsed(what, text));
  }

  static bool Leaves(const Stmt& stmt) {
    if (stmt.kind == Stmt::Kind::kReturn) return true;
    if (stmt.kind == Stmt::Kind::kBranch) {
      return static_cast<const BranchStmt&>(stmt).token != Token::kPass;
    }
    if (stmt.kind != Stmt::Kind::kIf) return false;
    const auto& branches = static_cast<const IfStmt&>(stmt).branches;
    return branches.back().condition == nullptr &&
           std::all_of(branches.begin(), branches.end(), [](const IfBranch& branch) {
             return !branch.body.empty() && Leaves(*branch.body.back());
           });
  }

  void VisitAll(std::span<Stmt*> body) {
    for (size_t i = 0; i < body.size(); ++i) {
      if (i > 0 && Leaves(*body[i - 1])) Report(body[i]->offset, messages::kUnreachable);
      VisitStmt(*body[i]);
    }
  }

  void VisitStmt(const Stmt& stmt) {
    switch (stmt.kind) {
      case Stmt::Kind::kExpr:
        return Read(static_cast<const ExprStmt&>(stmt).expr);
      case Stmt::Kind::kReturn:
        return Read(static_cast<const ReturnStmt&>(stmt).value);
      case Stmt::Kind::kBranch:
        return;
      case Stmt::Kind::kAssign: {
        const auto& assign = static_cast<const AssignStmt&>(stmt);
        Read(assign.value);
        return Write(assign.target);
      }
      case Stmt::Kind::kIf:
        for (const IfBranch& branch : static_cast<const IfStmt&>(stmt).branches) {
          Read(branch.condition);
          VisitAll(branch.body);
        }
        return;
      case Stmt::Kind::kFor: {
        const auto& loop = static_cast<const ForStmt&>(stmt);
        Read(loop.source);
        WriteLoop(loop.target);
        return VisitAll(loop.body);
      }
      case Stmt::Kind::kWhile:
        Read(static_cast<const WhileStmt&>(stmt).condition);
        return VisitAll(static_cast<const WhileStmt&>(stmt).body);
      case Stmt::Kind::kDef:
        Write(static_cast<const DefStmt&>(stmt).name);
        return VisitFunction(*static_cast<const DefStmt&>(stmt).function);
      case Stmt::Kind::kLoad:
        for (const LoadBinding& binding : static_cast<const LoadStmt&>(stmt).bindings) {
          loaded_.emplace(binding.local->index, binding.local);
        }
        return;
    }
  }

  void VisitFunction(const FunctionNode& function) {
    for (const Parameter& parameter : function.parameters) Read(parameter.fallback);
    for (const NameExpr* free : function.scope.free) Use(*free);
    Function* outer = function_;
    Function own;
    function_ = &own;
    VisitAll(function.body);
    Read(function.result);
    function_ = outer;
    const size_t parameters = function.parameters.size();
    for (const auto& [index, name] : own.bound) {
      const bool captured = function.scope.shared[index];
      if (index >= parameters && !captured && !own.used.contains(index)) {
        Unused("local variable", *name);
      }
    }
  }

  void Use(const NameExpr& name) {
    if (name.scope == Scope::kGlobal) used_globals_.insert(name.index);
    if (name.scope == Scope::kLocal && function_ != nullptr) function_->used.insert(name.index);
  }

  void Write(const Expr* target) {
    if (target->kind == Expr::Kind::kName) {
      const auto& name = static_cast<const NameExpr&>(*target);
      if (name.scope == Scope::kLocal && function_ != nullptr)
        function_->bound.emplace(name.index, &name);
    } else if (target->kind == Expr::Kind::kTuple || target->kind == Expr::Kind::kList) {
      // What is unpacked is named for its place, used or not.
      for (const Expr* element : static_cast<const SequenceExpr*>(target)->elements)
        WriteLoop(element);
    } else {
      Read(target);
    }
  }

  /// Loop variables may stay unused.
  void WriteLoop(const Expr* target) {
    if (target->kind != Expr::Kind::kName) Write(target);
  }

  void Read(const Expr* expr) {
    for (; expr != nullptr; expr = LeftOperand(expr)) ReadParts(*expr);
  }

  void ReadParts(const Expr& expr) {
    switch (expr.kind) {
      case Expr::Kind::kName:
        return Use(static_cast<const NameExpr&>(expr));
      case Expr::Kind::kList:
      case Expr::Kind::kTuple:
        for (const Expr* element : static_cast<const SequenceExpr&>(expr).elements) Read(element);
        return;
      case Expr::Kind::kDict:
        for (const DictEntry& entry : static_cast<const DictExpr&>(expr).entries) {
          Read(entry.key);
          Read(entry.value);
        }
        return;
      case Expr::Kind::kComprehension: {
        const auto& comprehension = static_cast<const ComprehensionExpr&>(expr);
        for (const Clause& clause : comprehension.clauses) Read(clause.source);
        Read(comprehension.key);
        return Read(comprehension.value);
      }
      case Expr::Kind::kConditional: {
        const auto& conditional = static_cast<const ConditionalExpr&>(expr);
        Read(conditional.condition);
        Read(conditional.yes);
        return Read(conditional.no);
      }
      case Expr::Kind::kUnary:
        return Read(static_cast<const UnaryExpr&>(expr).operand);
      case Expr::Kind::kBinary:
        return Read(static_cast<const BinaryExpr&>(expr).right);
      case Expr::Kind::kIndex:
        return Read(static_cast<const IndexExpr&>(expr).index);
      case Expr::Kind::kSlice: {
        const auto& slice = static_cast<const SliceExpr&>(expr);
        Read(slice.low);
        Read(slice.high);
        return Read(slice.step);
      }
      case Expr::Kind::kCall:
        for (const Argument& argument : static_cast<const CallExpr&>(expr).arguments)
          Read(argument.value);
        return;
      case Expr::Kind::kLambda:
        return VisitFunction(*static_cast<const LambdaExpr&>(expr).function);
      default:
        return;
    }
  }

  std::vector<Diagnostic>& findings_;
  Function* function_ = nullptr;
  std::map<uint32_t, const NameExpr*> loaded_;
  std::set<uint32_t> used_globals_;
};

}  // namespace

std::vector<Diagnostic> Check(const Source& source, const Dialect& dialect,
                              const std::vector<std::string_view>& predeclared) {
  std::vector<Diagnostic> findings;
  Heap nodes;
  Heap constants;
  Context context(constants);
  const std::span<Stmt*> file = Parse(source, nodes, context, findings);
  if (!findings.empty()) return findings;
  Resolve(source, file, dialect, predeclared, nodes, findings);
  if (!findings.empty()) return findings;
  Checker(findings).Run(file);
  std::stable_sort(findings.begin(), findings.end(),
                   [](const Diagnostic& a, const Diagnostic& b) { return a.offset < b.offset; });
  return findings;
}

}  // namespace hawser::starlark
