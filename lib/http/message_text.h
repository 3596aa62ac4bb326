// Small rules about the text of HTTP messages.
#pragma once

#include <string>
#include <string_view>

#include "lib/http/transport.h"

namespace hawser::http {

/// A header's name in lower case.
std::string LowerCase(std::string_view name);

/// True when all of `text` is letters, digits and marks of ASCII: no white space, nothing that ends
/// a line.
bool IsVisibleAscii(std::string_view text);

/// "GET https://registry.example/v2/x" for messages: without the query, which may hold secrets.
std::string Describe(const std::string& base_url, const Request& request);

}  // namespace hawser::http
