// The step limit and cancellation of an evaluation.
#include "lib/starlark/value/context.h"

#include <algorithm>

#include "lib/starlark/messages/evaluation.h"

namespace hawser::starlark {

void Context::LimitSteps(uint64_t limit) {
  const uint64_t used = steps();
  step_limit_ = limit == 0 || limit > UINT64_MAX - used ? UINT64_MAX : used + limit;
  steps_granted_ = used;
  steps_left_ = 0;
}

void Context::OutOfSteps(uint64_t steps) {
  if (const char* reason = cancelled_.load(std::memory_order_acquire); reason != nullptr) {
    throw Stopped{messages::kCancelled(reason)};
  }
  const uint64_t used = steps_granted_ - steps_left_;
  if (steps > step_limit_ - used) {
    throw Stopped{messages::kOutOfSteps};
  }
  const uint64_t portion = std::min(std::max(kPortion, steps), step_limit_ - used);
  steps_granted_ = used + portion;
  steps_left_ = portion - steps;
}

}  // namespace hawser::starlark
