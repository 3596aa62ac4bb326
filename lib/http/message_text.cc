// Small rules about the text of HTTP messages.
#include "lib/http/message_text.h"

#include <algorithm>
#include <cctype>

namespace hawser::http {
namespace {

constexpr size_t kMaxPathShown = 512;

}  // namespace

std::string LowerCase(std::string_view name) {
  std::string lower(name);
  for (char& c : lower) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return lower;
}

bool IsVisibleAscii(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c > ' ' && c < '\x7f'; });
}

std::string Describe(const std::string& base_url, const Request& request) {
  const size_t path = std::min(request.path.find('?'), kMaxPathShown);
  return request.method + " " + base_url + request.path.substr(0, path);
}

}  // namespace hawser::http
