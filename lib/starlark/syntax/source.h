// A source file: its name, its text, and where in it an offset is.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace hawser::starlark {

/// Counted from 1; columns in characters, not bytes.
struct Position {
  uint32_t line = 0;
  uint32_t column = 0;
};

/// Immutable, so that threads may share it.
class Source {
 public:
  /// `text` must be shorter than 4 GiB.
  Source(std::string path, std::string text);

  const std::string& path() const { return path_; }
  std::string_view text() const { return text_; }

  Position PositionOf(uint32_t offset) const;
  /// The line, without its end. Empty beyond the last.
  std::string_view Line(uint32_t line) const;

  /// "FILE:LINE:COL".
  std::string Where(uint32_t offset) const;
  /// The line of `offset` and a caret below it, each indented and ended.
  std::string Excerpt(uint32_t offset) const;

 private:
  std::string path_;
  std::string text_;
  std::vector<uint32_t> lines_;  ///< where each begins
};

/// Something wrong with a program, found before it ran.
struct Diagnostic {
  uint32_t offset = 0;
  std::string message;
};

}  // namespace hawser::starlark
