// str.format and the operator %.
#include <algorithm>
#include <array>

#include "lib/base/utf8.h"
#include "lib/starlark/builtins/arguments.h"
#include "lib/starlark/builtins/string_methods.h"
#include "lib/starlark/eval/containers.h"
#include "lib/starlark/messages/builtins.h"
#include "lib/starlark/value/compare.h"
#include "lib/starlark/value/make.h"
#include "lib/starlark/value/numbers.h"
#include "lib/starlark/value/text.h"

namespace hawser::starlark {

namespace {

/// Replaces the fields of a format string one after the other.
class Formatter {
 public:
  Formatter(Evaluation& evaluation, const Call& call) : evaluation_(evaluation), call_(call) {}

  Value Run() {
    std::string_view rest = TextOf(call_.self);
    while (!rest.empty()) {
      const size_t brace = std::min(rest.find_first_of("{}"), rest.size());
      out_ += rest.substr(0, brace);
      rest.remove_prefix(brace);
      if (rest.empty()) break;
      if (rest.starts_with("{{") || rest.starts_with("}}")) {
        out_ += rest[0];
        rest.remove_prefix(2);
        continue;
      }
      if (rest[0] == '}') return FailIn(evaluation_, call_, messages::kSingleBrace);
      const size_t end = rest.find('}');
      if (end == std::string_view::npos)
        return FailIn(evaluation_, call_, messages::kUnmatchedBrace);
      if (!Field(rest.substr(1, end - 1))) return Value();
      evaluation_.heap().BoundText(out_.size());
      rest.remove_prefix(end + 1);
    }
    return MakeString(evaluation_.heap(), out_);
  }

 private:
  enum class Numbering : uint8_t { kNone, kAutomatic, kManual };

  bool Fail(const std::string& message) {
    FailIn(evaluation_, call_, message);
    return false;
  }

  /// NAME [!CONVERSION] [:SPEC]
  bool Field(std::string_view field) {
    const size_t bang = field.find('!');
    const size_t colon = field.find(':', bang == std::string_view::npos ? 0 : bang);
    const size_t name_end = std::min({bang, colon, field.size()});
    const std::string_view name = field.substr(0, name_end);
    std::string_view conversion = "s";
    if (bang != std::string_view::npos && bang < colon) {
      conversion = field.substr(bang + 1, std::min(colon, field.size()) - bang - 1);
    }
    Value value;
    if (!FindArgument(name, value)) return false;
    if (colon != std::string_view::npos && colon + 1 < field.size()) {
      evaluation_.Fail(messages::kFormatSpec(field.substr(colon + 1)));
      return false;
    }
    if (conversion == "s") {
      AppendStr(evaluation_, out_, value);
    } else if (conversion == "r") {
      AppendRepr(evaluation_, out_, value);
    } else {
      std::string quoted;
      AppendQuoted(quoted, conversion);
      return Fail(messages::kFormatConversion(quoted));
    }
    return true;
  }

  bool FindArgument(std::string_view name, Value& value) {
    if (name.empty()) return Numbered(Numbering::kAutomatic, next_++, value);
    if (std::all_of(name.begin(), name.end(), starlark::IsDigit)) {
      constexpr size_t kMostDigits = 9;
      if (name.size() > kMostDigits && name.find_first_not_of('0') < name.size() - kMostDigits) {
        return Fail(messages::kFormatIndex);
      }
      return Numbered(Numbering::kManual, std::stoul(std::string(name)), value);
    }
    for (uint32_t i = 0; i < call_.named; ++i) {
      if (call_.names[i]->view() != name) continue;
      value = call_.named_value(i);
      return true;
    }
    const std::string text(name);
    if (name.find('.') != std::string_view::npos) {
      return Fail(messages::kFormatAttribute(text));
    }
    if (name.find('[') != std::string_view::npos) {
      return Fail(messages::kFormatElement(text));
    }
    if (name.find('{') != std::string_view::npos) {
      return Fail(messages::kFormatNested);
    }
    return Fail(messages::kFormatKeyword(text));
  }

  bool Numbered(Numbering numbering, size_t index, Value& value) {
    if (numbering_ != Numbering::kNone && numbering_ != numbering) {
      const bool was_manual = numbering_ == Numbering::kManual;
      return Fail(was_manual ? messages::kFormatFromManual : messages::kFormatFromAutomatic);
    }
    numbering_ = numbering;
    if (index >= call_.positional) return Fail(messages::kFormatIndex);
    value = call_[static_cast<uint32_t>(index)];
    return true;
  }

  Evaluation& evaluation_;
  const Call& call_;
  std::string out_;
  Numbering numbering_ = Numbering::kNone;
  size_t next_ = 0;
};

/// Replaces the conversions of a % format one after the other.
class PercentFormatter {
 public:
  PercentFormatter(Evaluation& evaluation, Value arguments)
      : evaluation_(evaluation), arguments_(arguments) {}

