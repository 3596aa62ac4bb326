// Finds where one piece of output continues another.
#include "local-cli/commands/log_history.h"

#include <algorithm>

namespace hawser::cli {

void LogHistory::Add(std::string_view printed) {
  end_.append(printed.substr(printed.size() - std::min(printed.size(), kKept)));
  if (end_.size() > kKept) end_.erase(0, end_.size() - kKept);
}

std::string_view LogHistory::NotYetPrinted(std::string_view kept) const {
  const std::string_view printed = end_;
  for (size_t common = std::min(printed.size(), kept.size()); common > 0; --common) {
    if (printed.substr(printed.size() - common) == kept.substr(0, common)) {
      return kept.substr(common);
    }
  }
  return kept;
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
