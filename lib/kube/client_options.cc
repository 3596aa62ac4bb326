// Chooses the token source and takes the server's URL apart.
#include "lib/kube/client_options.h"

#include <charconv>
#include <string_view>

#include "lib/base/text.h"

namespace hawser::kube {
namespace {

Status BadUrl(const std::string& url) {
  return InvalidArgumentError("server: expected https://HOST:PORT, got \"" + Printable(url) + "\"");
}

// ":6443" or nothing.
bool ParsePort(std::string_view text, uint16_t& port) {
  if (text.empty()) return true;
  const auto parsed = std::from_chars(text.data() + 1, text.data() + text.size(), port);
  return text.front() == ':' && parsed.ec == std::errc() &&
         parsed.ptr == text.data() + text.size() && port != 0;
}

}  // namespace

std::shared_ptr<TokenSource> TokensOf(const ClusterConfig& config) {
  if (config.tokens != nullptr) return config.tokens;
  if (!config.token_file.empty()) {
    return FileToken(config.token_file, std::make_shared<SystemClock>());
  }
  return config.token.empty() ? nullptr : FixedToken(config.token);
}

Result<ServerAddress> ParseServer(const std::string& url) {
  ServerAddress address;
  std::string_view rest = url;
  if (rest.starts_with("https://")) {
    rest.remove_prefix(8);
  } else if (rest.starts_with("http://")) {
    rest.remove_prefix(7);
    address.tls = false;
    address.port = 80;
  } else {
    return BadUrl(url);
  }
  const std::string_view authority = rest.substr(0, rest.find('/'));
  address.prefix = rest.substr(authority.size());
  while (address.prefix.ends_with('/')) address.prefix.pop_back();
  const bool literal_v6 = authority.starts_with('[');
  const size_t end = literal_v6 ? authority.find(']') : authority.find(':');
  if (literal_v6 && end == std::string_view::npos) return BadUrl(url);
  address.host = literal_v6 ? authority.substr(1, end - 1) : authority.substr(0, end);
  const std::string_view port =
      end == std::string_view::npos ? "" : authority.substr(end + (literal_v6 ? 1 : 0));
  if (address.host.empty() || !ParsePort(port, address.port)) return BadUrl(url);
  return address;
}

}  // namespace hawser::kube
