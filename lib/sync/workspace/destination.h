// Where a workspace path goes in the container, in a few bytes: one is held for every file.
#pragma once

#include <algorithm>
#include <cstdint>
#include <set>
#include <string>

namespace hawser::sync {

/// A container path as what it begins with and where in its workspace path it goes on. Equal for
/// one workspace path if and only if the container paths are.
class Destination {
 public:
  /// What container paths begin with: few, since a sync rule makes one. Never shrinks.
  using Beginnings = std::set<std::string>;

  /// Nowhere.
  Destination() = default;
  /// `path` goes to `container`. `beginnings` must outlive this and all its copies.
  Destination(const std::string& path, const std::string& container, Beginnings& beginnings) {
    const auto [end, unused] =
        std::mismatch(path.rbegin(), path.rend(), container.rbegin(), container.rend());
    const auto shared = static_cast<size_t>(end - path.rbegin());
    // Shared to the same place in every path below: to a slash, or all of it.
    const size_t cut = shared == path.size() ? 0 : path.find('/', path.size() - shared);
    cut_ = static_cast<uint32_t>(std::min(cut, path.size()));
    beginning_ =
        &*beginnings.insert(container.substr(0, container.size() - (path.size() - cut_))).first;
  }

  /// False for nowhere.
  bool exists() const { return beginning_ != nullptr; }
  /// The container path of `path`, which this was made of; empty for nowhere.
  std::string Of(const std::string& path) const {
    return exists() ? *beginning_ + path.substr(cut_) : std::string();
  }
  bool operator==(const Destination&) const = default;

 private:
  const std::string* beginning_ = nullptr;
  uint32_t cut_ = 0;
};

}  // namespace hawser::sync
