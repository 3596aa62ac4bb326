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

// Takes a token or a quoted string off the front of `text`.
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
  Challenge challenge{Lower(header.substr(0, header.find(' '))), {}};
  if (challenge.scheme.empty()) return std::nullopt;
  header.remove_prefix(challenge.scheme.size());
  for (header = Trim(header); !header.empty(); header = Trim(header)) {
    const size_t equals = header.find('=');
    if (equals == std::string_view::npos) return std::nullopt;
    const std::string name = Lower(Trim(header.substr(0, equals)));
    header = Trim(header.substr(equals + 1));
    std::optional<std::string> value = TakeValue(header);
    if (!value) return std::nullopt;
    challenge.parameters[name] = *std::move(value);
    header = Trim(header);
    if (header.starts_with(',')) header.remove_prefix(1);
  }
  return challenge;
}

}  // namespace hawser::oci
