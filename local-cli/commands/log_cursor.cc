// Compares positions of printed and arriving output.
#include "local-cli/commands/log_cursor.h"

#include <algorithm>

namespace hawser::cli {

LogCursor::Fresh LogCursor::Take(const wire::LogChunk& chunk) {
  const bool same = chunk.at.source == next_.source;
  Fresh fresh{.bytes = chunk.bytes};
  if (same && chunk.at.offset > next_.offset) fresh.missed = chunk.at.offset - next_.offset;
  if (same && chunk.at.offset < next_.offset) {
    fresh.bytes.remove_prefix(
        std::min<uint64_t>(next_.offset - chunk.at.offset, chunk.bytes.size()));
  }
  const uint64_t end = chunk.at.offset + chunk.bytes.size();
  next_ = {.source = chunk.at.source, .offset = same ? std::max(end, next_.offset) : end};
  return fresh;
}

std::string_view LastLines(std::string_view text, int64_t lines) {
  if (lines <= 0) return {};
  size_t start = text.size();
  if (start > 0 && text.back() == '\n') --start;
  while (start > 0) {
    if (text[start - 1] == '\n' && --lines == 0) break;
    --start;
  }
  return text.substr(start);
}

}  // namespace hawser::cli
