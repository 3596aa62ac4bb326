// Percent-encoding for URLs.
#pragma once

#include <string>
#include <string_view>

namespace hawser {

/// Encodes everything but RFC 3986's unreserved characters, so that the result fits a path segment
/// or a query's name or value.
std::string UrlEncode(std::string_view text);

}  // namespace hawser
