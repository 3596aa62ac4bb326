// Which workspace path a container path comes from.
#include "lib/sync/workspace/sources.h"

namespace hawser::sync {

std::optional<std::string> Sources::Find(const std::string& path) const {
  if (exceptions_ != nullptr) {
    if (const auto known = exceptions_->find(path); known != exceptions_->end()) {
      return known->second;
    }
  }
  if (rules_ == nullptr) return std::nullopt;
  std::vector<std::string> origins = rules_->Origins(path);
  if (origins.empty()) return std::nullopt;
  return std::move(origins.front());
}

}  // namespace hawser::sync
