// Events only say "look again": each look reads the file.
#include "agent/serve/file_watch.h"

#include <sys/stat.h>

#include <utility>

#include "lib/base/log.h"
#include "lib/fs/file.h"

namespace hawser::agent {
namespace {

constexpr uint64_t kMaxContent = 64 * 1024;

bool IsDirectory(const std::string& path) {
  struct stat info {};
  return ::stat(path.c_str(), &info) == 0 && S_ISDIR(info.st_mode);
}

}  // namespace

FileWatch::FileWatch(const std::string& directory, const std::string& file,
                     std::function<void(const std::string&)> on_content)
    : path_(directory + "/" + file), on_content_(std::move(on_content)) {
  if (!IsDirectory(directory)) return;
  auto watcher = fs::MakeInotifyWatcher(directory, [](const std::string&) { return false; });
  if (watcher.ok()) {
    watcher_ = *std::move(watcher);
  } else {
    log::Info("Watches a file by looking at it",
              {{"file", path_}, {"reason", watcher.status().ToString()}});
  }
  thread_ = std::jthread([this](const std::stop_token& stop) { Run(stop); });
}

FileWatch::~FileWatch() {
  thread_.request_stop();
  if (watcher_ != nullptr) watcher_->Close();
}

void FileWatch::Run(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    Look();
    Wait(stop);
  }
}

void FileWatch::Look() {
  const Result<UniqueFd> file = fs::OpenToRead(path_);
  if (!file.ok()) return;
  Result<std::string> content = fs::ReadAll(file->get(), kMaxContent);
  if (!content.ok() || *content == content_) return;
  content_ = *std::move(content);
  on_content_(content_);
}

void FileWatch::Wait(const std::stop_token& stop) {
  if (watcher_ != nullptr) {
    const Code code = watcher_->Wait(In(kLook)).status().code();
    if (code == Code::kOk || code == Code::kDeadlineExceeded || stop.stop_requested()) return;
  }
  std::unique_lock lock(mutex_);
  stopped_.wait_for(lock, stop, kLook, [] { return false; });
}

}  // namespace hawser::agent
