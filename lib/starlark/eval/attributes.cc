// Attributes: methods of built-in types, fields of structs and modules, what hosts define.
#include <algorithm>

#include "lib/starlark/builtins/methods.h"
#include "lib/starlark/eval/operators.h"
#include "lib/starlark/messages/evaluation.h"
#include "lib/starlark/resolve/spelling.h"

namespace hawser::starlark {

namespace {

std::string Suggest(Value object, std::string_view name) {
  const std::vector<std::string> names = AttributeNames(object);
  return DidYouMean(name, std::vector<std::string_view>(names.begin(), names.end()), ".");
}

}  // namespace

Value FindAttribute(Evaluation& evaluation, Value object, const AttributeName& attribute) {
  switch (object.type()) {
    case Type::kStruct:
    case Type::kModule: {
      const HashTable::Entry* entry =
          object.as<Attributes>()->table.Find(Value::Of(attribute.name), HashOf(attribute.name));
      return entry == nullptr ? Value() : entry->value;
    }
    case Type::kHost:
      return HostOf(object).GetAttribute(evaluation, attribute.name->view());
    default:
      break;
  }
  const Method* method = FindMethod(object.type(), attribute.method);
  if (method == nullptr) return Value();
  return Value::Of(evaluation.heap().New<Builtin>(method->name, method->function, object));
}

Value GetAttribute(Evaluation& evaluation, Value object, const AttributeName& attribute) {
  const Value found = FindAttribute(evaluation, object, attribute);
  if (found.has_value() || evaluation.failed()) return found;
  const std::string name(attribute.name->view());
  const std::string suggestion = Suggest(object, name);
  if (!object.Is(Type::kStruct)) {
    return evaluation.Fail(messages::kNoAttribute(TypeName(object), name, suggestion));
  }
  const String* constructor = object.as<Attributes>()->name;
  const std::string kind = constructor == nullptr ? "" : std::string(constructor->view()) + " ";
  return evaluation.Fail(messages::kNoStructField(kind, name, suggestion));
}

bool SetAttribute(Evaluation& evaluation, Value object, const String* name, Value value) {
  const std::string_view text = name->view();
  if (object.Is(Type::kHost) && HostOf(object).SetAttribute(evaluation, text, value)) return true;
  if (evaluation.failed()) return false;
  if (object.Is(Type::kHost) && !AttributeNames(object).empty()) {
    evaluation.Fail(messages::kNoAttribute(TypeName(object), text, Suggest(object, text)));
  } else {
    evaluation.Fail(messages::kNoSettableAttribute(text, TypeName(object)));
  }
  return false;
}

std::vector<std::string> AttributeNames(Value object) {
  std::vector<std::string> names;
  switch (object.type()) {
    case Type::kStruct:
    case Type::kModule:
      object.as<Attributes>()->table.ForEach([&](const HashTable::Entry& entry) {
        names.emplace_back(entry.key.as<String>()->view());
      });
      break;
    case Type::kHost:
      names = HostOf(object).AttributeNames();
      break;
    default:
      for (const std::string_view name : MethodNames(object.type())) names.emplace_back(name);
  }
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace hawser::starlark
