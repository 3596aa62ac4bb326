// A module that ran: its variables, frozen, and all that they live in.
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "lib/starlark/eval/code.h"

namespace hawser::starlark {

/// Immutable; any thread may read it. Values taken from it live as long as it does.
class Module {
 public:
  Module(std::shared_ptr<const Program> program, std::shared_ptr<Heap> heap, ModuleState* state)
      : program_(std::move(program)), heap_(std::move(heap)), state_(state) {}

  /// The variable, or no value: not bound by the module, or bound only by a load of its own.
  Value Find(std::string_view name) const;
  /// The names that Find knows, in the order of their first binding.
  std::vector<std::string_view> Names() const;

 private:
  std::shared_ptr<const Program> program_;
  std::shared_ptr<Heap> heap_;
  ModuleState* state_;
};

}  // namespace hawser::starlark
