// String methods that look for others within.
#include <algorithm>

#include "lib/starlark/builtins/arguments.h"
#include "lib/starlark/builtins/string_methods.h"
#include "lib/starlark/messages/builtins.h"

namespace hawser::starlark::strings {

namespace {

/// The part of a string that start and end arguments choose, and where it begins.
struct Part {
  std::string_view text;
  size_t start = 0;
};

Part Cut(std::string_view text, Value start, Value end) {
  const auto size = static_cast<int64_t>(text.size());
  const auto position = [size](Value bound, int64_t fallback) {
    int64_t i = IntOr(bound, fallback);
    if (i < 0) i = std::max<int64_t>(i, -size) + size;
    return static_cast<size_t>(std::clamp<int64_t>(i, 0, size));
  };
  const size_t from = position(start, 0);
  const size_t to = position(end, size);
  if (from > to) return {.text = text.substr(text.size()), .start = std::string_view::npos};
  return {.text = text.substr(from, to - from), .start = from};
}

/// Unpacks what to look for and where.
bool Unpack(Evaluation& evaluation, const Call& call, std::string_view& needle, Part& part) {
  Value sub;
  Value start;
  Value end;
  if (!UnpackPositional(evaluation, call,
                        {{"sub", Want::kString, &sub},
                         {"start", Want::kInt, &start, kNoneIsOmitted},
                         {"end", Want::kInt, &end, kNoneIsOmitted}})) {
    return false;
  }
  needle = TextOf(sub);
  part = Cut(TextOf(call.self), start, end);
  return true;
}

enum class Missing : uint8_t { kMinusOne, kFails };

Value Search(Evaluation& evaluation, const Call& call, bool last, Missing missing) {
  std::string_view needle;
  Part part;
  if (!Unpack(evaluation, call, needle, part)) return Value();
  const size_t found = last ? part.text.rfind(needle) : part.text.find(needle);
  if (found != std::string_view::npos && part.start != std::string_view::npos) {
    return Value::SmallInt(static_cast<int64_t>(part.start + found));
  }
  if (missing == Missing::kMinusOne) return Value::SmallInt(-1);
  return FailIn(evaluation, call, messages::kSubstringNotFound);
}

/// True if `matches` holds for the affix, or for one of a tuple of them.
template <typename Matches>
Value HasAffix(Evaluation& evaluation, const Call& call, Matches matches) {
  Value affix;
  Value start;
  Value end;
  if (!UnpackPositional(evaluation, call,
                        {{"affix", Want::kAny, &affix},
                         {"start", Want::kInt, &start, kNoneIsOmitted},
                         {"end", Want::kInt, &end, kNoneIsOmitted}})) {
    return Value();
  }
  const Part part = Cut(TextOf(call.self), start, end);
  const bool within = part.start != std::string_view::npos;
  if (affix.IsObjectOf(Type::kString))
    return Value::Bool(within && matches(part.text, TextOf(affix)));
  if (!affix.IsObjectOf(Type::kTuple)) {
    return FailIn(evaluation, call,
                  messages::kArgumentType(TypeName(affix), "string or tuple of string"));
  }
  const Tuple* tuple = affix.as<Tuple>();
  for (uint32_t i = 0; i < tuple->size; ++i) {
    if (!tuple->items[i].IsObjectOf(Type::kString)) {
      return FailIn(evaluation, call, messages::kAffixElement(TypeName(tuple->items[i]), i));
    }
    if (within && matches(part.text, TextOf(tuple->items[i]))) return Value::Bool(true);
  }
  return Value::Bool(false);
}

}  // namespace

Value Count(Evaluation& evaluation, const Call& call) {
  std::string_view needle;
  Part part;
  if (!Unpack(evaluation, call, needle, part)) return Value();
  if (part.start == std::string_view::npos) return Value::SmallInt(0);
  // The empty string is before each character and behind the last.
  if (needle.empty()) return Value::SmallInt(static_cast<int64_t>(part.text.size()) + 1);
  int64_t count = 0;
  for (size_t at = part.text.find(needle); at != std::string_view::npos;
       at = part.text.find(needle, at + needle.size())) {
    ++count;
  }
  return Value::SmallInt(count);
}

Value Find(Evaluation& evaluation, const Call& call) {
  return Search(evaluation, call, false, Missing::kMinusOne);
}
Value Index(Evaluation& evaluation, const Call& call) {
  return Search(evaluation, call, false, Missing::kFails);
}
Value RFind(Evaluation& evaluation, const Call& call) {
  return Search(evaluation, call, true, Missing::kMinusOne);
}
Value RIndex(Evaluation& evaluation, const Call& call) {
  return Search(evaluation, call, true, Missing::kFails);
}

Value StartsWith(Evaluation& evaluation, const Call& call) {
  return HasAffix(evaluation, call, [](std::string_view text, std::string_view affix) {
    return text.starts_with(affix);
  });
}

Value EndsWith(Evaluation& evaluation, const Call& call) {
  return HasAffix(evaluation, call, [](std::string_view text, std::string_view affix) {
    return text.ends_with(affix);
  });
}

}  // namespace hawser::starlark::strings
