// json.decode: reads a document with a stack of its own.
#include <algorithm>
#include <charconv>
#include <cmath>

#include "lib/base/utf8.h"
#include "lib/starlark/builtins/arguments.h"
#include "lib/starlark/messages/modules.h"
#include "lib/starlark/modules/json.h"
#include "lib/starlark/value/compare.h"
#include "lib/starlark/value/make.h"
#include "lib/starlark/value/numbers.h"
#include "lib/starlark/value/text.h"

namespace hawser::starlark::json {

namespace {

bool IsDigitChar(char c) {
  return c >= '0' && c <= '9';
}

/// Reads values; a message is set after a failure, and `at` is then where it happened.
class Decoder {
 public:
  Decoder(Evaluation& evaluation, std::string_view text) : evaluation_(evaluation), text_(text) {}

  Value Run() {
    Value value;
    if (!ReadDocument(value)) return Value();
    SkipSpace();
    if (at_ < text_.size()) {
      Fail(messages::kJsonAfterValue(Shown(Peek())));
      return Value();
    }
    return value;
  }

  std::string Message() const { return "at offset " + std::to_string(at_) + ", " + message_; }

 private:
  struct Level {
    List* list = nullptr;
    Dict* dict = nullptr;
    Value key;
  };

  bool Fail(std::string message) {
    message_ = std::move(message);
    return false;
  }
  bool FailEnd() { return Fail(messages::kJsonEnd); }

  static std::string Shown(char c) {
    if (c == '\'') return "'\\''";
    return "'" + std::string(1, c) + "'";
  }

  char Peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  void SkipSpace() {
    while (at_ < text_.size() &&
           std::string_view(" \t\r\n").find(text_[at_]) != std::string_view::npos)
      ++at_;
  }

  /// A value opens containers until a leaf is read; then containers end until one goes on.
  bool ReadDocument(Value& value) {
    for (;;) {
      bool opened = false;
      if (!ReadStart(value, opened)) return false;
      if (opened) continue;
      bool more = false;
      while (!stack_.empty() && !more) {
        if (!Place(value, more)) return false;
      }
      if (stack_.empty() && !more) return true;
    }
  }

  /// A leaf or an empty container into `value`; or the start of a container, then `opened`.
  bool ReadStart(Value& value, bool& opened) {
    SkipSpace();
    if (at_ >= text_.size()) return FailEnd();
    const char c = Peek();
    if (c == '"') return ReadString(value);
    if (c == '-' || IsDigitChar(c)) return ReadNumber(value);
    if (c == '[' || c == '{') return Open(c, value, opened);
    for (const auto& [word, meaning] : {std::pair{std::string_view("null"), Value::None()},
                                        {std::string_view("true"), Value::Bool(true)},
                                        {std::string_view("false"), Value::Bool(false)}}) {
      if (!text_.substr(at_).starts_with(word)) continue;
      at_ += word.size();
      value = meaning;
      return true;
    }
    return Fail(messages::kJsonCharacter(Shown(c)));
  }

  bool Open(char c, Value& value, bool& opened) {
    ++at_;
    Level level;
    if (c == '[') {
      level.list = NewList(evaluation_.heap());
      value = Value::Of(level.list);
    } else {
      level.dict = NewDict(evaluation_.heap());
      value = Value::Of(level.dict);
    }
    SkipSpace();
    if (at_ >= text_.size()) return FailEnd();
    if (Peek() == (c == '[' ? ']' : '}')) {
      ++at_;
      return true;
    }
    opened = true;
    stack_.push_back(level);
    return c == '[' || ReadKey(stack_.back());
  }

  bool ReadKey(Level& level) {
    SkipSpace();
    if (at_ >= text_.size()) return FailEnd();
    if (Peek() == '[' || Peek() == '{') {
      return Fail(messages::kJsonKeyNotString(Peek() == '[' ? "list" : "dict"));
    }
    bool opened = false;
    if (!ReadStart(level.key, opened)) return false;
    if (!level.key.IsObjectOf(Type::kString)) {
      return Fail(messages::kJsonKeyNotString(TypeName(level.key)));
    }
    SkipSpace();
    if (at_ >= text_.size()) return FailEnd();
    if (Peek() != ':') return Fail(messages::kJsonAfterKey(Shown(Peek())));
    ++at_;
    return true;
  }

  /// Puts a value into the innermost container. `more`: another follows; else the container has
  /// ended, and is the value.
  bool Place(Value& value, bool& more) {
    evaluation_.Tick();
    Level& level = stack_.back();
    const bool list = level.list != nullptr;
    if (list) {
      Append(evaluation_.heap(), level.list, value);
    } else {
      // Of several entries with one key the last counts.
      const uint32_t hash = HashOf(level.key.as<String>());
      level.dict->table.Insert(evaluation_.heap(), level.key, hash, value);
    }
    SkipSpace();
    if (at_ >= text_.size()) return FailEnd();
    const char c = Peek();
    if (c == ',') {
      ++at_;
      more = true;
      return list || ReadKey(level);
    }
    if (c != (list ? ']' : '}')) {
      return Fail(list ? messages::kJsonInArray(Shown(c)) : messages::kJsonInObject(Shown(c)));
    }
    ++at_;
    value = list ? Value::Of(level.list) : Value::Of(level.dict);
    stack_.pop_back();
    return true;
  }

