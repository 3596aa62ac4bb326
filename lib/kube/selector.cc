// Parses label selectors and matches them against objects.
#include "lib/kube/selector.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>

#include "lib/base/text.h"
#include "lib/kube/object.h"

namespace hawser::kube {
namespace {

using Operator = LabelRequirement::Operator;

// Splits at commas that are not inside parentheses.
std::vector<std::string_view> SplitRequirements(std::string_view text) {
  std::vector<std::string_view> parts;
  size_t begin = 0;
  int depth = 0;
  for (size_t i = 0; i <= text.size(); ++i) {
    if (i == text.size() || (text[i] == ',' && depth == 0)) {
      parts.push_back(Trim(text.substr(begin, i - begin)));
      begin = i + 1;
    } else {
      depth += text[i] == '(' ? 1 : text[i] == ')' ? -1 : 0;
    }
  }
  return parts;
}

bool IsWord(std::string_view text) {
  return !text.empty() && text.find_first_of(" \t!=(),") == std::string_view::npos;
}

// Labels may have empty values.
bool IsValue(std::string_view text) {
  return text.empty() || IsWord(text);
}

std::optional<LabelRequirement> ParseSet(std::string_view part, std::string_view keyword,
                                         Operator op) {
  const size_t open = part.find('(');
  if (open == std::string_view::npos || part.back() != ')') return std::nullopt;
  const std::string_view head = Trim(part.substr(0, open));
  const size_t space = head.find_last_of(" \t");
  if (space == std::string_view::npos || head.substr(space + 1) != keyword) return std::nullopt;
  LabelRequirement requirement{std::string(Trim(head.substr(0, space))), op, {}};
  if (!IsWord(requirement.label)) return std::nullopt;
  for (const std::string_view item : Split(part.substr(open + 1, part.size() - open - 2), ',')) {
    const std::string_view value = Trim(item);
    if (!IsValue(value)) return std::nullopt;
    requirement.values.emplace_back(value);
  }
  return requirement;
}

std::optional<LabelRequirement> ParseEquality(std::string_view part) {
  for (const std::string_view sign : {"!=", "==", "="}) {
    const size_t at = part.find(sign);
    if (at == std::string_view::npos) continue;
    const std::string_view label = Trim(part.substr(0, at));
    const std::string_view value = Trim(part.substr(at + sign.size()));
    if (!IsWord(label) || !IsValue(value)) return std::nullopt;
    return LabelRequirement{
        std::string(label), sign == "!=" ? Operator::kNotIn : Operator::kIn, {std::string(value)}};
  }
  return std::nullopt;
}

std::optional<LabelRequirement> ParseRequirement(std::string_view part) {
  if (auto in = ParseSet(part, "in", Operator::kIn)) return in;
  if (auto not_in = ParseSet(part, "notin", Operator::kNotIn)) return not_in;
  if (auto equality = ParseEquality(part)) return equality;
  if (IsWord(part)) return LabelRequirement{std::string(part), Operator::kExists, {}};
  if (part.starts_with('!') && IsWord(Trim(part.substr(1)))) {
    return LabelRequirement{std::string(Trim(part.substr(1))), Operator::kNotExists, {}};
  }
  return std::nullopt;
}

bool MatchesOne(const LabelRequirement& requirement, const nlohmann::json* labels) {
  const auto label =
      labels == nullptr ? nlohmann::json::const_iterator() : labels->find(requirement.label);
  const bool present = labels != nullptr && label != labels->end();
  if (requirement.op == Operator::kExists) return present;
  if (requirement.op == Operator::kNotExists) return !present;
  const bool listed = present && label->is_string() &&
                      std::ranges::find(requirement.values, label->get_ref<const std::string&>()) !=
                          requirement.values.end();
  return listed == (requirement.op == Operator::kIn);
}

}  // namespace

Result<LabelSelector> ParseLabelSelector(std::string_view text) {
  LabelSelector selector;
  if (Trim(text).empty()) return selector;
  for (const std::string_view part : SplitRequirements(text)) {
    std::optional<LabelRequirement> requirement = ParseRequirement(part);
    if (!requirement) {
      return InvalidArgumentError("label selector: cannot read \"" + Printable(part) +
                                  "\"; write label=value, label!=value, label in (a,b), "
                                  "label notin (a,b), label or !label");
    }
    selector.push_back(*std::move(requirement));
  }
  return selector;
}

bool Matches(const LabelSelector& selector, const nlohmann::json& object) {
  const nlohmann::json* labels = Find(object, "/metadata/labels");
  if (labels != nullptr && !labels->is_object()) labels = nullptr;
  return std::ranges::all_of(selector, [labels](const LabelRequirement& requirement) {
    return MatchesOne(requirement, labels);
  });
}

}  // namespace hawser::kube
