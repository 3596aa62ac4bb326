// Writes JSON values as block-style YAML.
#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "lib/base/text.h"
#include "lib/yaml/scalar.h"
#include "lib/yaml/yaml.h"

namespace hawser::yaml {
namespace {

using nlohmann::json;

bool IsPlainCharacter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("-_./:+=@%,() ").find(c) != std::string_view::npos;
}

// Whether the text reads back as itself without quotes.
bool IsPlain(const std::string& text) {
  if (text.empty() || text == "<<" || !std::ranges::all_of(text, IsPlainCharacter)) return false;
  if (text.front() == ' ' || text.back() == ' ' || text.back() == ':') return false;
  if (std::string_view("-:,@%=").find(text.front()) != std::string_view::npos) return false;
  if (text.find(": ") != std::string::npos || text.starts_with("...")) return false;
  return ResolvePlainScalar(text).is_string();
}

std::string Quoted(const json& value) {
  return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

std::string ScalarText(const json& value) {
  if (value.is_string() && IsPlain(value.get_ref<const std::string&>())) return value;
  if (value.is_object()) return "{}";
  if (value.is_array()) return "[]";
  return Quoted(value);
}

// A literal block keeps lines readable, where it keeps them exactly.
bool FitsLiteral(const std::string& text) {
  if (text.find('\n') == std::string::npos || text.front() == ' ' || text.front() == '\n') {
    return false;
  }
  for (const std::string_view line : Split(text, '\n')) {
    if (line.ends_with(' ')) return false;
  }
  return std::ranges::all_of(text, [](char c) { return c == '\n' || (c >= ' ' && c <= '~'); });
}

void WriteLiteral(const std::string& text, size_t indent, std::string& out) {
  const bool one_end = text.ends_with('\n') && !text.ends_with("\n\n");
  out += one_end ? "|\n" : text.ends_with('\n') ? "|+\n" : "|-\n";
  const std::string_view body =
      text.ends_with('\n') ? std::string_view(text).substr(0, text.size() - 1) : text;
  for (const std::string_view line : Split(body, '\n')) {
    if (!line.empty()) out.append(indent, ' ').append(line);
    out += '\n';
  }
}

void WriteBlock(const json& value, size_t indent, std::string& out);

// The value behind "key:" or at the top: on the same line when it is a scalar, else below.
void WriteValue(const json& value, size_t indent, std::string& out) {
  if (value.is_structured() && !value.empty()) {
    out += '\n';
    WriteBlock(value, value.is_array() && indent >= 2 ? indent - 2 : indent, out);
  } else if (value.is_string() && FitsLiteral(value.get_ref<const std::string&>())) {
    out += ' ';
    WriteLiteral(value.get_ref<const std::string&>(), indent, out);
  } else {
    out += ' ' + ScalarText(value) + '\n';
  }
}

void WriteItem(const json& item, size_t indent, std::string& out) {
  out.append(indent, ' ') += '-';
  if (!item.is_structured() || item.empty()) {
    WriteValue(item, indent + 2, out);
    return;
  }
  // The first member or item shares the dash's line.
  std::string block;
  WriteBlock(item, indent + 2, block);
  out += ' ' + block.substr(indent + 2);
}

void WriteBlock(const json& value, size_t indent, std::string& out) {
  if (value.is_array()) {
    for (const json& item : value) WriteItem(item, indent, out);
    return;
  }
  for (const auto& [key, member] : value.items()) {
    out.append(indent, ' ') += (IsPlain(key) ? key : Quoted(key)) + ':';
    WriteValue(member, indent + 2, out);
  }
}

}  // namespace

std::string ToYaml(const json& value) {
  std::string out;
  if (value.is_structured() && !value.empty()) {
    WriteBlock(value, 0, out);
  } else {
    out = (value.is_string() ? Quoted(value) : ScalarText(value)) + '\n';
  }
  return out;
}

}  // namespace hawser::yaml
