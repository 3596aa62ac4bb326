// Names: where they are bound and what their uses refer to.
#include "lib/starlark/resolve/resolver.h"

#include <algorithm>

#include "lib/starlark/messages/names.h"
#include "lib/starlark/resolve/resolver_state.h"
#include "lib/starlark/resolve/spelling.h"

namespace hawser::starlark {

Resolver::Resolver(const Source& source, const Dialect& dialect,
                   const std::vector<std::string_view>& predeclared, Heap& nodes,
                   std::vector<Diagnostic>& errors)
    : source_(source),
      dialect_(dialect),
      predeclared_names_(predeclared),
      nodes_(nodes),
      errors_(errors) {
  for (const std::string_view name : predeclared) predeclared_[name] = true;
}

Resolution Resolver::Run(std::span<Stmt*> file) {
  Frame frame;
  Block block{
      .kind = Block::Kind::kFile, .outer = nullptr, .frame = &frame, .locals = {}, .uses = {}};
  block_ = &block;
  VisitAll(file);
  Close(block);
  ResolveCaptured();
  resolution_.top_level = Keep(frame);
  for (const auto& [function, its_frame] : functions_) function->scope = Keep(*its_frame);
  std::stable_sort(errors_.begin(), errors_.end(),
                   [](const Diagnostic& a, const Diagnostic& b) { return a.offset < b.offset; });
  return std::move(resolution_);
}

FunctionScope Resolver::Keep(const Frame& frame) {
  constexpr size_t kMostLocals = 30'000;
  const size_t count = frame.locals.size();
  if (count > kMostLocals) Fail(0, messages::kTooManyLocals);
  auto** locals = static_cast<const String**>(nodes_.Allocate(count * sizeof(String*)));
  bool* shared = static_cast<bool*>(nodes_.Allocate(count));
  std::copy(frame.locals.begin(), frame.locals.end(), locals);
  std::copy(frame.shared.begin(), frame.shared.end(), shared);
  auto** free = static_cast<NameExpr**>(nodes_.Allocate(frame.free.size() * sizeof(NameExpr*)));
  std::copy(frame.free.begin(), frame.free.end(), free);
  return {{locals, count}, {shared, count}, {free, frame.free.size()}};
}

void Resolver::Bind(NameExpr* name) {
  if (block_->kind == Block::Kind::kFile) {
    BindGlobal(name, false);
  } else {
    BindLocal(name);
  }
}

uint32_t Resolver::BindLocal(NameExpr* name) {
  Frame& frame = *block_->frame;
  const auto [entry, is_new] =
      block_->locals.try_emplace(name->name, static_cast<uint32_t>(frame.locals.size()));
  if (is_new) {
    frame.locals.push_back(name->name);
    frame.shared.push_back(false);
  }
  name->scope = Scope::kLocal;
  name->index = entry->second;
  return entry->second;
}

uint32_t Resolver::GlobalIndex(const String* name, bool predeclared) {
  const auto index = static_cast<uint32_t>(resolution_.globals.size());
  const auto [entry, is_new] = global_index_.try_emplace(name->view(), index);
  if (is_new) resolution_.globals.push_back({.name = name, .predeclared = predeclared});
  return entry->second;
}

void Resolver::BindGlobal(NameExpr* name, bool loaded) {
  const auto [first, is_new] = bound_at_.try_emplace(name->name, name->offset);
  const std::string text(name->name->view());
  const bool was_loaded = !is_new && resolution_.globals[GlobalIndex(name->name, false)].loaded;
  if (!is_new && !dialect_.global_reassign) {
    const std::string_view what = loaded ? "top-level" : (was_loaded ? "local" : "global");
    Fail(name->offset, messages::kReassigned(what, text, source_.Where(first->second)));
  }
  // A name that was used as predeclared so far is the module's own from here on.
  if (is_new) {
    const auto index = static_cast<uint32_t>(resolution_.globals.size());
    global_index_[name->name->view()] = index;
    resolution_.globals.push_back({.name = name->name, .loaded = loaded});
  }
  name->scope = Scope::kGlobal;
  name->index = global_index_.at(name->name->view());
  if (!loaded) resolution_.globals[name->index].loaded = false;
}

void Resolver::UseName(NameExpr* name) {
  // Where globals may be reassigned, a use outside functions sees what was bound before it.
  if (dialect_.global_reassign && block_->kind == Block::Kind::kFile) {
    ResolveTopLevel(name);
  } else {
    block_->uses.push_back({name, false});
  }
}

void Resolver::ResolveTopLevel(NameExpr* name) {
  name->scope = Scope::kGlobal;
  if (bound_at_.contains(name->name)) {
    name->index = global_index_.at(name->name->view());
    return;
  }
  if (predeclared_.contains(name->name->view())) {
    name->index = GlobalIndex(name->name, true);
    return;
  }
  name->scope = Scope::kUndefined;
  Fail(name->offset, messages::kUndefined(name->name->view(), Suggest(*name)));
}

std::string Resolver::Suggest(const NameExpr& name) {
  // Among equally near names, the innermost is suggested.
  std::vector<std::string_view> candidates;
  const auto add = [&candidates](const auto& names) {
    const auto first = static_cast<ptrdiff_t>(candidates.size());
    for (const auto& [known, where] : names) candidates.push_back(known->view());
    std::sort(candidates.begin() + first, candidates.end());
  };
  for (const auto& [function, frame] : functions_) {
    for (const String* local : frame->locals) candidates.push_back(local->view());
  }
  add(bound_at_);
  candidates.insert(candidates.end(), predeclared_names_.begin(), predeclared_names_.end());
  return DidYouMean(name.name->view(), candidates);
}

/// Resolves the uses of a block that ends; those it does not bind are its enclosing block's.
void Resolver::Close(Block& block) {
  std::vector<Use> unresolved;
  for (const Use& use : block.uses) {
    const auto local = block.locals.find(use.name->name);
    if (local == block.locals.end()) {
      unresolved.push_back(use);
      continue;
    }
    use.name->scope = Scope::kLocal;
    use.name->index = local->second;
    if (use.captured) block.frame->shared[local->second] = true;
  }
  switch (block.kind) {
    case Block::Kind::kFile:
      for (const Use& use : unresolved) ResolveTopLevel(use.name);
      break;
    case Block::Kind::kComprehension:
      block.outer->uses.insert(block.outer->uses.end(), unresolved.begin(), unresolved.end());
      break;
    case Block::Kind::kFunction:
      CloseFunction(block, unresolved);
      break;
  }
}

void Resolver::CloseFunction(Block& block, const std::vector<Use>& unresolved) {
  std::unordered_map<const String*, size_t> by_name;
  const size_t first = captured_.size();
  for (const Use& use : unresolved) {
    const auto [entry, is_new] = by_name.try_emplace(use.name->name, captured_.size());
    if (is_new) {
      NameExpr* outer = nodes_.New<NameExpr>(use.name->offset, use.name->name);
      captured_.push_back({.outer = outer, .uses = {}, .frame = block.frame});
    }
    captured_[entry->second].uses.push_back(use.name);
  }
  for (size_t i = first; i < captured_.size(); ++i) {
    block.outer->uses.push_back({captured_[i].outer, true});
  }
}

/// From the outside in: what an enclosing function knows decides for the functions within it.
void Resolver::ResolveCaptured() {
  for (size_t i = captured_.size(); i-- > 0;) {
    const Captured& captured = captured_[i];
    const bool of_function =
        captured.outer->scope == Scope::kLocal || captured.outer->scope == Scope::kFree;
    std::vector<NameExpr*>& free = captured.frame->free;
    for (NameExpr* use : captured.uses) {
      use->scope = of_function ? Scope::kFree : captured.outer->scope;
      use->index = of_function ? static_cast<uint32_t>(free.size()) : captured.outer->index;
    }
    if (of_function) free.push_back(captured.outer);
  }
}

Resolution Resolve(const Source& source, std::span<Stmt*> file, const Dialect& dialect,
                   const std::vector<std::string_view>& predeclared, Heap& nodes,
                   std::vector<Diagnostic>& errors) {
  return Resolver(source, dialect, predeclared, nodes, errors).Run(file);
}

}  // namespace hawser::starlark
