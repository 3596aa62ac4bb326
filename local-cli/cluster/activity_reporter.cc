// A pace, and a thread that keeps to it.
#include "local-cli/cluster/activity_reporter.h"

#include <nlohmann/json.hpp>
#include <utility>
#include <variant>

#include "lib/base/text.h"
#include "lib/kube/object.h"
#include "local-cli/cluster/sessions.h"

namespace hawser::cli {

std::string UseNotTold(const Status& why) {
  return "the session may be taken for idle, its use can't be told: " + why.message();
}

ActivityReporter::ActivityReporter(kube::Api& api, const Clock& clock,
                                   const devsession::DevSession& session, Refused refused)
    : api_(api),
      clock_(clock),
      session_{.ns = session.ns, .name = session.name},
      refused_(std::move(refused)) {
  pace_.See(session, clock_.Now());
  thread_ = std::jthread([this](const std::stop_token& stop) { Run(stop); });
}

ActivityReporter::~ActivityReporter() = default;

void ActivityReporter::Note() {
  if (noted_.exchange(true)) return;
  const std::lock_guard lock(mutex_);
  pace_.Note();
  news_ = true;
  changed_.notify_one();
}

void ActivityReporter::Hold(Duration longest) {
  const std::lock_guard lock(mutex_);
  pace_.Hold(clock_.Now() + longest);
  news_ = true;
  changed_.notify_one();
}

void ActivityReporter::Release() {
  const std::lock_guard lock(mutex_);
  pace_.Release();
}

void ActivityReporter::Tell(const SessionNews& news) {
  const auto* seen = std::get_if<SessionSeen>(&news);
  if (seen == nullptr) return;
  const std::lock_guard lock(mutex_);
  pace_.See(seen->session, clock_.Now());
  news_ = true;
  changed_.notify_one();
}

/// False when `stop` was asked and nothing is left to tell.
bool ActivityReporter::WaitUntilDue(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  while (!stop.stop_requested()) {
    const TimePoint due = pace_.TellAt();
    if (due <= clock_.Now()) return true;
    news_ = false;
    const auto changed = [this] { return news_; };
    if (due == kNoDeadline) {
      changed_.wait(lock, stop, changed);
    } else {
      changed_.wait_until(lock, stop, due, changed);
    }
  }
  return pace_.HasNews();
}

void ActivityReporter::Run(const std::stop_token& stop) {
  while (WaitUntilDue(stop)) {
    {
      const std::lock_guard lock(mutex_);
      noted_ = false;
      pace_.Told(clock_.Now());
    }
    const Status written = Write();
    if (written.code() == Code::kPermissionDenied) return refused_(written);
    if (stop.stop_requested()) return;
    if (!written.ok()) Note();  // told again in its time
  }
}

Status ActivityReporter::Write() {
  nlohmann::json object = kube::MakeObject(kDevSessions, session_);
  object["status"] = devsession::ActivityToJson(FormatTime(clock_.WallNow()));
  return api_.Apply(kDevSessions, session_, object, devsession::kActivityManager, true, "status")
      .status();
}

}  // namespace hawser::cli
