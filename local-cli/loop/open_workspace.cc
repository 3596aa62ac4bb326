// Rules from settings and ignore files, a scanner with a cache beside the user's others.
#include "local-cli/loop/open_workspace.h"

#include <cstdlib>
#include <filesystem>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "lib/sync/workspace/stat_cache.h"

namespace hawser::cli {

namespace {

/// Where the workspace's stat cache is (XDG Base Directory Specification); "" when there is no such
/// place.
std::string StatCacheOf(const std::string& root) {
  const char* caches = std::getenv("XDG_CACHE_HOME");
  const char* home = std::getenv("HOME");
  std::string directory;
  if (caches != nullptr && std::string_view(caches).starts_with('/')) {
    directory = caches;
  } else if (home != nullptr && std::string_view(home).starts_with('/')) {
    directory = home + std::string("/.cache");
  } else {
    return "";
  }
  std::error_code error;
  const std::filesystem::path canonical = std::filesystem::canonical(root, error);
  return error ? "" : sync::StatCachePath(directory + "/hawser", canonical.string());
}

}  // namespace

Result<std::string> WorkspaceDirectory(const std::string& directory) {
  std::error_code error;
  const std::filesystem::path path = std::filesystem::canonical(directory, error);
  if (error || !std::filesystem::is_directory(path, error)) {
    return InvalidArgumentError("directory \"" + directory +
                                "\": expected an existing directory to push");
  }
  return path.string();
}

Result<OpenedWorkspace> OpenWorkspace(const SyncSettings& settings, const std::string& root) {
  HAWSER_ASSIGN_OR_RETURN(const std::vector<std::string> ignores, sync::ReadIgnoreFiles(root));
  OpenedWorkspace opened;
  HAWSER_ASSIGN_OR_RETURN(opened.rules, sync::Rules::Make(settings.rules, ignores));
  HAWSER_ASSIGN_OR_RETURN(opened.scanner, sync::MakeScanner(root, opened.rules, StatCacheOf(root)));
  return opened;
}

}  // namespace hawser::cli
