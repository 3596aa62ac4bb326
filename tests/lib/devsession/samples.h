// The DevSession samples below crds/, as tests read them.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace hawser::testing {

/// One sample file.
struct Sample {
  std::string name;  ///< file name
  std::string text;
  nlohmann::json object;
  std::string refused_field;  ///< of the first line's "Refused at:", if there is one
};

/// The samples in a folder relative to the source tree, by name.
std::vector<Sample> ReadSamples(const std::string& folder);

}  // namespace hawser::testing
