// The type of a plain scalar: is "0644" a number, is "off" a boolean?
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string_view>

namespace hawser::yaml {

/// Types plain text as goyaml.v2 (under sigs.k8s.io/yaml) does; what is nothing else is a string.
/// A float that is a whole number becomes an integer, as in JSON. Infinities and not-a-number come
/// back as the floating values, which JSON cannot carry.
nlohmann::json ResolvePlainScalar(std::string_view text);

}  // namespace hawser::yaml
