// bytes, chr, hash, ord, repr, str.
#include "lib/starlark/value/text.h"

#include "lib/base/utf8.h"
#include "lib/starlark/builtins/arguments.h"
#include "lib/starlark/builtins/universe.h"
#include "lib/starlark/messages/builtins.h"
#include "lib/starlark/value/compare.h"
#include "lib/starlark/value/make.h"
#include "lib/starlark/value/numbers.h"

namespace hawser::starlark::universe {

namespace {

bool OneArgument(Evaluation& evaluation, const Call& call, std::string_view count) {
  if (call.named > 0) {
    evaluation.Fail(messages::kAcceptsNoKeywords(call.name));
    return false;
  }
  if (call.positional == 1) return true;
  FailIn(evaluation, call, messages::kArgumentCount(call.positional, count));
  return false;
}

Value BytesOf(Evaluation& evaluation, const Call& call, Value iterable) {
  std::string bytes;
  Loop loop(evaluation, iterable);
  for (Value element; loop.Next(element);) {
    if (!element.Is(Type::kInt)) {
      return FailIn(evaluation, call, messages::kElementType(bytes.size(), TypeName(element)));
    }
    const auto byte = IntToInt64(element);
    if (!byte || *byte < 0 || *byte > UINT8_MAX) {
      return FailIn(evaluation, call,
                    messages::kElementRange(bytes.size(), IntToString(element, 10)));
    }
    bytes += static_cast<char>(*byte);
  }
  return evaluation.failed() ? Value() : MakeBytes(evaluation.heap(), bytes);
}

/// The hash that the language fixes for strings: of their UTF-16 code units, as in Java.
int32_t HashUtf16(std::string_view text) {
  uint32_t hash = 0;
  while (!text.empty()) {
    const Codepoint point = DecodeUtf8(text);
    text.remove_prefix(point.length);
    if (point.value < 0x10000) {
      hash = hash * 31 + point.value;
      continue;
    }
    const uint32_t high = 0xd800 + ((point.value - 0x10000) >> 10);
    const uint32_t low = 0xdc00 + ((point.value - 0x10000) & 0x3ff);
    hash = (hash * 31 + high) * 31 + low;
  }
  return static_cast<int32_t>(hash);
}

/// FNV-1a of 32 bits.
uint32_t HashBytes(std::string_view bytes) {
  uint32_t hash = 2166136261;
  for (const char c : bytes) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619;
  return hash;
}

}  // namespace

Value Bytes(Evaluation& evaluation, const Call& call) {
  if (!OneArgument(evaluation, call, "exactly 1")) return Value();
  const Value x = call[0];
  if (x.IsObjectOf(Type::kBytes)) return x;
  if (x.IsObjectOf(Type::kString)) return MakeBytes(evaluation.heap(), ToValidUtf8(TextOf(x)));
  if (IsIterable(x)) return BytesOf(evaluation, call, x);
  return FailIn(evaluation, call,
                messages::kArgumentType(TypeName(x), "string, bytes, or iterable of ints"));
}

Value Chr(Evaluation& evaluation, const Call& call) {
  if (!OneArgument(evaluation, call, "1")) return Value();
  const Value x = call[0];
  if (!x.Is(Type::kInt))
    return FailIn(evaluation, call, messages::kArgumentType(TypeName(x), "int"));
  const std::string text = IntToString(x, 10);
  if (IntSign(x) < 0) {
    return FailIn(evaluation, call, messages::kCodePointNegative(text));
  }
  const auto code = IntToInt64(x);
  if (!code || *code > kMaxCodepoint) {
    std::string hex = IntToString(x, 16);
    for (char& c : hex) c = c >= 'a' ? static_cast<char>(c - 0x20) : c;
    return FailIn(evaluation, call, messages::kCodePointTooLarge(hex));
  }
  std::string character;
  AppendUtf8(character, static_cast<uint32_t>(*code));
  return MakeString(evaluation.heap(), character);
}

Value HashFunction(Evaluation& evaluation, const Call& call) {
  Value x;
  if (!UnpackPositional(evaluation, call, {{"x", Want::kAny, &x}})) return Value();
  if (x.IsObjectOf(Type::kString)) return Value::SmallInt(HashUtf16(TextOf(x)));
  if (x.IsObjectOf(Type::kBytes)) return Value::SmallInt(HashBytes(TextOf(x)));
  return FailIn(evaluation, call, messages::kArgumentType(TypeName(x), "string or bytes"));
}

Value Ord(Evaluation& evaluation, const Call& call) {
  if (!OneArgument(evaluation, call, "1")) return Value();
  const Value x = call[0];
  if (x.IsObjectOf(Type::kString)) {
    const size_t count = CountCodepoints(TextOf(x));
    if (count == 1) return Value::SmallInt(DecodeUtf8(TextOf(x)).value);
    return FailIn(evaluation, call, messages::kCodePointCount(count));
  }
  if (x.IsObjectOf(Type::kBytes)) {
    const std::string_view bytes = TextOf(x);
    if (bytes.size() == 1) return Value::SmallInt(static_cast<unsigned char>(bytes[0]));
    return FailIn(evaluation, call, messages::kByteCount(bytes.size()));
  }
  return FailIn(evaluation, call, messages::kArgumentType(TypeName(x), "string or bytes"));
}

Value ReprFunction(Evaluation& evaluation, const Call& call) {
  Value x;
  if (!UnpackPositional(evaluation, call, {{"x", Want::kAny, &x}})) return Value();
  return MakeString(evaluation.heap(), Repr(evaluation, x));
}

Value Str(Evaluation& evaluation, const Call& call) {
  if (!OneArgument(evaluation, call, "exactly 1")) return Value();
  if (call[0].IsObjectOf(Type::kString)) return call[0];
  std::string text;
  AppendStr(evaluation, text, call[0]);
  return MakeString(evaluation.heap(), text);
}

}  // namespace hawser::starlark::universe
