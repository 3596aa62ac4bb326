// The table of universal functions, and those about values and attributes.
#include "lib/starlark/builtins/universe.h"

#include "lib/starlark/builtins/arguments.h"
#include "lib/starlark/eval/operators.h"
#include "lib/starlark/messages/builtins.h"
#include "lib/starlark/value/make.h"
#include "lib/starlark/value/text.h"

namespace hawser::starlark {

namespace {

constexpr Method kFunctions[] = {
    {"abs", universe::Abs},
    {"all", universe::All},
    {"any", universe::Any},
    {"bool", universe::Bool},
    {"bytes", universe::Bytes},
    {"chr", universe::Chr},
    {"dict", universe::DictFunction},
    {"dir", universe::Dir},
    {"enumerate", universe::Enumerate},
    {"fail", universe::FailFunction},
    {"float", universe::Float},
    {"getattr", universe::GetAttr},
    {"hasattr", universe::HasAttr},
    {"hash", universe::HashFunction},
    {"int", universe::Int},
    {"len", universe::Len},
    {"list", universe::ListFunction},
    {"max", universe::Max},
    {"min", universe::Min},
    {"ord", universe::Ord},
    {"print", universe::Print},
    {"range", universe::RangeFunction},
    {"repr", universe::ReprFunction},
    {"reversed", universe::Reversed},
    {"set", universe::SetFunction},
    {"sorted", universe::Sorted},
    {"str", universe::Str},
    {"tuple", universe::TupleFunction},
    {"type", universe::TypeFunction},
    {"zip", universe::Zip},
};

/// The text of the arguments, with `sep` between them. False after a failure.
bool JoinArguments(Evaluation& evaluation, const Call& call, std::string& text) {
  std::string_view separator = " ";
  for (uint32_t i = 0; i < call.named; ++i) {
    const std::string_view name = call.names[i]->view();
    if (name != "sep") {
      FailIn(evaluation, call, messages::kUnknownKeyword(name, ""));
      return false;
    }
    if (!call.named_value(i).IsObjectOf(Type::kString)) {
      FailIn(evaluation, call,
             messages::kParameterType("sep", TypeName(call.named_value(i)), "string"));
      return false;
    }
    separator = TextOf(call.named_value(i));
  }
  for (uint32_t i = 0; i < call.positional; ++i) {
    if (i > 0) text += separator;
    AppendStr(evaluation, text, call[i]);
    evaluation.heap().BoundText(text.size());
  }
  return true;
}

AttributeName NameOf(Value name) {
  return {name.as<String>(), MethodNumber(TextOf(name))};
}

}  // namespace

std::span<const Method> UniverseFunctions() {
  return kFunctions;
}

namespace universe {

Value Dir(Evaluation& evaluation, const Call& call) {
  Value object;
  if (!UnpackPositional(evaluation, call, {{"x", Want::kAny, &object}})) return Value();
  List* names = NewList(evaluation.heap());
  for (const std::string& name : AttributeNames(object)) {
    Append(evaluation.heap(), names, MakeString(evaluation.heap(), name));
  }
  return Value::Of(names);
}

Value FailFunction(Evaluation& evaluation, const Call& call) {
  std::string text;
  if (!JoinArguments(evaluation, call, text)) return Value();
  return FailIn(evaluation, call, text);
}

Value GetAttr(Evaluation& evaluation, const Call& call) {
  Value object;
  Value name;
  Value fallback;
  if (!UnpackPositional(evaluation, call,
                        {{"x", Want::kAny, &object},
                         {"name", Want::kString, &name},
                         {"default", Want::kAny, &fallback, kOptional}})) {
    return Value();
  }
  if (!fallback.has_value()) {
    const Value found = GetAttribute(evaluation, object, NameOf(name));
    return found.has_value() ? found : Annotate(evaluation, call);
  }
  const Value found = FindAttribute(evaluation, object, NameOf(name));
  if (evaluation.failed()) evaluation.Recover();
  return found.has_value() ? found : fallback;
}

Value HasAttr(Evaluation& evaluation, const Call& call) {
  Value object;
  Value name;
  if (!UnpackPositional(evaluation, call,
                        {{"x", Want::kAny, &object}, {"name", Want::kString, &name}})) {
    return Value();
  }
  const Value found = FindAttribute(evaluation, object, NameOf(name));
  if (evaluation.failed()) evaluation.Recover();
  return Value::Bool(found.has_value());
}

Value Print(Evaluation& evaluation, const Call& call) {
  std::string text;
  if (!JoinArguments(evaluation, call, text)) return Value();
  if (evaluation.options().print) evaluation.options().print(evaluation, text);
  return Value::None();
}

Value TypeFunction(Evaluation& evaluation, const Call& call) {
  Value object;
  if (!UnpackPositional(evaluation, call, {{"x", Want::kAny, &object}})) return Value();
  return MakeString(evaluation.heap(), TypeName(object));
}

}  // namespace universe

}  // namespace hawser::starlark
