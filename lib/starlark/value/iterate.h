// Loops over values: one state for every iterable type, held on a stack so that a failure can end
// all of them.
#pragma once

#include <memory>

#include "lib/starlark/value/context.h"
#include "lib/starlark/value/host.h"
#include "lib/starlark/value/objects.h"

namespace hawser::starlark {

/// A loop under way. While it lasts, the list, dict or set it goes over must not change.
struct Iterator : Object {
  Iterator() : Object(Type::kIterator) {}

  Type source_type = Type::kNone;
  uint32_t next = 0;  ///< position in a list, tuple, dict, set or view
  Object* source = nullptr;
  int64_t value = 0;             ///< of a range: the next element
  int64_t left = 0;              ///< of a range: how many are left
  HostIterator* host = nullptr;  ///< owned
};

/// False, without failing: the value is not iterable.
bool StartIteration(Value iterable, Iterator* iterator);
/// The next element, or no value at the end or after a failure (context.failed()).
Value NextElement(Context& context, Iterator* iterator);
void EndIteration(Iterator* iterator);

bool IsIterable(Value value);

/// The number of elements, or -1 for values without a length.
int64_t LengthOf(Value value);

/// A loop of native code:  for (Value v; loop.Next(v);) ...  then look at context.failed().
class Loop {
 public:
  /// `iterable` may be anything; `ok()` tells whether it is iterable.
  Loop(Context& context, Value iterable)
      : context_(context), started_(StartIteration(iterable, &iterator_)) {}
  ~Loop() {
    if (started_) EndIteration(&iterator_);
  }
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  bool ok() const { return started_; }
  bool Next(Value& element) {
    element = NextElement(context_, &iterator_);
    return element.has_value();
  }

 private:
  Context& context_;
  Iterator iterator_;
  bool started_;
};

}  // namespace hawser::starlark
