// String methods that take strings apart.
#include <algorithm>
#include <array>

#include "lib/starlark/builtins/arguments.h"
#include "lib/starlark/builtins/string_methods.h"
#include "lib/starlark/messages/builtins.h"
#include "lib/starlark/value/make.h"
#include "lib/starlark/value/numbers.h"
#include "lib/starlark/value/text.h"
#include "lib/starlark/value/unicode.h"

namespace hawser::starlark::strings {

namespace {

using Parts = std::vector<std::string_view>;

const String* Self(const Call& call) {
  return call.self.as<String>();
}

Value Share(Evaluation& evaluation, const Call& call, std::string_view part) {
  return Substring(evaluation.heap(), Self(call), part);
}

Value MakeParts(Evaluation& evaluation, const Call& call, const Parts& parts) {
  List* list = NewList(evaluation.heap(), parts.size());
  for (const std::string_view part : parts)
    list->items[list->size++] = Share(evaluation, call, part);
  evaluation.Tick(parts.size() / 16);
  return Value::Of(list);
}

/// Cuts space off the left end, character by character.
std::string_view TrimLeft(std::string_view text) {
  while (!text.empty()) {
    const Codepoint point = DecodeUtf8(text);
    if (!starlark::IsSpace(point.value)) break;
    text.remove_prefix(point.length);
  }
  return text;
}

/// The start of the last character.
size_t LastCharacter(std::string_view text) {
  size_t at = text.size() - 1;
  while (at > 0 && text.size() - at < 4 && (static_cast<unsigned char>(text[at]) & 0xc0) == 0x80)
    --at;
  return DecodeUtf8(text.substr(at)).length == text.size() - at ? at : text.size() - 1;
}

std::string_view TrimRight(std::string_view text) {
  while (!text.empty()) {
    const size_t last = LastCharacter(text);
    if (!starlark::IsSpace(DecodeUtf8(text.substr(last)).value)) break;
    text = text.substr(0, last);
  }
  return text;
}

size_t FindSpace(std::string_view text) {
  size_t at = 0;
  while (at < text.size()) {
    const Codepoint point = DecodeUtf8(text.substr(at));
    if (starlark::IsSpace(point.value)) break;
    at += point.length;
  }
  return at;
}

size_t FindLastSpace(std::string_view text) {
  while (!text.empty()) {
    const size_t last = LastCharacter(text);
    if (starlark::IsSpace(DecodeUtf8(text.substr(last)).value)) break;
    text = text.substr(0, last);
  }
  return text.size();
}

Parts SplitSpace(std::string_view text, int64_t most) {
  Parts parts;
  text = TrimLeft(text);
  while (!text.empty()) {
    if (most >= 0 && static_cast<int64_t>(parts.size()) >= most) {
      parts.push_back(text);
      break;
    }
    const size_t end = FindSpace(text);
    parts.push_back(text.substr(0, end));
    text = TrimLeft(text.substr(end));
  }
  return parts;
}

Parts SplitSpaceRight(std::string_view text, int64_t most) {
  if (most < 0) return SplitSpace(text, most);
  Parts parts;
  text = TrimRight(text);
  while (!text.empty()) {
    if (static_cast<int64_t>(parts.size()) >= most) {
      parts.push_back(text);
      break;
    }
    const size_t start = FindLastSpace(text);
    parts.push_back(text.substr(start));
    text = TrimRight(text.substr(0, start));
  }
  std::reverse(parts.begin(), parts.end());
  return parts;
}

Parts SplitAt(std::string_view text, std::string_view separator, int64_t most) {
  Parts parts;
  while (most < 0 || static_cast<int64_t>(parts.size()) < most) {
    const size_t at = text.find(separator);
    if (at == std::string_view::npos) break;
    parts.push_back(text.substr(0, at));
    text.remove_prefix(at + separator.size());
  }
  parts.push_back(text);
  return parts;
}

Parts SplitAtRight(std::string_view text, std::string_view separator, int64_t most) {
  if (most < 0) return SplitAt(text, separator, most);
  Parts parts;
  while (static_cast<int64_t>(parts.size()) < most) {
    const size_t at = text.rfind(separator);
    if (at == std::string_view::npos) break;
    parts.push_back(text.substr(at + separator.size()));
    text = text.substr(0, at);
  }
  parts.push_back(text);
  std::reverse(parts.begin(), parts.end());
  return parts;
}

Value DoSplit(Evaluation& evaluation, const Call& call, bool right) {
  Value separator;
  Value limit;
  if (!UnpackPositional(evaluation, call,
                        {{"sep", Want::kAny, &separator, kNoneIsOmitted},
                         {"maxsplit", Want::kInt, &limit, kNoneIsOmitted}})) {
    return Value();
  }
  const int64_t most = IntOr(limit, -1);
  const std::string_view text = TextOf(call.self);
  if (!separator.has_value()) {
    return MakeParts(evaluation, call,
                     right ? SplitSpaceRight(text, most) : SplitSpace(text, most));
  }
  if (!separator.IsObjectOf(Type::kString)) {
    return FailIn(evaluation, call, messages::kSeparatorType(TypeName(separator)));
  }
  if (TextOf(separator).empty()) return FailIn(evaluation, call, messages::kEmptySeparator);
  const std::string_view sep = TextOf(separator);
  return MakeParts(evaluation, call,
                   right ? SplitAtRight(text, sep, most) : SplitAt(text, sep, most));
}

Value DoPartition(Evaluation& evaluation, const Call& call, bool last) {
  Value separator;
  if (!UnpackPositional(evaluation, call, {{"sep", Want::kString, &separator}})) return Value();
  const std::string_view sep = TextOf(separator);
  if (sep.empty()) return FailIn(evaluation, call, messages::kEmptySeparator);
  const std::string_view text = TextOf(call.self);
  const size_t at = last ? text.rfind(sep) : text.find(sep);
  const Value empty = MakeString(evaluation.heap(), "");
  if (at == std::string_view::npos) {
    return last ? MakeTuple(evaluation.heap(), std::array{empty, empty, call.self})
                : MakeTuple(evaluation.heap(), std::array{call.self, empty, empty});
  }
  const Value before = Share(evaluation, call, text.substr(0, at));
  const Value after = Share(evaluation, call, text.substr(at + sep.size()));
  return MakeTuple(evaluation.heap(), std::array{before, separator, after});
}

bool Contains(std::string_view set, std::string_view character) {
  return set.find(character) != std::string_view::npos;
}

Value DoStrip(Evaluation& evaluation, const Call& call, bool left, bool right) {
  Value cutset;
  if (!UnpackPositional(evaluation, call, {{"cutset", Want::kString, &cutset, kNoneIsOmitted}})) {
    return Value();
  }
  std::string_view text = TextOf(call.self);
  const std::string_view set = cutset.has_value() ? TextOf(cutset) : "";
  if (set.empty()) {
    if (left) text = TrimLeft(text);
    if (right) text = TrimRight(text);
    return Share(evaluation, call, text);
  }
  while (left && !text.empty() && Contains(set, text.substr(0, DecodeUtf8(text).length))) {
    text.remove_prefix(DecodeUtf8(text).length);
  }
  while (right && !text.empty() && Contains(set, text.substr(LastCharacter(text)))) {
    text = text.substr(0, LastCharacter(text));
  }
  return Share(evaluation, call, text);
}

}  // namespace

Value Split(Evaluation& evaluation, const Call& call) {
  return DoSplit(evaluation, call, false);
}
Value RSplit(Evaluation& evaluation, const Call& call) {
  return DoSplit(evaluation, call, true);
}
Value Partition(Evaluation& evaluation, const Call& call) {
  return DoPartition(evaluation, call, false);
}
Value RPartition(Evaluation& evaluation, const Call& call) {
  return DoPartition(evaluation, call, true);
}
Value Strip(Evaluation& evaluation, const Call& call) {
  return DoStrip(evaluation, call, true, true);
}
Value LStrip(Evaluation& evaluation, const Call& call) {
  return DoStrip(evaluation, call, true, false);
}
Value RStrip(Evaluation& evaluation, const Call& call) {
  return DoStrip(evaluation, call, false, true);
}

Value RemovePrefix(Evaluation& evaluation, const Call& call) {
  Value prefix;
  if (!UnpackPositional(evaluation, call, {{"prefix", Want::kString, &prefix}})) return Value();
  const std::string_view text = TextOf(call.self);
  const size_t cut = text.starts_with(TextOf(prefix)) ? TextOf(prefix).size() : 0;
  return Share(evaluation, call, text.substr(cut));
}

Value RemoveSuffix(Evaluation& evaluation, const Call& call) {
  Value suffix;
  if (!UnpackPositional(evaluation, call, {{"suffix", Want::kString, &suffix}})) return Value();
  const std::string_view text = TextOf(call.self);
  const size_t cut = text.ends_with(TextOf(suffix)) ? TextOf(suffix).size() : 0;
  return Share(evaluation, call, text.substr(0, text.size() - cut));
}

Value SplitLines(Evaluation& evaluation, const Call& call) {
  Value keep;
  if (!UnpackPositional(evaluation, call, {{"keepends", Want::kBool, &keep, kOptional}}))
    return Value();
  std::string_view text = TextOf(call.self);
  Parts lines;
  while (!text.empty()) {
    const size_t end = std::min(text.find_first_of("\r\n"), text.size());
    const size_t ending = text.substr(end).starts_with("\r\n") ? 2 : (end < text.size() ? 1 : 0);
    lines.push_back(text.substr(0, end + (keep.IsTrue() ? ending : 0)));
    text.remove_prefix(end + ending);
  }
  return MakeParts(evaluation, call, lines);
}

}  // namespace hawser::starlark::strings
