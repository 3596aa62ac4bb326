// Structs, and modules made of native functions.
#include "lib/starlark/builtins/arguments.h"
#include "lib/starlark/messages/builtins.h"
#include "lib/starlark/modules/modules.h"
#include "lib/starlark/value/make.h"

namespace hawser::starlark {

namespace {

Value MakeFromArguments(Evaluation& evaluation, const Call& call, Type type, const String* name) {
  std::vector<std::pair<const String*, Value>> fields;
  for (uint32_t i = 0; i < call.named; ++i) fields.emplace_back(call.names[i], call.named_value(i));
  return MakeAttributes(evaluation.heap(), type, name, std::move(fields));
}

Value StructFunction(Evaluation& evaluation, const Call& call) {
  if (call.positional > 0) return FailIn(evaluation, call, messages::kNoPositional);
  return MakeFromArguments(evaluation, call, Type::kStruct, nullptr);
}

Value ModuleFunction(Evaluation& evaluation, const Call& call) {
  if (call.positional != 1) {
    return FailIn(evaluation, call, messages::kArgumentCount(call.positional, 1));
  }
  if (!call[0].IsObjectOf(Type::kString)) {
    return FailIn(evaluation, call, messages::kParameterType(1, TypeName(call[0]), "string"));
  }
  return MakeFromArguments(evaluation, call, Type::kModule, call[0].as<String>());
}

}  // namespace

void DefineStruct(Environment& environment) {
  environment.DefineFunction("struct", StructFunction);
  environment.DefineFunction("module", ModuleFunction);
}

void DefineModule(Environment& environment, std::string_view name,
                  std::span<const Member> members) {
  Heap& heap = environment.heap();
  std::vector<std::pair<const String*, Value>> fields;
  for (const Member& member : members) {
    const String* key = MakeString(heap, member.name).as<String>();
    const std::string_view full =
        MakeString(heap, std::string(name) + "." + std::string(member.name)).as<String>()->view();
    const Value value = member.function == nullptr
                            ? member.value
                            : Value::Of(heap.New<Builtin>(full, member.function));
    fields.emplace_back(key, value);
  }
  const String* title = MakeString(heap, name).as<String>();
  environment.Define(name, MakeAttributes(heap, Type::kModule, title, std::move(fields)));
}

}  // namespace hawser::starlark
