// Modes that directories get at the end of a run, once all below them is written.
#pragma once

#include <cstdint>
#include <map>
#include <string>

namespace hawser::sync {

/// What the owner needs to read, make and remove what is in a directory.
inline constexpr uint32_t kOwnerAll = 0700;

/// Remembers them while a run needs more than they allow. One thread.
class DirectoryModes {
 public:
  /// To be set at the end, unless the owner may do everything by it: then there is nothing to wait
  /// for.
  void Set(const std::string& path, uint32_t mode);
  /// The mode that the directory will have, which has `now`.
  uint32_t Final(const std::string& path, uint32_t now) const;
  /// Another directory may come to be there.
  void Forget(const std::string& path) { modes_.erase(path); }

  /// Lets this user make and remove what is in the directory `path`, open as `directory`. False
  /// when another user owns it, whose modes are not ours to change, and when it can't be.
  bool Loosen(const std::string& path, int directory);

  /// Takes over what `other` remembers.
  void Add(DirectoryModes& other) { modes_.merge(other.modes_); }
  /// All, by path, to be set now.
  std::map<std::string, uint32_t> Take();

 private:
  std::map<std::string, uint32_t> modes_;
};

}  // namespace hawser::sync
