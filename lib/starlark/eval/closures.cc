// What the machine does for functions, loops, unpacking and loads.
#include <algorithm>

#include "lib/starlark/eval/evaluation.h"
#include "lib/starlark/messages/evaluation.h"
#include "lib/starlark/resolve/spelling.h"
#include "lib/starlark/value/iterate.h"
#include "lib/starlark/value/make.h"

namespace hawser::starlark {

Value Evaluation::NewFunction(const Frame& frame, int32_t index, const Value* defaults) {
  const Code& code = *frame.function->code->program->functions[static_cast<size_t>(index)];
  Function* function = heap().New<Function>(&code, frame.function->module);
  if (const uint32_t count = code.defaults(); count > 0) {
    function->defaults = heap().NewArray<Value>(count);
    std::copy(defaults, defaults + count, function->defaults);
  }
  if (!code.free.empty()) {
    function->cells = heap().NewArray<Cell*>(code.free.size());
    for (size_t i = 0; i < code.free.size(); ++i) {
      const auto [of_creator, which] = code.free[i];
      function->cells[i] = of_creator ? frame.base[which].as<Cell>() : frame.function->cells[which];
    }
  }
  return Value::Of(function);
}

void Evaluation::Loop(Value source, Value* slot) {
  Iterator* iterator = new (heap().NewArray<Iterator>(1)) Iterator();
  if (!StartIteration(source, iterator)) {
    heap().ReleaseArray(iterator, 1);
    Fail(messages::kNotIterable(TypeName(source)));
    return;
  }
  iterators_.push_back(iterator);
  *slot = Value::Of(iterator);
}

void Evaluation::EndLoop(Value iterator) {
  EndIteration(iterator.as<Iterator>());
  heap().ReleaseArray(iterator.as<Iterator>(), 1);
  iterators_.pop_back();
}

bool Evaluation::Unpack(Value source, Value* targets, uint32_t count) {
  starlark::Loop loop(*this, source);
  if (!loop.ok()) {
    Fail(messages::kNotUnpackable(TypeName(source)));
    return false;
  }
  // The source may be in one of the targets, whose writing must wait.
  std::vector<Value> elements;
  elements.reserve(count);
  Value element;
  while (elements.size() < count && loop.Next(element)) elements.push_back(element);
  if (failed()) return false;
  if (elements.size() < count) {
    Fail(messages::kTooFewValues(elements.size(), count));
    return false;
  }
  if (loop.Next(element)) {
    const int64_t length = LengthOf(source);
    Fail(length >= 0 ? messages::kTooManyValues(length, count)
                     : messages::kTooManyValuesOfUnknown(count));
    return false;
  }
  std::copy(elements.begin(), elements.end(), targets);
  return true;
}

bool Evaluation::LoadModule(const LoadSite& site, Value* targets) {
  if (!options_.load) {
    Fail(messages::kNoLoader);
    return false;
  }
  const std::string name(site.module->view());
  const Result<std::shared_ptr<const Module>> loaded = options_.load(*this, name);
  if (!loaded.ok()) {
    Fail(messages::kLoadFailed(name, loaded.status().message()));
    return false;
  }
  const Module& module = **loaded;
  heap().Keep(std::const_pointer_cast<Module>(*loaded));
  for (size_t i = 0; i < site.names.size(); ++i) {
    targets[i] = module.Find(site.names[i]->view());
    if (targets[i].has_value()) continue;
    Fail(messages::kLoadNameMissing(site.names[i]->view(), name,
                                    DidYouMean(site.names[i]->view(), module.Names())));
    return false;
  }
  return true;
}

}  // namespace hawser::starlark
