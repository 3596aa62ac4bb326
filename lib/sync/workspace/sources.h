// Which workspace path a container path comes from.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>

#include "lib/sync/workspace/rules.h"

namespace hawser::sync {

/// The way back through the rules, and what they alone can't tell: where several lead to one
/// directory, a path is from the first that has it. Copies share; safe to read from any thread.
class Sources {
 public:
  using Exceptions = std::map<std::string, std::string>;

  /// Knows no path.
  Sources() = default;
  /// `exceptions` (container path -> workspace path) go before the rules. Either may be null.
  Sources(std::shared_ptr<const Rules> rules, std::shared_ptr<const Exceptions> exceptions)
      : rules_(std::move(rules)), exceptions_(std::move(exceptions)) {}

  /// The workspace path, also of what is no longer there; nothing when no rule leads to `path`.
  std::optional<std::string> Find(const std::string& path) const;

 private:
  std::shared_ptr<const Rules> rules_;
  std::shared_ptr<const Exceptions> exceptions_;
};

}  // namespace hawser::sync
