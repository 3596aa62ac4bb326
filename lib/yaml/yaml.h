// YAML to JSON and back, with the typing that Kubernetes' own tools apply.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "lib/base/result.h"

namespace hawser::yaml {

/// Longer texts are refused.
inline constexpr size_t kMaxTextBytes = 8U << 20;
/// Deeper nesting is refused.
inline constexpr size_t kMaxDepth = 100;
/// The most values, and the most bytes of strings, that a text may stand for once its aliases are
/// followed.
inline constexpr size_t kMaxValues = 1U << 20;
inline constexpr size_t kMaxStringBytes = 16U << 20;

/// Reads one document; an empty text is null. Plain scalars are typed as sigs.k8s.io/yaml does
/// (YAML 1.1 booleans such as yes and off, octal 0644, 0x and 0b integers, 1_000); timestamps and
/// binary stay strings; keys become strings; `<<` merges. Where that is lenient this is strict:
/// duplicate keys, infinities and unknown tags are errors, as is what is not UTF-8 (or UTF-16 or 32
/// with its mark). invalid_argument reads
/// "SOURCE:LINE:COLUMN: what is wrong".
Result<nlohmann::json> ParseYaml(std::string_view text, std::string_view source_name);

/// Reads all documents of a text, leaving out empty ones.
Result<std::vector<nlohmann::json>> ParseYamlDocuments(std::string_view text,
                                                       std::string_view source_name);

/// Writes a value in block style, with quotes where ParseYaml would read something else.
std::string ToYaml(const nlohmann::json& value);

}  // namespace hawser::yaml
