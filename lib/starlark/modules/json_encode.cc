// json.encode: writes a value with a stack of its own.
#include <algorithm>
#include <cmath>

#include "lib/base/utf8.h"
#include "lib/starlark/builtins/arguments.h"
#include "lib/starlark/eval/operators.h"
#include "lib/starlark/messages/modules.h"
#include "lib/starlark/modules/json.h"
#include "lib/starlark/value/host.h"
#include "lib/starlark/value/make.h"
#include "lib/starlark/value/text.h"

namespace hawser::starlark::json {

void AppendQuoted(std::string& out, std::string_view text) {
  constexpr std::string_view kEscaped = "\b\f\n\r\t\"\\";
  constexpr std::string_view kLetters = "bfnrt\"\\";
  constexpr char kHex[] = "0123456789abcdef";
  out += '"';
  while (!text.empty()) {
    const Codepoint point = DecodeUtf8(text);
    const char c = text[0];
    if (point.invalid()) {
      out += "\\ufffd";
    } else if (const size_t i = kEscaped.find(c); i != std::string_view::npos) {
      (out += '\\') += kLetters[i];
    } else if (point.value < 0x20) {
      ((out += "\\u00") += kHex[point.value >> 4]) += kHex[point.value & 15];
    } else {
      out += text.substr(0, point.length);
    }
    text.remove_prefix(point.length);
  }
  out += '"';
}

namespace {

struct Element {
  std::string_view key;  ///< of an object's entry
  Value value;
};

/// An array or object being written.
struct Level {
  Value container;
  bool object;
  std::vector<Element> elements;
  size_t next = 0;
};

/// How a message names the place of the element that was begun last.
std::string PlaceOf(const Level& level) {
  const size_t i = level.next - 1;
  if (!level.object) return messages::kJsonAtIndex(TypeName(level.container), i);
  const std::string_view key = level.elements[i].key;
  if (!level.container.Is(Type::kDict)) return messages::kJsonInField(key);
  std::string quoted;
  starlark::AppendQuoted(quoted, key);
  return messages::kJsonInKey(quoted);
}

class Encoder {
 public:
  explicit Encoder(Evaluation& evaluation) : evaluation_(evaluation) {}

  /// The text; no value after a failure.
  Value Run(Value value) {
    if (!Write(value)) return FailAt();
    while (!stack_.empty()) {
      Level& level = stack_.back();
      if (level.next == level.elements.size()) {
        out_ += level.object ? '}' : ']';
        stack_.pop_back();
        continue;
      }
      const Element& element = level.elements[level.next];
      if (level.next++ > 0) out_ += ',';
      if (level.object) {
        AppendQuoted(out_, element.key);
        out_ += ':';
      }
      if (!Write(element.value)) return FailAt();
      evaluation_.Tick();
      evaluation_.heap().BoundText(out_.size());
    }
    return MakeString(evaluation_.heap(), out_);
  }

 private:
  /// Puts the places of all that is being written before the message: of many levels, those at
  /// both ends.
  Value FailAt() {
    constexpr size_t kShownAtEachEnd = 8;
    const std::string message = evaluation_.TakeError();
    const size_t levels = stack_.size();
    const size_t left_out = levels > 2 * kShownAtEachEnd ? levels - 2 * kShownAtEachEnd : 0;
    std::string place = "json.encode: ";
    for (size_t i = 0; i < levels; ++i) {
      if (left_out > 0 && i == kShownAtEachEnd) {
        place += messages::kJsonPlacesLeftOut(left_out) + ": ";
        i += left_out;
      }
      place += PlaceOf(stack_[i]) + ": ";
    }
    return evaluation_.Fail(place + message);
  }

  bool Fail(std::string message) {
    evaluation_.Fail(std::move(message));
    return false;
  }

  bool Write(Value value) {
    switch (value.type()) {
      case Type::kNone:
        out_ += "null";
        return true;
      case Type::kBool:
        out_ += value.IsTrue() ? "true" : "false";
        return true;
      case Type::kInt:
        out_ += IntToString(value, 10);
        return true;
      case Type::kString:
        AppendQuoted(out_, TextOf(value));
        return true;
      case Type::kFloat:
        if (!std::isfinite(FloatOf(value))) {
          return Fail(messages::kJsonNotFinite(FloatToString(FloatOf(value))));
        }
        out_ += FloatToString(FloatOf(value));
        return true;
      case Type::kDict:
        return OpenDict(value);
      case Type::kStruct:
      case Type::kModule:
        return OpenAttributes(value);
      default:
        break;
    }
    if (IsIterable(value)) return OpenSequence(value);
    if (value.Is(Type::kHost) && !AttributeNames(value).empty()) return OpenAttributes(value);
    return Fail(messages::kJsonNotEncodable(TypeName(value)));
  }

  bool Open(Level level) {
    for (const Level& outer : stack_) {
      if (outer.container == level.container) return Fail(messages::kJsonCycle);
    }
    constexpr size_t kMaxLevels = 10'000;
    if (stack_.size() == kMaxLevels) return Fail(messages::kJsonTooDeep);
    out_ += level.object ? '{' : '[';
    stack_.push_back(std::move(level));
    return true;
  }

  bool OpenDict(Value dict) {
    Level level{.container = dict, .object = true, .elements = {}};
    bool all_strings = true;
    dict.as<Dict>()->table.ForEach([&](const HashTable::Entry& entry) {
      if (!entry.key.IsObjectOf(Type::kString)) {
        if (all_strings) Fail(messages::kJsonKeyType(TypeName(entry.key)));
        all_strings = false;
        return;
      }
      level.elements.push_back({TextOf(entry.key), entry.value});
    });
    if (!all_strings) return false;
    std::sort(level.elements.begin(), level.elements.end(),
              [](const Element& a, const Element& b) { return a.key < b.key; });
    return Open(std::move(level));
  }

  bool OpenAttributes(Value object) {
    Level level{.container = object, .object = true, .elements = {}};
    for (const std::string& name : AttributeNames(object)) {
      const String* key = MakeString(evaluation_.heap(), name).as<String>();
      const Value value = GetAttribute(evaluation_, object, {key, 0});
      if (!value.has_value()) return false;
      level.elements.push_back({key->view(), value});
    }
    return Open(std::move(level));
  }

  bool OpenSequence(Value sequence) {
    Level level{.container = sequence, .object = false, .elements = {}};
    Loop loop(evaluation_, sequence);
    for (Value element; loop.Next(element);) {
      level.elements.push_back({"", element});
      evaluation_.heap().BoundArray(level.elements.size() * sizeof(Element));
      evaluation_.Tick();
    }
    return !evaluation_.failed() && Open(std::move(level));
  }

  Evaluation& evaluation_;
  std::string out_;
  std::vector<Level> stack_;
};

}  // namespace

Value Encode(Evaluation& evaluation, const Call& call) {
  Value x;
  if (!UnpackPositional(evaluation, call, {{"x", Want::kAny, &x}})) return Value();
  return Encoder(evaluation).Run(x);
}

}  // namespace hawser::starlark::json
