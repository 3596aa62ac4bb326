// Tells what a small file that another process replaces holds now.
#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "lib/base/clock.h"
#include "lib/fs/watcher.h"

namespace hawser::agent {

/// Watches a file of a volume whose files the kubelet replaces all at once (ConfigMap, Secret,
/// downward API), with inotify; where that is exhausted, and against lost events, by looking every
/// few seconds. Does nothing when there is no such directory.
class FileWatch {
 public:
  static constexpr Duration kLook = std::chrono::seconds(5);

  /// `on_content` gets the file's content when the watch begins and whenever it changed, on the
  /// watch's thread. A file that is not there has none. At most 64 KiB are read.
  FileWatch(const std::string& directory, const std::string& file,
            std::function<void(const std::string&)> on_content);
  ~FileWatch();

 private:
  void Run(const std::stop_token& stop);
  void Look();
  void Wait(const std::stop_token& stop);

  const std::string path_;
  const std::function<void(const std::string&)> on_content_;
  std::string content_;
  std::unique_ptr<fs::Watcher> watcher_;  ///< null where inotify is exhausted
  std::mutex mutex_;
  std::condition_variable_any stopped_;
  std::jthread thread_;
};

}  // namespace hawser::agent
