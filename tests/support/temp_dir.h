// A directory that lives as long as a test.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace hawser::testing {

/// Makes an empty directory below the system's temporary one and removes it with everything in it,
/// whatever its modes.
class TempDir {
 public:
  TempDir();
  ~TempDir();
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;

  const std::filesystem::path& path() const { return path_; }
  /// The directory followed by "/" and `relative`.
  std::string operator/(std::string_view relative) const { return (path_ / relative).string(); }

  /// Writes a file, making its parent directories; returns its full path.
  std::string Write(std::string_view relative, std::string_view content) const;
  /// The content of a file, or a test failure and "".
  std::string Read(std::string_view relative) const;
  bool Exists(std::string_view relative) const;

 private:
  std::filesystem::path path_;
};

}  // namespace hawser::testing
