// Calls: arguments become parameters, natives are called, functions get their frame.
#include <algorithm>

#include "lib/starlark/eval/evaluation.h"
#include "lib/starlark/messages/evaluation.h"
#include "lib/starlark/resolve/spelling.h"
#include "lib/starlark/value/compare.h"
#include "lib/starlark/value/make.h"
#include "lib/starlark/value/text.h"

namespace hawser::starlark {

namespace {

constexpr size_t kMaxNativeDepth = 150;

std::string Text(const String* string) {
  return std::string(string->view());
}

std::string Quoted(std::string_view text) {
  std::string quoted;
  AppendQuoted(quoted, text);
  return quoted;
}

std::string Plural(size_t count, std::string_view noun) {
  return std::to_string(count) + " " + std::string(noun) + (count == 1 ? "" : "s");
}

std::string Subject(const Function* function) {
  return "function " + std::string(FunctionName(function));
}

}  // namespace

/// Makes the call of a function whose parameters are in place the innermost.
bool Evaluation::Enter(const Function* function, Value* base, Value* result) {
  const Code& code = *function->code;
  if (!TakeStep()) Tick();
  if (base + code.registers >= stack_end_ || frames_.size() >= options_.max_depth) {
    Fail(messages::kTooDeep(Subject(function), Plural(frames_.size(), "call")));
    return false;
  }
  if (!environment_.dialect().recursion) {
    for (const Frame& frame : frames_) {
      if (frame.function->code != &code) continue;
      Fail(messages::kRecursive(Subject(function)));
      return false;
    }
  }
  for (const uint16_t local : code.cleared) {
    if (local >= code.parameters + (code.star ? 1 : 0) + (code.star_star ? 1 : 0))
      base[local] = Value();
  }
  const uint32_t given = code.parameters + (code.star ? 1 : 0) + (code.star_star ? 1 : 0);
  for (const uint16_t local : code.cells) {
    base[local] = Value::Of(heap().New<Cell>(local < given ? base[local] : Value()));
  }
  frames_.push_back({.function = function,
                     .pc = code.instructions.data(),
                     .base = base,
                     .result = result,
                     .iterators = iterators_.size()});
  return true;
}

/// The arguments from `base` (positional, then named) become the parameters from `base`.
bool Evaluation::BindArguments(const Function* function, Value* base, uint32_t positional,
                               std::span<const String* const> names) {
  const Code& code = *function->code;
  if (base + std::max<size_t>(code.registers, positional + names.size()) >= stack_end_) {
    Fail(messages::kTooManyRegisters(Subject(function)));
    return false;
  }
  if (positional > code.positional && !code.star) {
    const auto given = std::to_string(positional + names.size());
    if (code.parameters == 0 && !code.star_star) {
      Fail(messages::kNoArguments(Subject(function), given));
    } else {
      const bool optional = code.required < code.positional;
      Fail(messages::kPositionalArguments(Subject(function), optional ? "at most " : "",
                                          Plural(code.positional, "positional argument"),
                                          positional));
    }
    return false;
  }
  const std::vector<Value> values(base + positional, base + positional + names.size());
  const uint32_t bound = std::min(positional, code.positional);
  const Value rest = code.star ? MakeTuple(heap(), {base + bound, base + positional}) : Value();
  std::fill(base + bound, base + code.parameters, Value());
  return BindNamed(function, base, rest, names, values) && FillDefaults(function, base);
}

bool Evaluation::BindNamed(const Function* function, Value* base, Value rest,
                           std::span<const String* const> names, std::span<const Value> values) {
  const Code& code = *function->code;
  Dict* keywords = code.star_star ? NewDict(heap()) : nullptr;
  if (code.star) base[code.parameters] = rest;
  if (code.star_star) base[code.parameters + (code.star ? 1 : 0)] = Value::Of(keywords);
  for (size_t i = 0; i < names.size(); ++i) {
    const std::string_view name = names[i]->view();
    const auto end = code.locals.begin() + code.parameters;
    const auto found = std::find_if(code.locals.begin(), end, [&](const String* local) {
      return local == names[i] || local->view() == name;
    });
    bool is_new = true;
    if (found != end) {
      Value& parameter = base[found - code.locals.begin()];
      is_new = !parameter.has_value();
      parameter = values[i];
    } else if (keywords != nullptr) {
      is_new = keywords->table.Insert(heap(), Value::Of(names[i]), HashOf(names[i]), values[i]);
    } else {
      std::vector<std::string_view> known;
      for (auto local = code.locals.begin(); local != end; ++local)
        known.push_back((*local)->view());
      Fail(messages::kUnexpectedKeyword(Subject(function), Quoted(name), DidYouMean(name, known)));
      return false;
    }
    if (is_new) continue;
    Fail(messages::kMultipleValues(Subject(function), Quoted(name)));
    return false;
  }
  return true;
}

bool Evaluation::FillDefaults(const Function* function, Value* base) {
  const Code& code = *function->code;
  std::string missing;
  size_t count = 0;
  for (uint32_t i = 0; i < code.parameters; ++i) {
    if (base[i].has_value()) continue;
    if (i >= code.required) base[i] = function->defaults[i - code.required];
    if (base[i].has_value()) continue;
    missing += (count++ == 0 ? "" : ", ") + Text(code.locals[i]);
  }
  if (count == 0) return true;
  Fail(messages::kMissingArguments(Subject(function), Plural(count, "argument"), missing));
  return false;
}

Value Evaluation::CallNative(const Builtin& builtin, const Value* arguments, uint32_t positional,
                             std::span<const String* const> names) {
  const Call call{.name = builtin.name,
                  .self = builtin.self,
                  .data = builtin.data,
                  .args = arguments,
                  .positional = positional,
                  .named = static_cast<uint32_t>(names.size()),
                  .names = names.data()};
  if (options_.profiler != nullptr) options_.profiler->OnCall(builtin.name);
  const Value result = builtin.function(*this, call);
  if (options_.profiler != nullptr) options_.profiler->OnReturn();
  return result;
}

Value Evaluation::CallMethodNative(NativeFunction function, std::string_view name, Value self,
                                   const Value* arguments, uint32_t positional) {
  if (options_.profiler != nullptr) {
    return CallNative(Builtin(name, function, self), arguments, positional, {});
  }
  return function(*this, {.name = name,
                          .self = self,
                          .data = nullptr,
                          .args = arguments,
                          .positional = positional,
                          .named = 0,
                          .names = nullptr});
}

Value Evaluation::CallHost(Value callee, const Value*, uint32_t, std::span<const String* const>) {
  return Fail(messages::kNotCallable(TypeName(callee)));
}

Value Evaluation::CallValue(Value callee, std::span<const Value> arguments,
                            std::span<const String* const> names) {
  const auto positional = static_cast<uint32_t>(arguments.size() - names.size());
  if (callee.IsObjectOf(Type::kBuiltin)) {
    return CallNative(*callee.as<Builtin>(), arguments.data(), positional, names);
  }
  if (!callee.IsObjectOf(Type::kFunction)) {
    return CallHost(callee, arguments.data(), positional, names);
  }
  const Function* function = callee.as<Function>();
  Value* base = StackTop();
  if (base + arguments.size() >= stack_end_ || native_depth_ >= kMaxNativeDepth) {
    return Fail(messages::kTooDeepInHost(Subject(function)));
  }
  std::copy(arguments.begin(), arguments.end(), base);
  if (!BindArguments(function, base, positional, names)) return Value();
  if (!Enter(function, base, nullptr)) return Value();
  ++native_depth_;
  const Value result = Run();
  --native_depth_;
  return result;
}

/// Lays out the values of *args and **kwargs behind the others.
bool Evaluation::Spread(const CallSite& site, Value* arguments, std::vector<Value>& values,
                        std::vector<const String*>& names) {
  const size_t named = site.names.size();
  values.assign(arguments, arguments + site.positional);
  names = site.names;
  if (site.star) {
    const Value star = arguments[site.positional + named];
    starlark::Loop loop(*this, star);
    if (!loop.ok()) {
      Fail(messages::kStarArgument(TypeName(star)));
      return false;
    }
    for (Value element; loop.Next(element);) {
      values.push_back(element);
      heap().BoundArray(values.size() * sizeof(Value));
      Tick();
    }
    if (failed()) return false;
  }
  values.insert(values.end(), arguments + site.positional, arguments + site.positional + named);
  if (!site.star_star) return true;
  const Value mapping = arguments[site.positional + named + (site.star ? 1 : 0)];
  if (!mapping.IsObjectOf(Type::kDict)) {
    Fail(messages::kStarStarArgument(TypeName(mapping)));
    return false;
  }
  const HashTable& table = mapping.as<Dict>()->table;
  for (uint32_t i = 0; i < table.end(); ++i) {
    const HashTable::Entry& entry = table.at(i);
    if (!entry.key.has_value()) continue;
    if (!entry.key.IsObjectOf(Type::kString)) {
      Fail(messages::kKeywordType(TypeName(entry.key)));
      return false;
    }
    names.push_back(entry.key.as<String>());
    values.push_back(entry.value);
  }
  return true;
}

Value Evaluation::CallSpread(Value callee, const CallSite& site, Value* arguments) {
  if (!site.star && !site.star_star) {
    return CallValue(callee, {arguments, site.positional + site.names.size()}, site.names);
  }
  std::vector<Value> values;
  std::vector<const String*> names;
  if (!Spread(site, arguments, values, names)) return Value();
  return CallValue(callee, values, names);
}

}  // namespace hawser::starlark