  Value Run(std::string_view rest) {
    for (;;) {
      const size_t percent = std::min(rest.find('%'), rest.size());
      out_ += rest.substr(0, percent);
      if (percent == rest.size()) break;
      rest.remove_prefix(percent + 1);
      if (rest.starts_with('%')) {
        out_ += '%';
        rest.remove_prefix(1);
        continue;
      }
      Value argument;
      if (!TakeArgument(rest, argument)) return Value();
      if (rest.empty()) return evaluation_.Fail(messages::kPercentIncomplete);
      if (!Convert(rest[0], argument)) return Value();
      evaluation_.heap().BoundText(out_.size());
      rest.remove_prefix(1);
    }
    const bool one = !arguments_.IsObjectOf(Type::kTuple);
    const uint32_t given = one ? 1 : arguments_.as<Tuple>()->size;
    if (next_ < given && !arguments_.IsObjectOf(Type::kDict)) {
      return evaluation_.Fail(messages::kPercentTooMany);
    }
    return MakeString(evaluation_.heap(), out_);
  }

 private:
  bool Fail(std::string message) {
    evaluation_.Fail(std::move(message));
    return false;
  }

  bool TakeArgument(std::string_view& rest, Value& argument) {
    if (rest.starts_with('(')) return TakeKey(rest, argument);
    const bool tuple = arguments_.IsObjectOf(Type::kTuple);
    const uint32_t given = tuple ? arguments_.as<Tuple>()->size : 1;
    if (next_ >= given) return Fail(messages::kPercentTooFew);
    argument = tuple ? arguments_.as<Tuple>()->items[next_] : arguments_;
    ++next_;
    return true;
  }

  bool TakeKey(std::string_view& rest, Value& argument) {
    const size_t end = rest.find(')');
    if (end == std::string_view::npos) return Fail(messages::kPercentKeyIncomplete);
    if (!arguments_.IsObjectOf(Type::kDict)) return Fail(messages::kPercentMapping);
    const std::string_view key = rest.substr(1, end - 1);
    const Value name = MakeString(evaluation_.heap(), key);
    const HashTable::Entry* entry =
        arguments_.as<Dict>()->table.Find(name, HashOf(name.as<String>()));
    if (entry == nullptr) return Fail(messages::kPercentKey(key));
    argument = entry->value;
    rest.remove_prefix(end + 1);
    return true;
  }

  bool Convert(char conversion, Value argument) {
    switch (conversion) {
      case 's':
        AppendStr(evaluation_, out_, argument);
        return true;
      case 'r':
        AppendRepr(evaluation_, out_, argument);
        return true;
      case 'd':
      case 'i':
      case 'o':
      case 'x':
      case 'X':
        return ConvertInt(conversion, argument);
      case 'e':
      case 'f':
      case 'g':
      case 'E':
      case 'F':
      case 'G':
        return ConvertFloat(conversion, argument);
      case 'c':
        return ConvertCharacter(argument);
      default:
        return Fail(messages::kPercentConversion(conversion));
    }
  }

  bool ConvertInt(char conversion, Value argument) {
    Value number = argument;
    if (argument.Is(Type::kFloat)) number = IntFromDouble(evaluation_, FloatOf(argument));
    if (!number.has_value()) {
      return Fail(messages::kPercentInteger(conversion, evaluation_.TakeError()));
    }
    if (!number.Is(Type::kInt)) {
      return Fail(messages::kPercentInteger(conversion, messages::kNotToInt(TypeName(argument))));
    }
    const int base = conversion == 'o' ? 8 : (conversion | 0x20) == 'x' ? 16 : 10;
    std::string digits = IntToString(number, base);
    if (conversion == 'X') {
      for (char& c : digits) c = c >= 'a' ? static_cast<char>(c - 0x20) : c;
    }
    out_ += digits;
    return true;
  }

  bool ConvertFloat(char conversion, Value argument) {
    if (!argument.Is(Type::kFloat) && !argument.Is(Type::kInt)) {
      return Fail(messages::kPercentFloat(conversion, TypeName(argument)));
    }
    const auto number = argument.Is(Type::kFloat) ? std::optional(FloatOf(argument))
                                                  : IntToFloat(evaluation_, argument);
    if (!number) return false;
    out_ += FormatFloat(*number, conversion);
    return true;
  }

  bool ConvertCharacter(Value argument) {
    if (argument.Is(Type::kInt)) {
      const auto code = IntToInt64(argument);
      if (!code || *code < 0 || *code > kMaxCodepoint) {
        return Fail(messages::kPercentCodePoint(IntToString(argument, 10)));
      }
      AppendUtf8(out_, static_cast<uint32_t>(*code));
      return true;
    }
    if (!argument.IsObjectOf(Type::kString)) {
      return Fail(messages::kPercentCharacter(TypeName(argument)));
    }
    if (CountCodepoints(TextOf(argument)) != 1) {
      return Fail(messages::kPercentOneCharacter);
    }
    out_ += TextOf(argument);
    return true;
  }

  Evaluation& evaluation_;
  Value arguments_;
  std::string out_;
  uint32_t next_ = 0;
};

}  // namespace

Value strings::Format(Evaluation& evaluation, const Call& call) {
  return Formatter(evaluation, call).Run();
}

Value FormatPercent(Evaluation& evaluation, const String* format, Value arguments) {
  return PercentFormatter(evaluation, arguments).Run(format->view());
}

}  // namespace hawser::starlark
