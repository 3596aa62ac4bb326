// String methods that look at characters one by one.
#include "lib/starlark/builtins/arguments.h"
#include "lib/starlark/builtins/string_methods.h"
#include "lib/starlark/value/make.h"
#include "lib/starlark/value/unicode.h"

namespace hawser::starlark::strings {

namespace {

/// A copy with each character mapped by `map(codepoint, first, after_letter)`; bytes that are not
/// UTF-8 stay.
template <typename Map>
Value MapCharacters(Evaluation& evaluation, const Call& call, Map map) {
  if (!NoArguments(evaluation, call)) return Value();
  std::string_view rest = TextOf(call.self);
  std::string mapped;
  mapped.reserve(rest.size());
  bool after_letter = false;
  for (bool first = true; !rest.empty(); first = false) {
    const Codepoint point = DecodeUtf8(rest);
    if (point.invalid()) {
      mapped += rest[0];
    } else {
      AppendUtf8(mapped, map(point.value, first, after_letter));
    }
    after_letter = IsLetter(point.value);
    rest.remove_prefix(point.length);
  }
  return MakeString(evaluation.heap(), mapped);
}

/// True if the string has characters and all satisfy `test`.
template <typename Test>
Value All(Evaluation& evaluation, const Call& call, Test test) {
  if (!NoArguments(evaluation, call)) return Value();
  std::string_view rest = TextOf(call.self);
  bool all = !rest.empty();
  while (all && !rest.empty()) {
    const Codepoint point = DecodeUtf8(rest);
    all = test(point.value);
    rest.remove_prefix(point.length);
  }
  return Value::Bool(all);
}

/// True if the string has letters with case, and none for which `wrong` holds.
template <typename Wrong>
Value Cased(Evaluation& evaluation, const Call& call, Wrong wrong) {
  if (!NoArguments(evaluation, call)) return Value();
  std::string_view rest = TextOf(call.self);
  bool cased = false;
  bool after_cased = false;
  while (!rest.empty()) {
    const uint32_t c = DecodeUtf8(rest).value;
    const bool has_case = starlark::IsUpper(c) || starlark::IsLower(c);
    if (has_case && wrong(c, after_cased)) return Value::Bool(false);
    cased = cased || has_case;
    after_cased = has_case;
    rest.remove_prefix(DecodeUtf8(rest).length);
  }
  return Value::Bool(cased);
}

}  // namespace

Value Capitalize(Evaluation& evaluation, const Call& call) {
  return MapCharacters(evaluation, call, [](uint32_t c, bool first, bool) {
    return first ? ToUpper(c) : ToLower(c);
  });
}

Value Lower(Evaluation& evaluation, const Call& call) {
  return MapCharacters(evaluation, call, [](uint32_t c, bool, bool) { return ToLower(c); });
}

Value Upper(Evaluation& evaluation, const Call& call) {
  return MapCharacters(evaluation, call, [](uint32_t c, bool, bool) { return ToUpper(c); });
}

Value Title(Evaluation& evaluation, const Call& call) {
  return MapCharacters(evaluation, call, [](uint32_t c, bool, bool after_letter) {
    return after_letter ? ToLower(c) : ToUpper(c);
  });
}

Value IsAlnum(Evaluation& evaluation, const Call& call) {
  return All(evaluation, call, [](uint32_t c) { return IsLetter(c) || starlark::IsDigit(c); });
}

Value IsAlpha(Evaluation& evaluation, const Call& call) {
  return All(evaluation, call, IsLetter);
}

Value IsDigit(Evaluation& evaluation, const Call& call) {
  return All(evaluation, call, starlark::IsDigit);
}

Value IsSpace(Evaluation& evaluation, const Call& call) {
  return All(evaluation, call, starlark::IsSpace);
}

Value IsLower(Evaluation& evaluation, const Call& call) {
  return Cased(evaluation, call, [](uint32_t c, bool) { return starlark::IsUpper(c); });
}

Value IsUpper(Evaluation& evaluation, const Call& call) {
  return Cased(evaluation, call, [](uint32_t c, bool) { return starlark::IsLower(c); });
}

Value IsTitle(Evaluation& evaluation, const Call& call) {
  return Cased(evaluation, call,
               [](uint32_t c, bool after) { return starlark::IsUpper(c) == after; });
}

}  // namespace hawser::starlark::strings
