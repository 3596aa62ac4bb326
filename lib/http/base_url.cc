// Splits a base URL at its separators and refuses every character that no part of it may have.
#include "lib/http/base_url.h"

#include <algorithm>
#include <charconv>

#include "lib/base/text.h"
#include "lib/http/message_text.h"

namespace hawser::http {
namespace {

constexpr size_t kMaxHostName = 253;  ///< of the domain name system
constexpr size_t kMaxShown = 256;

bool IsNameCharacter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '.' || c == '_';
}

/// A leading dot would have a certificate's name match in any of its subdomains.
bool IsHostName(std::string_view host) {
  return !host.empty() && host.size() <= kMaxHostName && host.front() != '.' &&
         std::ranges::all_of(host, IsNameCharacter);
}

bool IsIpv6(std::string_view host) {
  return host.find(':') != std::string_view::npos &&
         host.find_first_not_of("0123456789abcdefABCDEF:.") == std::string_view::npos;
}

/// Takes the scheme off the front of `rest` and sets its port.
bool TakeScheme(std::string_view& rest, BaseUrl& url) {
  constexpr std::string_view kPlain = "http://";
  constexpr std::string_view kTls = "https://";
  url.tls = rest.starts_with(kTls);
  if (!url.tls && !rest.starts_with(kPlain)) return false;
  url.port = url.tls ? 443 : 80;
  rest.remove_prefix(url.tls ? kTls.size() : kPlain.size());
  return true;
}

/// ":6443", or nothing, which leaves the scheme's port.
bool ReadPort(std::string_view text, uint16_t& port) {
  if (text.empty()) return true;
  const auto read = std::from_chars(text.data() + 1, text.data() + text.size(), port);
  return text.front() == ':' && read.ec == std::errc() && read.ptr == text.data() + text.size() &&
         port != 0;
}

/// "host", "host:port", "[::1]", "[::1]:port".
bool ReadAuthority(std::string_view text, BaseUrl& url) {
  url.authority = text;
  const bool v6 = text.starts_with('[');
  const size_t end = std::min(text.find(v6 ? ']' : ':'), text.size());
  url.host = text.substr(v6 ? 1 : 0, v6 ? end - 1 : end);
  if (v6 && end == text.size()) return false;
  return (v6 ? IsIpv6(url.host) : IsHostName(url.host)) &&
         ReadPort(text.substr(v6 ? end + 1 : end), url.port);
}

}  // namespace

Result<BaseUrl> ParseBaseUrl(std::string_view text) {
  BaseUrl url;
  std::string_view rest = text;
  const bool scheme = TakeScheme(rest, url);
  const std::string_view authority = rest.substr(0, rest.find('/'));
  url.prefix = rest.substr(authority.size());
  while (url.prefix.ends_with('/')) url.prefix.pop_back();
  if (!scheme || !ReadAuthority(authority, url) || !IsVisibleAscii(url.prefix) ||
      url.prefix.find_first_of("?#") != std::string::npos) {
    return InvalidArgumentError("\"" + Printable(text.substr(0, kMaxShown)) +
                                "\" is not a base URL: expected http(s)://HOST[:PORT][/PATH]");
  }
  return url;
}

}  // namespace hawser::http
