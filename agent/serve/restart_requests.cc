// One request at a time, the newest; and the file that remembers it.
#include "agent/serve/restart_requests.h"

#include <charconv>
#include <string_view>
#include <utility>

#include "lib/base/log.h"
#include "lib/base/text.h"
#include "lib/fs/file.h"

namespace hawser::agent {
namespace {

constexpr uint64_t kMaxRecord = 4096;
constexpr uint32_t kRecordMode = 0644;

}  // namespace

RestartRequests::RestartRequests(std::string record) : path_(std::move(record)) {
  Load();
}

std::optional<wire::RestartOrder> RestartRequests::OnRequest(const wire::RestartOrder& request) {
  if (request.id == done_ || (wanted_ && wanted_->id == request.id)) return std::nullopt;
  wanted_ = request;
  // The container is down: that it comes back is the restart, unless it is the same supervisor.
  if (!connected_ && supervisor_ && ordered_ != request.id) NoteOrder(supervisor_->instance);
  return Next();
}

std::optional<wire::RestartOrder> RestartRequests::OnState(const wire::RestartState& state) {
  connected_ = true;
  supervisor_ = state;
  return Next();
}

std::optional<wire::RestartOrder> RestartRequests::Next() {
  if (!wanted_ || !connected_) return std::nullopt;
  const bool replaced = ordered_ == wanted_->id && ordered_to_ != supervisor_->instance;
  if (replaced || supervisor_->last == wanted_->id) {
    done_ = wanted_->id;
    wanted_.reset();
    Save();
    return std::nullopt;
  }
  if (ordered_ != wanted_->id) NoteOrder(supervisor_->instance);
  return wanted_;
}

void RestartRequests::NoteOrder(uint64_t instance) {
  ordered_ = wanted_->id;
  ordered_to_ = instance;
  Save();
}

void RestartRequests::Load() {
  if (path_.empty()) return;
  const Result<UniqueFd> file = fs::OpenToRead(path_);
  if (!file.ok()) return;  // none yet
  const Result<std::string> text = fs::ReadAll(file->get(), kMaxRecord);
  const auto lines = Split(text.ok() ? std::string_view(*text) : "", '\n');
  if (lines.size() < 3) return log::Warning("Can't use the record of restarts", {{"file", path_}});
  done_ = lines[0];
  ordered_ = lines[1];
  std::from_chars(lines[2].data(), lines[2].data() + lines[2].size(), ordered_to_);
}

void RestartRequests::Save() const {
  if (path_.empty()) return;
  const std::string text = done_ + "\n" + ordered_ + "\n" + std::to_string(ordered_to_) + "\n";
  const Status saved = fs::ReplaceFile(path_, text, kRecordMode);
  // The restart is worth more than that it may come twice.
  if (!saved.ok()) log::Warning("Can't keep the record of restarts", {{"error", saved.ToString()}});
}

}  // namespace hawser::agent
