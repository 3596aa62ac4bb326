// Writes values with a stack of its own, so that depth costs no recursion.
#include "lib/starlark/value/text.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <unordered_set>
#include <vector>

#include "lib/starlark/value/callable.h"
#include "lib/starlark/value/host.h"
#include "lib/starlark/value/numbers.h"
#include "lib/starlark/value/objects.h"
#include "lib/starlark/value/unicode.h"

namespace hawser::starlark {

namespace {

void AppendEscape(std::string& out, const char* format, uint32_t value) {
  std::array<char, 16> buffer;
  const int length = std::snprintf(buffer.data(), buffer.size(), format, value);
  out.append(buffer.data(), static_cast<size_t>(length));
}

void AppendCodepoint(std::string& out, std::string_view text, Codepoint point) {
  constexpr std::string_view kEscaped = "\a\b\f\n\r\t\v";
  constexpr std::string_view kLetters = "abfnrtv";
  if (point.invalid()) return AppendEscape(out, "\\x%02x", static_cast<unsigned char>(text[0]));
  if (point.value < 0x80) {
    const char c = text[0];
    if (c == '"' || c == '\\') out += '\\';
    if (const size_t i = kEscaped.find(c); i != std::string_view::npos) {
      (out += '\\') += kLetters[i];
      return;
    }
    if (c < ' ' || c == 0x7f) return AppendEscape(out, "\\x%02x", point.value);
    out += c;
    return;
  }
  if (IsPrintable(point.value)) {
    out += text.substr(0, point.length);
  } else {
    AppendEscape(out, point.value < 0x10000 ? "\\u%04x" : "\\U%08x", point.value);
  }
}

void AppendRange(std::string& out, const Range& range) {
  out += "range(";
  if (range.start != 0 || range.step != 1) out += std::to_string(range.start) + ", ";
  out += std::to_string(range.stop);
  if (range.step != 1) out += ", " + std::to_string(range.step);
  out += ')';
}

void AppendView(std::string& out, const View& view) {
  constexpr std::string_view kMethods[] = {".elems()", ".elem_ords()", ".codepoints()",
                                           ".codepoint_ords()", ".elems()"};
  if (view.kind == View::Kind::kByteElems) out += 'b';
  AppendQuoted(out, view.text->view());
  out += kMethods[static_cast<size_t>(view.kind)];
}

void AppendBuiltin(std::string& out, const Builtin& builtin) {
  if (!builtin.self.has_value()) {
    ((out += "<built-in function ") += builtin.name) += '>';
    return;
  }
  ((out += "<built-in method ") += builtin.name) += " of ";
  (out += TypeName(builtin.self)) += " value>";
}

/// A value that holds no others.
void AppendLeaf(std::string& out, Value value) {
  switch (value.type()) {
    case Type::kNone:
      out += "None";
      return;
    case Type::kBool:
      out += value.IsTrue() ? "True" : "False";
      return;
    case Type::kInt:
      out += IntToString(value, 10);
      return;
    case Type::kFloat:
      out += FloatToString(FloatOf(value));
      return;
    case Type::kBytes:
      out += 'b';
      [[fallthrough]];
    case Type::kString:
      AppendQuoted(out, value.as<String>()->view());
      return;
    case Type::kRange:
      AppendRange(out, *value.as<Range>());
      return;
    case Type::kView:
      AppendView(out, *value.as<View>());
      return;
    case Type::kFunction:
      ((out += "<function ") += FunctionName(value.as<Function>())) += '>';
      return;
    case Type::kBuiltin:
      AppendBuiltin(out, *value.as<Builtin>());
      return;
    case Type::kModule:
      AppendQuoted(out += "<module ", value.as<Attributes>()->name->view());
      out += '>';
      return;
    case Type::kHost:
      out += HostOf(value).ToString();
      return;
    default:
      out += '?';
      return;
  }
}

/// The containers that are being written, outermost first.
class Writer {
 public:
  Writer(Context& context, std::string& out) : context_(context), out_(out) {}

  void Write(Value value) {
    Open(value);
    while (!stack_.empty()) {
      context_.heap().BoundText(out_.size());
      Level& level = stack_.back();
      const Value element = Advance(level);
      if (element.has_value()) {
        Open(element);
      } else {
        Close(level);
      }
    }
  }

 private:
  struct Level {
    Value container;
    uint32_t next = 0;
    bool at_value = false;  ///< of a dict: the key has been written
    bool first = true;
  };

  static bool MayHoldItself(Value value) {
    return value.IsObjectOf(Type::kList) || value.IsObjectOf(Type::kDict);
  }

