// Writes pulled files into the workspace: whole or not at all, and never outside of it.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "lib/base/result.h"
#include "lib/base/unique_fd.h"
#include "lib/sync/tree/tree.h"

namespace hawser::sync {

/// Where a pod's version of `path` is kept beside the workspace's: the built-in ignore patterns
/// hold this name back from every push. With `pod`, its name is in it, so that replicas that differ
/// keep a version each.
std::string PodVersionPath(const std::string& path, const std::string& pod = {});

/// Writes below one directory, following no symbolic link there. One thread.
class PullSaver {
 public:
  /// Passes a file's content to the sink, piece by piece and in order.
  using Sink = std::function<Status(std::string_view)>;
  using Content = std::function<Status(const Sink&)>;

  /// `root` is the workspace.
  static Result<PullSaver> Open(const std::string& root);

  /// Puts `entry` (a file or symlink) at `path`, with mode and mtime, by temporary file and rename;
  /// missing directories are made. Nothing is changed on failure: aborted when what is there is not
  /// `expected` (nothing: no such file); data_loss when the content is not what `entry` says.
  Status Save(const std::string& path, const Entry& entry, const std::optional<Entry>& expected,
              const Content& content) const;

  /// Puts it at `beside` (a PodVersionPath), in place of an older version. Content that is there
  /// already is not asked for.
  Status SaveBeside(const std::string& beside, const Entry& entry, const Content& content) const;

 private:
  explicit PullSaver(UniqueFd root) : root_(std::move(root)) {}

  UniqueFd root_;
};

}  // namespace hawser::sync
