// String methods that put strings together.
#include "lib/base/utf8.h"
#include "lib/starlark/builtins/arguments.h"
#include "lib/starlark/builtins/string_methods.h"
#include "lib/starlark/messages/builtins.h"
#include "lib/starlark/value/make.h"

namespace hawser::starlark::strings {

Value Join(Evaluation& evaluation, const Call& call) {
  Value iterable;
  if (!UnpackPositional(evaluation, call, {{"iterable", Want::kIterable, &iterable}}))
    return Value();
  const std::string_view separator = TextOf(call.self);
  std::string joined;
  Loop loop(evaluation, iterable);
  bool first = true;
  for (Value element; loop.Next(element); first = false) {
    if (!element.IsObjectOf(Type::kString)) {
      return FailIn(evaluation, call, messages::kJoinElement(TypeName(element)));
    }
    if (!first) joined += separator;
    joined += TextOf(element);
    evaluation.heap().BoundText(joined.size());
  }
  return evaluation.failed() ? Value() : MakeString(evaluation.heap(), joined);
}

Value Replace(Evaluation& evaluation, const Call& call) {
  Value old_text;
  Value new_text;
  Value limit;
  if (!UnpackPositional(evaluation, call,
                        {{"old", Want::kString, &old_text},
                         {"new", Want::kString, &new_text},
                         {"count", Want::kInt, &limit, kOptional}})) {
    return Value();
  }
  const std::string_view from = TextOf(old_text);
  std::string_view rest = TextOf(call.self);
  int64_t left = IntOr(limit, -1);
  std::string replaced;
  while (left != 0) {
    const size_t at = rest.find(from);
    if (at == std::string_view::npos) break;
    (replaced += rest.substr(0, at)) += TextOf(new_text);
    rest.remove_prefix(at + from.size());
    evaluation.heap().BoundText(replaced.size());
    evaluation.Tick();
    if (left > 0) --left;
    if (!from.empty()) continue;
    // The empty string is before each character and behind the last.
    if (rest.empty()) break;
    const uint32_t length = DecodeUtf8(rest).length;
    replaced += rest.substr(0, length);
    rest.remove_prefix(length);
  }
  return MakeString(evaluation.heap(), replaced += rest);
}

}  // namespace hawser::starlark::strings
