// The methods of strings, by the file that holds them.
#pragma once

#include "lib/starlark/builtins/methods.h"

namespace hawser::starlark::strings {

Value Capitalize(Evaluation& evaluation, const Call& call);
Value Lower(Evaluation& evaluation, const Call& call);
Value Title(Evaluation& evaluation, const Call& call);
Value Upper(Evaluation& evaluation, const Call& call);
Value IsAlnum(Evaluation& evaluation, const Call& call);
Value IsAlpha(Evaluation& evaluation, const Call& call);
Value IsDigit(Evaluation& evaluation, const Call& call);
Value IsLower(Evaluation& evaluation, const Call& call);
Value IsSpace(Evaluation& evaluation, const Call& call);
Value IsTitle(Evaluation& evaluation, const Call& call);
Value IsUpper(Evaluation& evaluation, const Call& call);

Value Count(Evaluation& evaluation, const Call& call);
Value EndsWith(Evaluation& evaluation, const Call& call);
Value Find(Evaluation& evaluation, const Call& call);
Value Index(Evaluation& evaluation, const Call& call);
Value RFind(Evaluation& evaluation, const Call& call);
Value RIndex(Evaluation& evaluation, const Call& call);
Value StartsWith(Evaluation& evaluation, const Call& call);

Value Join(Evaluation& evaluation, const Call& call);
Value Replace(Evaluation& evaluation, const Call& call);

Value LStrip(Evaluation& evaluation, const Call& call);
Value Partition(Evaluation& evaluation, const Call& call);
Value RemovePrefix(Evaluation& evaluation, const Call& call);
Value RemoveSuffix(Evaluation& evaluation, const Call& call);
Value RPartition(Evaluation& evaluation, const Call& call);
Value RSplit(Evaluation& evaluation, const Call& call);
Value RStrip(Evaluation& evaluation, const Call& call);
Value Split(Evaluation& evaluation, const Call& call);
Value SplitLines(Evaluation& evaluation, const Call& call);
Value Strip(Evaluation& evaluation, const Call& call);

Value Format(Evaluation& evaluation, const Call& call);

}  // namespace hawser::starlark::strings