  void Open(Value value) {
    const std::string_view opening = Opening(value);
    if (opening.empty()) return AppendLeaf(out_, value);
    if (MayHoldItself(value) && !open_.insert(value.object()).second) {
      out_ += value.Is(Type::kList) ? "[...]" : "{...}";
      return;
    }
    context_.Tick();
    out_ += opening;
    stack_.push_back({.container = value});
  }

  void Close(const Level& level) {
    const Value value = level.container;
    const bool single = value.Is(Type::kTuple) && value.as<Tuple>()->size == 1;
    out_ += single ? ",)" : Closing(value);
    if (MayHoldItself(value)) open_.erase(value.object());
    stack_.pop_back();
  }

  /// Empty for a value that holds no others.
  static std::string_view Opening(Value value) {
    switch (value.type()) {
      case Type::kList:
        return "[";
      case Type::kTuple:
        return "(";
      case Type::kDict:
        return "{";
      case Type::kSet:
        return "set([";
      case Type::kStruct:
        return StructName(value.as<Attributes>());
      default:
        return "";
    }
  }

  static std::string_view StructName(const Attributes* attributes) {
    return attributes->name == nullptr ? "struct" : attributes->name->view();
  }

  static std::string_view Closing(Value value) {
    switch (value.type()) {
      case Type::kList:
        return "]";
      case Type::kDict:
        return "}";
      case Type::kSet:
        return "])";
      default:
        return ")";
    }
  }

  void Separate(Level& level) {
    if (level.container.Is(Type::kStruct) && level.first) out_ += '(';
    if (!level.first) out_ += ", ";
    level.first = false;
  }

  /// The next element to write, after what comes before it; no value at the end.
  Value Advance(Level& level) {
    const Value value = level.container;
    if (value.Is(Type::kList) || value.Is(Type::kTuple)) {
      const bool list = value.Is(Type::kList);
      const uint32_t size = list ? value.as<List>()->size : value.as<Tuple>()->size;
      if (level.next == size) return Value();
      Separate(level);
      return (list ? value.as<List>()->items : value.as<Tuple>()->items)[level.next++];
    }
    return AdvanceTable(level, value);
  }

  Value AdvanceTable(Level& level, Value value) {
    const bool is_struct = value.Is(Type::kStruct);
    const HashTable& table = is_struct ? value.as<Attributes>()->table : value.as<Dict>()->table;
    if (level.at_value) {
      level.at_value = false;
      out_ += ": ";
      return table.at(level.next - 1).value;
    }
    while (level.next < table.end() && !table.at(level.next).key.has_value()) ++level.next;
    if (level.next == table.end()) {
      if (is_struct && level.first) out_ += '(';
      return Value();
    }
    Separate(level);
    const HashTable::Entry& entry = table.at(level.next++);
    level.at_value = value.Is(Type::kDict);
    if (!is_struct) return entry.key;
    (out_ += entry.key.as<String>()->view()) += " = ";
    return entry.value;
  }

  Context& context_;
  std::string& out_;
  std::vector<Level> stack_;
  std::unordered_set<const Object*> open_;
};

}  // namespace

void AppendQuoted(std::string& out, std::string_view text) {
  out += '"';
  while (!text.empty()) {
    const Codepoint point = DecodeUtf8(text);
    AppendCodepoint(out, text, point);
    text.remove_prefix(point.length);
  }
  out += '"';
}

void AppendRepr(Context& context, std::string& out, Value value) {
  Writer(context, out).Write(value);
}

std::string Repr(Context& context, Value value) {
  std::string text;
  AppendRepr(context, text, value);
  return text;
}

void AppendStr(Context& context, std::string& out, Value value) {
  if (value.IsObjectOf(Type::kString)) {
    out += value.as<String>()->view();
  } else if (value.IsObjectOf(Type::kBytes)) {
    out += ToValidUtf8(value.as<String>()->view());
  } else {
    AppendRepr(context, out, value);
  }
}

std::string_view TypeName(Value value) {
  static constexpr std::string_view kNames[] = {
      "NoneType", "bool",  "int", "float", "string", "bytes",    "list",
      "tuple",    "dict",  "set", "range", "elems",  "function", "builtin_function_or_method",
      "struct",   "module"};
  const Type type = value.type();
  if (type == Type::kHost) return HostOf(value).TypeName();
  if (type == Type::kView) {
    constexpr std::string_view kViews[] = {"elems", "elems", "codepoints", "codepoints",
                                           "bytes.elems"};
    return kViews[static_cast<size_t>(value.as<View>()->kind)];
  }
  return kNames[static_cast<size_t>(type)];
}

}  // namespace hawser::starlark
