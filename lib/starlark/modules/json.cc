// The module `json`, and json.indent.
#include "lib/starlark/modules/json.h"

#include "lib/starlark/builtins/arguments.h"
#include "lib/starlark/messages/modules.h"
#include "lib/starlark/modules/modules.h"
#include "lib/starlark/value/make.h"
#include "lib/starlark/value/text.h"

namespace hawser::starlark {

namespace json {

Value IndentText(Evaluation& evaluation, const Call& call, std::string_view text,
                 std::string_view prefix, std::string_view indent) {
  // Only a document is indented: reading it tells.
  const Value whole = MakeString(evaluation.heap(), text);
  const Call decode{.name = call.name,
                    .self = Value(),
                    .data = nullptr,
                    .args = &whole,
                    .positional = 1,
                    .named = 0,
                    .names = nullptr};
  if (!Decode(evaluation, decode).has_value()) {
    return FailIn(evaluation, call, messages::kJsonInvalid(evaluation.TakeError()));
  }
  std::string out;
  size_t depth = 0;
  const auto new_line = [&] {
    (out += '\n') += prefix;
    for (size_t i = 0; i < depth; ++i) out += indent;
    evaluation.heap().BoundText(out.size());
  };
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (std::string_view(" \t\r\n").find(c) != std::string_view::npos) continue;
    if (c == '"') {
      size_t end = i + 1;
      while (text[end] != '"') end += text[end] == '\\' ? 2 : 1;
      out += text.substr(i, end + 1 - i);
      i = end;
    } else if (c == '[' || c == '{') {
      out += c;
      const size_t next = text.find_first_not_of(" \t\r\n", i + 1);
      if (text[next] == ']' || text[next] == '}') {
        out += text[next];
        i = next;
        continue;
      }
      ++depth;
      new_line();
    } else if (c == ']' || c == '}') {
      --depth;
      new_line();
      out += c;
    } else {
      out += c;
      if (c == ':') out += ' ';
      if (c == ',') new_line();
    }
  }
  return MakeString(evaluation.heap(), out);
}

Value Indent(Evaluation& evaluation, const Call& call) {
  Value text;
  Value prefix;
  Value indent;
  if (!UnpackArguments(evaluation, call,
                       {{"str", Want::kString, &text},
                        {"prefix", Want::kString, &prefix, kOptional},
                        {"indent", Want::kString, &indent, kOptional}})) {
    return Value();
  }
  return IndentText(evaluation, call, TextOf(text), prefix.has_value() ? TextOf(prefix) : "",
                    indent.has_value() ? TextOf(indent) : "\t");
}

Value EncodeIndent(Evaluation& evaluation, const Call& call) {
  Value x;
  Value prefix;
  Value indent;
  if (!UnpackArguments(evaluation, call,
                       {{"x", Want::kAny, &x},
                        {"prefix", Want::kString, &prefix, kOptional},
                        {"indent", Want::kString, &indent, kOptional}})) {
    return Value();
  }
  Call encode = call;
  encode.args = &x;
  encode.positional = 1;
  encode.named = 0;
  const Value text = Encode(evaluation, encode);
  if (!text.has_value()) return Value();
  return IndentText(evaluation, call, TextOf(text), prefix.has_value() ? TextOf(prefix) : "",
                    indent.has_value() ? TextOf(indent) : "\t");
}

}  // namespace json

void DefineJson(Environment& environment) {
  const Member members[] = {{"decode", json::Decode},
                            {"encode", json::Encode},
                            {"encode_indent", json::EncodeIndent},
                            {"indent", json::Indent}};
  DefineModule(environment, "json", members);
}

}  // namespace hawser::starlark
