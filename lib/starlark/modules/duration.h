// The value `time.duration`: a signed span of nanoseconds.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "lib/starlark/value/host.h"

namespace hawser::starlark {

inline constexpr int64_t kNanosPerSecond = 1'000'000'000;

class DurationValue : public HostValue {
 public:
  explicit DurationValue(int64_t nanos) : nanos_(nanos) {}
  int64_t nanos() const { return nanos_; }

  std::string_view TypeName() const override { return "time.duration"; }
  /// "1h2m3.5s", "1.5ms", "0s".
  std::string ToString() const override;
  bool Truth() const override { return nanos_ != 0; }
  Value GetAttribute(Context& context, std::string_view name) override;
  std::vector<std::string> AttributeNames() const override;
  Value Binary(Context& context, BinaryOp op, Value other, bool self_is_left) override;
  std::optional<std::weak_ordering> Order(const HostValue& other) const override;
  bool Equals(const HostValue& other) const override;
  std::optional<uint32_t> Hash() const override;

 private:
  int64_t nanos_;
};

Value MakeDuration(Heap& heap, int64_t nanos);

/// Reads what ToString writes: numbers with units ns, us, ms, s, m, h, or "0". Nothing: it is not
/// such text.
std::optional<int64_t> ParseDuration(std::string_view text);

}  // namespace hawser::starlark
