// One pass over the pattern; values are cut down to DNS labels before they go in.
#include "lib/devsession/preview_host.h"

#include <algorithm>
#include <array>
#include <utility>

#include "lib/base/text.h"

namespace hawser::devsession {

namespace {

constexpr size_t kMaxHost = 253;
constexpr size_t kMaxLabel = 63;

using Word = std::pair<std::string_view, std::string HostWords::*>;
constexpr std::array<Word, 3> kWords = {{{"{owner}", &HostWords::owner},
                                         {"{session}", &HostWords::session},
                                         {"{namespace}", &HostWords::ns}}};

bool IsLabelCharacter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
}

bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}

/// The word that `text` begins with, or null.
const Word* WordAt(std::string_view text) {
  const auto* const word = std::find_if(
      kWords.begin(), kWords.end(), [&](const Word& each) { return text.starts_with(each.first); });
  return word == kWords.end() ? nullptr : word;
}

/// `value` as a part of one label.
std::string Labelled(std::string_view value) {
  std::string label;
  for (const char c : value) {
    const char lower = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    label += IsLabelCharacter(lower) ? lower : '-';
  }
  const size_t first = label.find_first_not_of('-');
  if (first == std::string::npos) return {};
  return label.substr(first, label.find_last_not_of('-') - first + 1);
}

Status CheckLabel(std::string_view label) {
  const std::string shown = "\"" + Printable(label) + "\"";
  if (label.empty()) return InvalidArgumentError("has a dot without a name beside it");
  if (label.size() > kMaxLabel) {
    return InvalidArgumentError("has the part " + shown + " of " + std::to_string(label.size()) +
                                " characters, where at most 63 may be between two dots");
  }
  if (label.front() == '-' || label.back() == '-') {
    return InvalidArgumentError("has the part " + shown + ", which begins or ends with a hyphen");
  }
  if (!std::all_of(label.begin(), label.end(), IsLabelCharacter)) {
    return InvalidArgumentError("has the part " + shown +
                                ", where only lower-case letters, digits and hyphens may be");
  }
  return OkStatus();
}

}  // namespace

bool IsHostPattern(std::string_view pattern) {
  if (pattern.empty() || pattern.size() > kMaxHost) return false;
  if (pattern.front() == '-' || pattern.front() == '.') return false;
  while (!pattern.empty()) {
    const Word* word = WordAt(pattern);
    if (word == nullptr && !IsLabelCharacter(pattern.front()) && pattern.front() != '.') {
      return false;
    }
    pattern.remove_prefix(word == nullptr ? 1 : word->first.size());
  }
  return true;
}

std::string FillHost(std::string_view pattern, const HostWords& words) {
  std::string host;
  while (!pattern.empty()) {
    const Word* word = WordAt(pattern);
    if (word == nullptr) {
      host += pattern.front();
      pattern.remove_prefix(1);
    } else {
      host += Labelled(words.*(word->second));
      pattern.remove_prefix(word->first.size());
    }
  }
  return host;
}

Status CheckHost(std::string_view host) {
  if (host.size() > kMaxHost) {
    return InvalidArgumentError("has " + std::to_string(host.size()) +
                                " characters, at most 253 may be");
  }
  const std::vector<std::string_view> labels = Split(host, '.');
  for (const std::string_view label : labels) HAWSER_RETURN_IF_ERROR(CheckLabel(label));
  const std::string_view top = labels.back();
  if (std::all_of(top.begin(), top.end(), IsDigit)) {
    return InvalidArgumentError("ends in a number, as an address does and no name may");
  }
  return OkStatus();
}

}  // namespace hawser::devsession
