// The tables of string and bytes methods, and those that make views.
#include "lib/starlark/builtins/string_methods.h"

#include "lib/starlark/builtins/arguments.h"

namespace hawser::starlark {

namespace {

template <View::Kind kind>
Value MakeView(Evaluation& evaluation, const Call& call) {
  if (!NoArguments(evaluation, call)) return Value();
  return Value::Of(evaluation.heap().New<View>(kind, call.self.as<String>()));
}

constexpr Method kStringMethods[] = {
    {"capitalize", strings::Capitalize},
    {"codepoint_ords", MakeView<View::Kind::kCodepointOrds>},
    {"codepoints", MakeView<View::Kind::kCodepoints>},
    {"count", strings::Count},
    {"elem_ords", MakeView<View::Kind::kElemOrds>},
    {"elems", MakeView<View::Kind::kElems>},
    {"endswith", strings::EndsWith},
    {"find", strings::Find},
    {"format", strings::Format},
    {"index", strings::Index},
    {"isalnum", strings::IsAlnum},
    {"isalpha", strings::IsAlpha},
    {"isdigit", strings::IsDigit},
    {"islower", strings::IsLower},
    {"isspace", strings::IsSpace},
    {"istitle", strings::IsTitle},
    {"isupper", strings::IsUpper},
    {"join", strings::Join},
    {"lower", strings::Lower},
    {"lstrip", strings::LStrip},
    {"partition", strings::Partition},
    {"removeprefix", strings::RemovePrefix},
    {"removesuffix", strings::RemoveSuffix},
    {"replace", strings::Replace},
    {"rfind", strings::RFind},
    {"rindex", strings::RIndex},
    {"rpartition", strings::RPartition},
    {"rsplit", strings::RSplit},
    {"rstrip", strings::RStrip},
    {"split", strings::Split},
    {"splitlines", strings::SplitLines},
    {"startswith", strings::StartsWith},
    {"strip", strings::Strip},
    {"title", strings::Title},
    {"upper", strings::Upper},
};

constexpr Method kBytesMethods[] = {{"elems", MakeView<View::Kind::kByteElems>}};

}  // namespace

std::span<const Method> StringMethods() {
  return kStringMethods;
}
std::span<const Method> BytesMethods() {
  return kBytesMethods;
}

}  // namespace hawser::starlark
