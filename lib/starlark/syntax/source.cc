// Lines and columns of a source file.
#include "lib/starlark/syntax/source.h"

#include <algorithm>

#include "lib/starlark/value/unicode.h"

namespace hawser::starlark {

Source::Source(std::string path, std::string text)
    : path_(std::move(path)), text_(std::move(text)), lines_{0} {
  for (size_t i = text_.find('\n'); i != std::string::npos; i = text_.find('\n', i + 1)) {
    lines_.push_back(static_cast<uint32_t>(i + 1));
  }
}

Position Source::PositionOf(uint32_t offset) const {
  offset = std::min(offset, static_cast<uint32_t>(text_.size()));
  const auto after = std::upper_bound(lines_.begin(), lines_.end(), offset);
  const uint32_t start = *(after - 1);
  const std::string_view before = text().substr(start, offset - start);
  return {.line = static_cast<uint32_t>(after - lines_.begin()),
          .column = static_cast<uint32_t>(CountCodepoints(before)) + 1};
}

std::string_view Source::Line(uint32_t line) const {
  if (line == 0 || line > lines_.size()) return {};
  std::string_view rest = text().substr(lines_[line - 1]);
  rest = rest.substr(0, rest.find('\n'));
  if (rest.ends_with('\r')) rest.remove_suffix(1);
  return rest;
}

std::string Source::Where(uint32_t offset) const {
  const Position at = PositionOf(offset);
  return path_ + ":" + std::to_string(at.line) + ":" + std::to_string(at.column);
}

std::string Source::Excerpt(uint32_t offset) const {
  constexpr size_t kLongestLine = 200;
  const Position at = PositionOf(offset);
  const std::string_view line = Line(at.line);
  if (line.size() > kLongestLine) return "";
  std::string caret;
  std::string_view rest = line;
  for (uint32_t column = 1; column < at.column; ++column) {
    caret += rest.starts_with('\t') ? '\t' : ' ';
    if (!rest.empty()) rest.remove_prefix(DecodeUtf8(rest).length);
  }
  return "    " + ToReadable(line) + "\n    " + caret + "^\n";
}

}  // namespace hawser::starlark
