// Edit distance between names.
#include "lib/starlark/resolve/spelling.h"

#include <algorithm>
#include <vector>

#include "lib/starlark/messages/names.h"

namespace hawser::starlark {

namespace {

std::string Fold(std::string_view name) {
  std::string folded;
  for (const char c : name) {
    if (c == '_') continue;
    folded += c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
  }
  return folded;
}

/// The Levenshtein distance, row by row.
size_t Distance(std::string_view a, std::string_view b) {
  std::vector<size_t> row(b.size() + 1);
  for (size_t j = 0; j < row.size(); ++j) row[j] = j;
  for (size_t i = 0; i < a.size(); ++i) {
    size_t diagonal = row[0]++;
    for (size_t j = 0; j < b.size(); ++j) {
      const size_t replace = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({replace, diagonal + 1, row[j] + 1});
    }
  }
  return row.back();
}

}  // namespace

std::string_view NearestName(std::string_view name, std::span<const std::string_view> candidates) {
  constexpr size_t kLongest = 64;
  const std::string folded = Fold(name.substr(0, kLongest));
  std::string_view best;
  size_t best_distance = (folded.size() + 1) / 2;
  for (const std::string_view candidate : candidates) {
    if (candidate.size() > kLongest) continue;
    const size_t distance = Distance(folded, Fold(candidate));
    if (distance < best_distance) {
      best_distance = distance;
      best = candidate;
    }
  }
  return best;
}

std::string DidYouMean(std::string_view name, std::span<const std::string_view> candidates,
                       std::string_view prefix) {
  const std::string_view nearest = NearestName(name, candidates);
  if (nearest.empty()) return "";
  return messages::kDidYouMean(prefix, nearest);
}

}  // namespace hawser::starlark
