// Parses scheme and comma-separated name="value" parameters.
#include "lib/oci/challenge.h"

#include <algorithm>

#include "lib/base/text.h"

namespace hawser::oci {
namespace {

constexpr size_t kMaxHeader = 8192;

std::string Lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return out;
}

// Takes a token (RFC 7230) off the front of `text`; "" when none is there.
std::string TakeToken(std::string_view& text) {
  const size_t size = std::min(text.find_first_of(" \t\"(),/:;<=>?@[\\]{}"), text.size());
  const std::string_view token = text.substr(0, size);
  text.remove_prefix(size);
  return Lower(token);
}

// Takes an unquoted value or a quoted string off the front of `text`.
std::optional<std::string> TakeValue(std::string_view& text) {
  std::string value;
  if (!text.starts_with('"')) {
    value = Trim(text.substr(0, text.find(',')));
    text.remove_prefix(std::min(text.find(','), text.size()));
    return value;
  }
  for (size_t at = 1; at < text.size(); ++at) {
    if (text[at] == '"') {
      text.remove_prefix(at + 1);
      return value;
    }
    if (text[at] == '\\' && ++at == text.size()) break;
    value += text[at];
  }
  return std::nullopt;
}

}  // namespace

std::optional<Challenge> ParseChallenge(std::string_view header) {
  if (header.size() > kMaxHeader) return std::nullopt;
  header = Trim(header);
  Challenge challenge{TakeToken(header), {}};
  const bool scheme_ends = header.empty() || header.front() == ' ' || header.front() == '\t';
  if (challenge.scheme.empty() || !scheme_ends) return std::nullopt;
  for (header = Trim(header); !header.empty(); header = Trim(header)) {
    const std::string name = TakeToken(header);
    header = Trim(header);
    // A name without a value is the scheme of the next challenge, which is only there after a
    // comma.
    if (!header.starts_with('=') && !challenge.parameters.empty()) break;
    if (name.empty() || !header.starts_with('=')) return std::nullopt;
    header = Trim(header.substr(1));
    std::optional<std::string> value = TakeValue(header);
    header = Trim(header);
    if (!value || !(header.empty() || header.front() == ',')) return std::nullopt;
    challenge.parameters[name] = *std::move(value);
    if (!header.empty()) header.remove_prefix(1);
  }
  return challenge;
}

}  // namespace hawser::oci
