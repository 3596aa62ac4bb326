// Unpacks the arguments of native functions into typed variables.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "lib/starlark/eval/containers.h"
#include "lib/starlark/eval/evaluation.h"
#include "lib/starlark/value/callable.h"

namespace hawser::starlark {

/// What an argument must be.
enum class Want : uint8_t {
  kAny,
  kString,
  kInt,
  kBool,
  kFloat,
  kIterable,
  kCallable,
  kList,
  kDict
};

/// A parameter of a native function. An argument that is omitted leaves `*out` as it is; so does
/// None where the parameter takes it as omitted.
struct Param {
  enum class Need : uint8_t { kRequired, kOptional, kNoneIsOmitted };
  std::string_view name;
  Want want;
  Value* out;
  Need need = Need::kRequired;
};

inline constexpr Param::Need kOptional = Param::Need::kOptional;
inline constexpr Param::Need kNoneIsOmitted = Param::Need::kNoneIsOmitted;

/// Arguments by position or by name. False after a failure, which names the parameter.
bool UnpackArguments(Evaluation& evaluation, const Call& call, std::initializer_list<Param> params);

/// Arguments by position only.
bool UnpackPositional(Evaluation& evaluation, const Call& call,
                      std::initializer_list<Param> params);

/// Fails unless there are no arguments.
bool NoArguments(Evaluation& evaluation, const Call& call);

/// Fails with "NAME: " before the message; for use as `return FailIn(...)`.
Value FailIn(Evaluation& evaluation, const Call& call, std::string_view message);
/// Puts "NAME: " before the message of the failure at hand.
Value Annotate(Evaluation& evaluation, const Call& call);

/// Whether the list, dict or set may be changed; fails if not, where `verb` says what was tried.
template <typename Container>
bool Mutable(Evaluation& evaluation, const Call& call, const Container* self,
             std::string_view verb) {
  if (CheckMutable(evaluation, self, verb)) return true;
  Annotate(evaluation, call);
  return false;
}

/// The value of an int argument in 64 bits, or `fallback` when it was omitted; saturates.
int64_t IntOr(Value argument, int64_t fallback);
/// The text of a string argument.
std::string_view TextOf(Value string);

}  // namespace hawser::starlark
