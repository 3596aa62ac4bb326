// The functions of the module `json`.
#pragma once

#include <string>
#include <string_view>

#include "lib/starlark/eval/evaluation.h"

namespace hawser::starlark::json {

Value Encode(Evaluation& evaluation, const Call& call);
Value Decode(Evaluation& evaluation, const Call& call);
Value Indent(Evaluation& evaluation, const Call& call);
Value EncodeIndent(Evaluation& evaluation, const Call& call);

/// Appends `text` as a JSON string.
void AppendQuoted(std::string& out, std::string_view text);

/// The text of a JSON document with one value per line; no value after a failure.
Value IndentText(Evaluation& evaluation, const Call& call, std::string_view text,
                 std::string_view prefix, std::string_view indent);

}  // namespace hawser::starlark::json