  bool ReadNumber(Value& value) {
    const size_t start = at_;
    while (at_ < text_.size() && (IsDigitChar(Peek()) ||
                                  std::string_view("+-.eE").find(Peek()) != std::string_view::npos))
      ++at_;
    const std::string_view number = text_.substr(start, at_ - start);
    if (!IsNumber(number)) return Fail(messages::kJsonNumber(number));
    if (number.find_first_of(".eE") == std::string_view::npos) {
      const bool negative = number[0] == '-';
      value = IntFromDigits(evaluation_, number.substr(negative ? 1 : 0), 10, negative);
      return value.has_value() || Fail(messages::kJsonNumberTooLarge);
    }
    const double d = std::strtod(std::string(number).c_str(), nullptr);
    if (std::isinf(d)) return Fail(messages::kJsonNumber(number));
    value = MakeFloat(evaluation_.heap(), d);
    return true;
  }

  /// ["-"] INT ["." DIGITS] ["e" ["+" | "-"] DIGITS], INT without leading zeros.
  static bool IsNumber(std::string_view text) {
    const auto digits = [&text] {
      const size_t count = std::min(text.find_first_not_of("0123456789"), text.size());
      text.remove_prefix(count);
      return count;
    };
    if (text.starts_with('-')) text.remove_prefix(1);
    const bool zero = text.starts_with('0');
    const size_t whole = digits();
    if (whole == 0 || (zero && whole > 1)) return false;
    if (text.starts_with('.')) {
      text.remove_prefix(1);
      if (digits() == 0) return false;
    }
    if (text.starts_with('e') || text.starts_with('E')) {
      text.remove_prefix(1);
      if (text.starts_with('+') || text.starts_with('-')) text.remove_prefix(1);
      if (digits() == 0) return false;
    }
    return text.empty();
  }

  bool ReadString(Value& value) {
    std::string decoded;
    for (++at_;;) {
      const size_t plain = std::min(text_.find_first_of("\"\\", at_), text_.size());
      const std::string_view run = text_.substr(at_, plain - at_);
      const auto control = std::find_if(
          run.begin(), run.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20; });
      if (control != run.end()) {
        at_ += static_cast<size_t>(control - run.begin());
        return Fail(messages::kJsonStringCharacter);
      }
      decoded += run;
      at_ = plain;
      if (at_ >= text_.size()) return Fail(messages::kJsonStringEnd);
      if (text_[at_] == '"') break;
      if (!ReadEscape(decoded)) return false;
    }
    ++at_;
    value = MakeString(evaluation_.heap(), decoded);
    return true;
  }

  bool ReadEscape(std::string& out) {
    constexpr std::string_view kLetters = "bfnrt\"\\/";
    constexpr std::string_view kValues = "\b\f\n\r\t\"\\/";
    if (at_ + 1 >= text_.size()) return Fail(messages::kJsonStringEnd);
    const char c = text_[at_ + 1];
    if (const size_t i = kLetters.find(c); i != std::string_view::npos) {
      out += kValues[i];
      at_ += 2;
      return true;
    }
    if (c != 'u') return Fail(messages::kJsonEscape(Shown(c)));
    uint32_t code = 0;
    if (!ReadUnicode(code)) return false;
    const bool high = code >= 0xd800 && code < 0xdc00;
    if (high && text_.substr(at_).starts_with("\\u")) {
      const size_t back = at_;
      uint32_t low = 0;
      if (!ReadUnicode(low)) return false;
      if (low >= 0xdc00 && low < 0xe000) {
        code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
      } else {
        at_ = back;
      }
    }
    AppendUtf8(out, code);
    return true;
  }

  bool ReadUnicode(uint32_t& code) {
    const std::string_view digits =
        text_.substr(at_ + 2 < text_.size() ? at_ + 2 : text_.size(), 4);
    const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), code, 16);
    if (digits.size() < 4 || read.ptr != digits.data() + 4)
      return Fail(messages::kJsonUnicodeEscape);
    at_ += 6;
    return true;
  }

  Evaluation& evaluation_;
  std::string_view text_;
  size_t at_ = 0;
  std::string message_;
  std::vector<Level> stack_;
};

}  // namespace

Value Decode(Evaluation& evaluation, const Call& call) {
  Value text;
  Value fallback;
  if (!UnpackArguments(
          evaluation, call,
          {{"x", Want::kString, &text}, {"default", Want::kAny, &fallback, kOptional}})) {
    return Value();
  }
  Decoder decoder(evaluation, TextOf(text));
  const Value value = decoder.Run();
  if (value.has_value()) return value;
  if (evaluation.failed()) evaluation.Recover();
  return fallback.has_value() ? fallback : FailIn(evaluation, call, decoder.Message());
}

}  // namespace hawser::starlark::json
