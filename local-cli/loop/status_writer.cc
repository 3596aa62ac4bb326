// A slot for the newest status and a thread that empties it.
#include "local-cli/loop/status_writer.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "lib/base/text.h"
#include "lib/kube/object.h"
#include "local-cli/cluster/agents.h"
#include "local-cli/cluster/sessions.h"
#include "local-cli/interrupt.h"

namespace hawser::cli {

namespace {

constexpr Duration kPause = std::chrono::seconds(1);

}  // namespace

StatusWriter::StatusWriter(kube::Api& api, const Clock& clock, kube::ObjectKey session,
                           std::optional<devsession::Condition> synced, Refused refused)
    : api_(api),
      clock_(clock),
      session_(std::move(session)),
      refused_(std::move(refused)),
      synced_(std::move(synced)),
      thread_([this](std::stop_token stop) { Run(std::move(stop)); }) {}

StatusWriter::~StatusWriter() = default;

void StatusWriter::Write(devsession::SessionStatus status) {
  const std::string now = FormatTime(clock_.WallNow());
  const std::lock_guard lock(mutex_);
  if (status.last_sync) {
    const bool same = last_sync_ && last_sync_->batch == status.last_sync->batch;
    status.last_sync->by = Identity();
    status.last_sync->time = same ? last_sync_->time : now;
    last_sync_ = status.last_sync;
  }
  for (devsession::Condition& condition : status.conditions) {
    const bool same = synced_ && synced_->status == condition.status;
    condition.last_transition_time = same ? synced_->last_transition_time : now;
    synced_ = condition;
  }
  next_ = std::move(status);
  changed_.notify_one();
}

void StatusWriter::Run(std::stop_token stop) {
  while (true) {
    std::optional<devsession::SessionStatus> status;
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, stop, [this] { return next_.has_value(); });
      status = std::exchange(next_, std::nullopt);
    }
    if (!status) return;
    const Status applied = Apply(*status);
    if (applied.code() == Code::kPermissionDenied) return refused_(applied);
    const bool more = WaitFor(kPause, stop);
    if (more && IsRetryable(applied)) KeepUnlessNewer(*std::move(status));
  }
}

void StatusWriter::KeepUnlessNewer(devsession::SessionStatus status) {
  const std::lock_guard lock(mutex_);
  if (!next_) next_ = std::move(status);
}

Status StatusWriter::Apply(const devsession::SessionStatus& status) {
  nlohmann::json object = kube::MakeObject(kDevSessions, session_);
  object["status"] = devsession::SyncStatusToJson(status);
  return api_.Apply(kDevSessions, session_, object, devsession::kCommandLineManager, true, "status")
      .status();
}

}  // namespace hawser::cli
