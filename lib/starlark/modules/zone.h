// Time zones, as the system's database has them.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace hawser::starlark {

/// Immutable.
class Zone {
 public:
  struct Offset {
    int32_t seconds = 0;  ///< east of UTC
    std::string name = "UTC";
  };

  static std::shared_ptr<const Zone> Utc();
  static std::shared_ptr<const Zone> Fixed(int32_t seconds);
  /// "Europe/Paris", "UTC", "" (UTC). Null: not known.
  static std::shared_ptr<const Zone> Load(std::string_view name);

  const std::string& name() const { return name_; }
  /// What holds at a moment, in seconds since 1970.
  const Offset& At(int64_t unix) const;
  /// The moment that clocks in the zone show as `local` (seconds since 1970 as if they showed UTC).
  int64_t FromLocal(int64_t local) const;

 private:
  bool Parse(std::string_view file);

  std::string name_;
  std::vector<int64_t> changes_;    ///< when an offset begins to hold
  std::vector<size_t> which_;       ///< for each change, the offset
  std::vector<Offset> offsets_{1};  ///< the first holds before all changes
};

}  // namespace hawser::starlark
