// Rules from settings and ignore files, a scanner with a cache beside the user's others.
#include "local-cli/loop/open_workspace.h"

#include <cstdlib>
#include <filesystem>
#include <mutex>
#include <string_view>
#include <system_error>
#include <utility>

#include "lib/sync/workspace/ignore_files.h"
#include "lib/sync/workspace/source_kinds.h"
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

Result<sync::Rules> ReadRules(const SyncSettings& settings, const std::string& root) {
  std::vector<sync::Rule> rules = settings.rules;
  sync::LookAtSources(root, rules);
  HAWSER_ASSIGN_OR_RETURN(sync::WorkspaceIgnores ignores, sync::ReadIgnores(root, rules));
  return sync::Rules::MakeWith(std::move(rules), std::move(ignores));
}

struct CurrentRules::Shared {
  std::mutex mutex;
  std::shared_ptr<const sync::Rules> rules;
};

CurrentRules::CurrentRules(sync::Rules rules) : shared_(std::make_shared<Shared>()) {
  Set(std::move(rules));
}

std::shared_ptr<const sync::Rules> CurrentRules::Get() const {
  const std::lock_guard lock(shared_->mutex);
  return shared_->rules;
}

void CurrentRules::Set(sync::Rules rules) const {
  auto next = std::make_shared<const sync::Rules>(std::move(rules));
  const std::lock_guard lock(shared_->mutex);
  shared_->rules = std::move(next);
}

Result<OpenedWorkspace> OpenWorkspace(const SyncSettings& settings, const std::string& root) {
  OpenedWorkspace opened;
  HAWSER_ASSIGN_OR_RETURN(opened.rules, ReadRules(settings, root));
  HAWSER_ASSIGN_OR_RETURN(opened.scanner, sync::MakeScanner(root, opened.rules, StatCacheOf(root)));
  return opened;
}

}  // namespace hawser::cli
