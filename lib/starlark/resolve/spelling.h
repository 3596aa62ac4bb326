// "Did you mean": the name that is spelled most like another.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace hawser::starlark {

/// The candidate nearest to `name`, case and underscores aside, or empty when none is near:
/// fewer than half of the letters may differ.
std::string_view NearestName(std::string_view name, std::span<const std::string_view> candidates);

/// " (did you mean NAME?)", with `prefix` before the name, or empty.
std::string DidYouMean(std::string_view name, std::span<const std::string_view> candidates,
                       std::string_view prefix = "");

}  // namespace hawser::starlark
