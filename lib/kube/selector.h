// Label selectors in their text form, as list and watch requests carry them.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "lib/base/result.h"

namespace hawser::kube {

/// One condition on one label.
struct LabelRequirement {
  enum class Operator { kIn, kNotIn, kExists, kNotExists };
  std::string label;
  Operator op = Operator::kIn;
  std::vector<std::string> values;
  bool operator==(const LabelRequirement&) const = default;
};

/// All of its requirements must hold; an empty one matches everything.
using LabelSelector = std::vector<LabelRequirement>;

/// Reads "a=b,c!=d,e in (f,g),h notin (i),j,!k". invalid_argument names the part that does not
/// parse.
Result<LabelSelector> ParseLabelSelector(std::string_view text);

/// Reads a selector as objects carry it: {matchLabels, matchExpressions: [{key, operator,
/// values}]}. invalid_argument names what is wrong.
Result<LabelSelector> ReadLabelSelector(const nlohmann::json& object);

/// Whether the labels of `object` satisfy `selector`.
bool Matches(const LabelSelector& selector, const nlohmann::json& object);

}  // namespace hawser::kube
