// The fake API server's watches: a replay of the history, then whatever comes.
#include <algorithm>
#include <charconv>
#include <utility>

#include "lib/kube/object.h"
#include "tests/support/kube/fake_kube_api.h"
#include "tests/support/kube/fake_kube_watcher.h"
#include "tests/support/kube/kube_semantics.h"

namespace hawser::testing {
namespace {

using nlohmann::json;
using Type = kube::WatchEvent::Type;

std::optional<uint64_t> ParseVersion(const std::string& text) {
  uint64_t version = 0;
  const char* end = text.data() + text.size();
  const auto [at, error] = std::from_chars(text.data(), end, version);
  if (error != std::errc() || at != end) return std::nullopt;
  return version;
}

// An object that stops matching is deleted for this watch, one that starts to match is added.
std::optional<kube::WatchEvent> Show(const kube::ListOptions& options,
                                     const std::shared_ptr<const json>& before,
                                     const std::shared_ptr<const json>& after) {
  const bool was = before != nullptr && Selects(options, *before).value_or(false);
  const bool is = after != nullptr && Selects(options, *after).value_or(false);
  if (was && is) return kube::WatchEvent{Type::kModified, after};
  if (is) return kube::WatchEvent{Type::kAdded, after};
  if (was) return kube::WatchEvent{Type::kDeleted, after != nullptr ? after : before};
  return std::nullopt;
}

}  // namespace

void FakeKubeApi::Append(const kube::Resource& resource, const json* before, const json* after) {
  const auto share = [](const json* object) {
    return object == nullptr ? nullptr : std::make_shared<const json>(*object);
  };
  history_.push_back({version_, resource, share(before), share(after)});
  changed_.notify_all();
}

Status FakeKubeApi::Watch(const kube::Resource& resource, const kube::ListOptions& options,
                          const std::string& resource_version,
                          const std::function<Status(kube::WatchEvent)>& sink,
                          std::stop_token stop) {
  std::unique_lock lock(mutex_);
  const Result<Objects*> entered = Enter({"watch", resource, {options.ns, {}}, {}});
  if (!entered.ok()) return entered.status();
  const std::optional<uint64_t> from = ParseVersion(resource_version);
  if (!from) return InvalidArgumentError("invalid resource version " + resource_version);
  HAWSER_RETURN_IF_ERROR(Selects(options, json::object()).status());
  Watcher watcher{resource, *from, false, false, {}};
  watchers_.insert(&watcher);
  Status status;
  while (status.ok()) {
    if (stop.stop_requested()) {
      status = CancelledError("the watch was stopped");
    } else if (watcher.seen < expired_before_) {
      status = OutOfRangeError("too old resource version: " + std::to_string(watcher.seen));
    } else if (std::optional<kube::WatchEvent> event = NextEvent(watcher, options)) {
      lock.unlock();
      status = sink(*std::move(event));
      lock.lock();
    } else if (watcher.ended) {
      status = watcher.end;
      break;
    } else {
      changed_.wait(lock, stop,
                    [&] { return watcher.seen < version_ || watcher.bookmark || watcher.ended; });
    }
  }
  watchers_.erase(&watcher);
  return status;
}

std::optional<kube::WatchEvent> FakeKubeApi::NextEvent(Watcher& watcher,
                                                       const kube::ListOptions& options) {
  for (const Record& record : history_) {
    if (record.version <= watcher.seen) continue;
    watcher.seen = record.version;
    if (record.resource != watcher.resource) continue;
    if (auto event = Show(options, record.before, record.after)) return event;
  }
  watcher.seen = std::max(watcher.seen, version_);
  if (std::exchange(watcher.bookmark, false)) {
    return kube::WatchEvent{Type::kBookmark,
                            std::make_shared<const json>(BookmarkLocked(watcher.resource))};
  }
  return std::nullopt;
}

json FakeKubeApi::BookmarkLocked(const kube::Resource& resource) const {
  return {{"apiVersion", kube::ApiVersionOf(resource)},
          {"kind", resource.kind},
          {"metadata", {{"resourceVersion", std::to_string(version_)}}}};
}

void FakeKubeApi::ExpireHistory() {
  const std::lock_guard lock(mutex_);
  history_.clear();
  expired_before_ = ++version_;
  changed_.notify_all();
}

void FakeKubeApi::SendBookmarks() {
  const std::lock_guard lock(mutex_);
  for (Watcher* watcher : watchers_) watcher->bookmark = true;
  changed_.notify_all();
}

void FakeKubeApi::EndWatches(Status failure) {
  const std::lock_guard lock(mutex_);
  for (Watcher* watcher : watchers_) {
    watcher->ended = true;
    watcher->end = failure;
  }
  changed_.notify_all();
}

size_t FakeKubeApi::watches() const {
  const std::lock_guard lock(mutex_);
  return watchers_.size();
}

}  // namespace hawser::testing
