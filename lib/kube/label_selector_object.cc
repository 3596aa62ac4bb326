// Label selectors as objects carry them.
#include <map>
#include <nlohmann/json.hpp>
#include <optional>

#include "lib/base/text.h"
#include "lib/kube/object.h"
#include "lib/kube/selector.h"

namespace hawser::kube {

namespace {

using nlohmann::json;
using Operator = LabelRequirement::Operator;

std::optional<Operator> ReadOperator(const std::string& name) {
  static const std::map<std::string, Operator> kOperators = {
      {"In", Operator::kIn},
      {"NotIn", Operator::kNotIn},
      {"Exists", Operator::kExists},
      {"DoesNotExist", Operator::kNotExists}};
  const auto found = kOperators.find(name);
  return found == kOperators.end() ? std::nullopt : std::optional(found->second);
}

Result<LabelRequirement> ReadExpression(const json& expression) {
  const std::string label = StringAt(expression, "/key");
  const std::string name = StringAt(expression, "/operator");
  const std::optional<Operator> op = ReadOperator(name);
  if (label.empty()) return InvalidArgumentError("matchExpressions: expected a key");
  if (!op) {
    return InvalidArgumentError(
        "matchExpressions: expected the operator In, NotIn, Exists or "
        "DoesNotExist, got \"" +
        Printable(name) + "\"");
  }
  LabelRequirement requirement{.label = label, .op = *op, .values = {}};
  const json* values = Find(expression, "/values");
  if (values != nullptr && values->is_array()) {
    for (const json& value : *values) {
      if (value.is_string()) requirement.values.push_back(value.get<std::string>());
    }
  }
  const bool needs = *op == Operator::kIn || *op == Operator::kNotIn;
  if (needs == requirement.values.empty()) {
    return InvalidArgumentError("matchExpressions: " + Printable(label) + " " + name +
                                (needs ? " needs values" : " takes no values"));
  }
  return requirement;
}

}  // namespace

Result<LabelSelector> ReadLabelSelector(const json& object) {
  LabelSelector selector;
  const json* labels = Find(object, "/matchLabels");
  if (labels != nullptr && labels->is_object()) {
    for (const auto& [label, value] : labels->items()) {
      if (!value.is_string()) return InvalidArgumentError("matchLabels: expected text values");
      selector.push_back({.label = label, .op = Operator::kIn, .values = {value}});
    }
  }
  const json* expressions = Find(object, "/matchExpressions");
  if (expressions == nullptr || !expressions->is_array()) return selector;
  for (const json& expression : *expressions) {
    HAWSER_ASSIGN_OR_RETURN(LabelRequirement requirement, ReadExpression(expression));
    selector.push_back(std::move(requirement));
  }
  return selector;
}

}  // namespace hawser::kube
