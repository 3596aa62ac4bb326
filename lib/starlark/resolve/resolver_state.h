// The resolver proper: a walk over the tree that keeps the blocks it is in. Private to the files of
// this folder.
#pragma once

#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "lib/starlark/resolve/resolver.h"

namespace hawser::starlark {

class Resolver {
 public:
  Resolver(const Source& source, const Dialect& dialect,
           const std::vector<std::string_view>& predeclared, Heap& nodes,
           std::vector<Diagnostic>& errors);

  Resolution Run(std::span<Stmt*> file);

 private:
  /// The registers of a function, or of the module's own code.
  struct Frame {
    std::vector<const String*> locals;
    std::vector<bool> shared;
    std::vector<NameExpr*> free;
  };

  struct Use {
    NameExpr* name;
    bool captured;  ///< stands for uses in an inner function
  };

  /// A lexical block: the file, a function, or a comprehension.
  struct Block {
    enum class Kind : uint8_t { kFile, kFunction, kComprehension };
    Kind kind;
    Block* outer;
    Frame* frame;
    std::unordered_map<const String*, uint32_t> locals;
    std::vector<Use> uses;
  };

  /// A variable that a function uses and does not bind: `outer` is resolved in the enclosing block.
  struct Captured {
    NameExpr* outer;
    std::vector<NameExpr*> uses;
    Frame* frame;
  };

  // Statements.
  void VisitAll(std::span<Stmt*> body);
  void VisitStmt(Stmt* stmt);
  void VisitAssign(const AssignStmt& stmt);
  void VisitIf(const IfStmt& stmt);
  void VisitFor(const ForStmt& stmt);
  void VisitWhile(const WhileStmt& stmt);
  void VisitLoad(const LoadStmt& stmt);
  void VisitBranch(const BranchStmt& stmt);
  void CheckTopLevel(uint32_t offset, std::string_view what);

  // Expressions.
  void Visit(Expr* expr);
  void VisitParts(Expr* expr);
  void VisitCall(const CallExpr& call);
  void VisitArguments(std::span<const Argument> arguments);
  void VisitComprehension(const ComprehensionExpr& comprehension);
  void VisitFunction(FunctionNode* function);
  void CheckParameters(std::span<Parameter> parameters);
  void BindParameters(FunctionNode* function);

  // Names.
  void Assign(Expr* target, bool augmented);
  void Bind(NameExpr* name);
  void BindGlobal(NameExpr* name, bool loaded);
  uint32_t BindLocal(NameExpr* name);
  void UseName(NameExpr* name);
  void Close(Block& block);
  void CloseFunction(Block& block, const std::vector<Use>& unresolved);
  void ResolveTopLevel(NameExpr* name);
  void ResolveCaptured();
  std::string Suggest(const NameExpr& name);
  uint32_t GlobalIndex(const String* name, bool predeclared);
  FunctionScope Keep(const Frame& frame);

  void Fail(uint32_t offset, std::string message) {
    errors_.push_back({offset, std::move(message)});
  }

  const Source& source_;
  const Dialect& dialect_;
  const std::vector<std::string_view>& predeclared_names_;
  std::unordered_map<std::string_view, bool> predeclared_;
  Heap& nodes_;
  std::vector<Diagnostic>& errors_;
  Resolution resolution_;
  std::unordered_map<std::string_view, uint32_t> global_index_;
  std::unordered_map<const String*, uint32_t> bound_at_;  ///< globals: where first
  std::vector<Captured> captured_;
  std::vector<std::pair<FunctionNode*, std::unique_ptr<Frame>>> functions_;
  Block* block_ = nullptr;
  int loops_ = 0;         ///< around the statement, within its function
  int conditionals_ = 0;  ///< around the statement, outside functions
};

}  // namespace hawser::starlark
