// Spans of time, bounded so that no sum with a time of day overflows.
#include "lib/devsession/life.h"

namespace hawser::devsession {

void ReadSpan(const FieldReader& reader, const char* name, std::optional<Duration>& out) {
  if (!reader.Has(name)) return;
  Duration span{1};
  reader.Read(name, span);
  if (span <= Duration::zero() || span > kLongestLife) {
    return reader.Fail(name, "expected more than 0s and at most 87600h");
  }
  out = span;
}

void ReadIdle(const FieldReader& reader, const char* name, std::optional<Idle>& out) {
  if (!reader.Has(name)) return;
  const FieldReader object = reader.Object(name);
  Idle idle;
  std::optional<Duration> after;
  object.Require("after");
  ReadSpan(object, "after", after);
  idle.after = after.value_or(Duration{});
  object.ReadOneOf("action", idle.action, {"ScaleToZero", "Delete"});
  out = std::move(idle);
}

}  // namespace hawser::devsession
