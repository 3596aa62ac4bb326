// Checks of number, names and types of arguments.
#include "lib/starlark/builtins/arguments.h"

#include "lib/starlark/messages/builtins.h"
#include "lib/starlark/resolve/spelling.h"
#include "lib/starlark/value/numbers.h"

namespace hawser::starlark {

namespace {

constexpr std::string_view kWanted[] = {"",         "string",   "int",  "bool", "float",
                                        "iterable", "callable", "list", "dict"};

bool Fits(Value value, Want want) {
  switch (want) {
    case Want::kAny:
      return true;
    case Want::kString:
      return value.IsObjectOf(Type::kString);
    case Want::kInt:
      return value.Is(Type::kInt);
    case Want::kBool:
      return value.IsBool();
    case Want::kFloat:
      return value.Is(Type::kFloat) || value.Is(Type::kInt);
    case Want::kIterable:
      return IsIterable(value);
    case Want::kCallable:
      return value.IsObjectOf(Type::kFunction) || value.IsObjectOf(Type::kBuiltin);
    case Want::kList:
      return value.IsObjectOf(Type::kList);
    case Want::kDict:
      return value.IsObjectOf(Type::kDict);
  }
  return false;
}

/// Stores an argument; false if its type is wrong, which `label` tells of which parameter.
bool Take(Evaluation& evaluation, const Call& call, const Param& param, Value value,
          std::string_view label) {
  if (value.IsNone() && param.need == kNoneIsOmitted) return true;
  if (!Fits(value, param.want)) {
    FailIn(
        evaluation, call,
        messages::kParameterType(label, TypeName(value), kWanted[static_cast<size_t>(param.want)]));
    return false;
  }
  *param.out = value;
  return true;
}

bool TakeNamed(Evaluation& evaluation, const Call& call, std::span<const Param> params,
               uint32_t i) {
  const std::string_view name = call.names[i]->view();
  std::vector<std::string_view> known;
  for (size_t p = 0; p < params.size(); ++p) {
    known.push_back(params[p].name);
    if (params[p].name != name) continue;
    if (p >= call.positional) return Take(evaluation, call, params[p], call.named_value(i), name);
    FailIn(evaluation, call, messages::kMultipleKeywordValues(name));
    return false;
  }
  FailIn(evaluation, call, messages::kUnknownKeyword(name, DidYouMean(name, known)));
  return false;
}

bool WasNamed(const Call& call, std::string_view name) {
  for (uint32_t i = 0; i < call.named; ++i) {
    if (call.names[i]->view() == name) return true;
  }
  return false;
}

}  // namespace

Value FailIn(Evaluation& evaluation, const Call& call, std::string_view message) {
  return evaluation.Fail(messages::kOfFunction(call.name, message));
}

Value Annotate(Evaluation& evaluation, const Call& call) {
  return FailIn(evaluation, call, evaluation.TakeError());
}

bool UnpackArguments(Evaluation& evaluation, const Call& call, std::initializer_list<Param> list) {
  const std::span<const Param> params(list.begin(), list.size());
  if (call.positional > params.size()) {
    FailIn(evaluation, call, messages::kArgumentCountAtMost(call.positional, params.size()));
    return false;
  }
  for (uint32_t i = 0; i < call.positional; ++i) {
    if (!Take(evaluation, call, params[i], call[i], params[i].name)) return false;
  }
  for (uint32_t i = 0; i < call.named; ++i) {
    if (!TakeNamed(evaluation, call, params, i)) return false;
  }
  for (size_t i = call.positional; i < params.size(); ++i) {
    if (params[i].need != Param::Need::kRequired || WasNamed(call, params[i].name)) continue;
    FailIn(evaluation, call, messages::kMissingArgument(params[i].name));
    return false;
  }
  return true;
}

bool UnpackPositional(Evaluation& evaluation, const Call& call, std::initializer_list<Param> list) {
  const std::span<const Param> params(list.begin(), list.size());
  if (call.named > 0) {
    FailIn(evaluation, call, messages::kNoKeywords);
    return false;
  }
  size_t fewest = 0;
  for (const Param& param : params) fewest += param.need == Param::Need::kRequired ? 1 : 0;
  const bool exact = fewest == params.size();
  if (call.positional < fewest) {
    FailIn(evaluation, call,
           (exact ? messages::kArgumentCount : messages::kArgumentCountAtLeast)(call.positional,
                                                                                fewest));
    return false;
  }
  if (call.positional > params.size()) {
    FailIn(evaluation, call,
           (exact ? messages::kArgumentCount : messages::kArgumentCountAtMost)(call.positional,
                                                                               params.size()));
    return false;
  }
  for (uint32_t i = 0; i < call.positional; ++i) {
    if (!Take(evaluation, call, params[i], call[i], std::to_string(i + 1))) return false;
  }
  return true;
}

bool NoArguments(Evaluation& evaluation, const Call& call) {
  return UnpackPositional(evaluation, call, {});
}

int64_t IntOr(Value argument, int64_t fallback) {
  if (!argument.has_value()) return fallback;
  const auto value = IntToInt64(argument);
  return value ? *value : (IntSign(argument) < 0 ? INT64_MIN : INT64_MAX);
}

std::string_view TextOf(Value string) {
  return string.as<String>()->view();
}

}  // namespace hawser::starlark
