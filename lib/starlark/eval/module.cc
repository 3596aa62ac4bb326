// Looking up a module's variables.
#include "lib/starlark/eval/module.h"

namespace hawser::starlark {

namespace {

bool IsVisible(const GlobalVariable& global, Value value) {
  return !global.predeclared && !global.loaded && value.has_value();
}

}  // namespace

Value Module::Find(std::string_view name) const {
  for (size_t i = 0; i < program_->globals.size(); ++i) {
    const GlobalVariable& global = program_->globals[i];
    const Value value = state_->globals[i];
    if (global.name->view() == name && IsVisible(global, value)) return value;
  }
  return Value();
}

std::vector<std::string_view> Module::Names() const {
  std::vector<std::string_view> names;
  for (size_t i = 0; i < program_->globals.size(); ++i) {
    const GlobalVariable& global = program_->globals[i];
    if (IsVisible(global, state_->globals[i])) names.push_back(global.name->view());
  }
  return names;
}

}  // namespace hawser::starlark
