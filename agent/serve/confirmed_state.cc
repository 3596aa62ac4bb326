// Commits batches: state file first, memory second.
#include "agent/serve/confirmed_state.h"

#include <utility>

namespace hawser::agent {
ConfirmedState::ConfirmedState(std::string path, std::unique_ptr<sync::ContentStore> store)
    : path_(std::move(path)), store_(std::move(store)) {}

Result<std::unique_ptr<ConfirmedState>> ConfirmedState::Open(const Volume& volume,
                                                             std::string* warning) {
  HAWSER_ASSIGN_OR_RETURN(std::unique_ptr<sync::ContentStore> store,
                          sync::ContentStore::Open(volume.Store()));
  std::unique_ptr<ConfirmedState> opened(new ConfirmedState(volume.State(), std::move(store)));
  Result<sync::AgentState> state = sync::LoadAgentState(volume.State());
  if (state.ok()) {
    opened->state_ = *std::move(state);
    if (opened->state_.last_batch > 0) opened->digest_ = sync::TreeDigest(opened->state_.tree);
  } else if (state.status().code() == Code::kDataLoss) {
    *warning = state.status().ToString();
  } else if (state.status().code() != Code::kNotFound) {
    return state.status();
  }
  return opened;
}

Result<bool> ConfirmedState::SetConfigure(const wire::Configure& configure) {
  if (configure.generation < state_.configure.generation || configure == state_.configure) {
    return false;
  }
  sync::AgentState next = state_;
  next.configure = configure;
  // Steps are known by index: other steps make the indexes mean something else, so all of them are
  // due.
  if (next.configure.steps != state_.configure.steps && !next.steps_due.empty()) {
    next.steps_due.clear();
    for (uint32_t i = 0; i < configure.steps.size(); ++i) next.steps_due.push_back(i);
  }
  HAWSER_RETURN_IF_ERROR(Replace(std::move(next)));
  return true;
}

std::unique_ptr<sync::BatchReader> ConfirmedState::NewReader() {
  return std::make_unique<sync::BatchReader>(state_, *store_, sync::BatchLimits{});
}

Status ConfirmedState::Commit(const sync::StagedBatch& batch) {
  Digests previous = ContentOf(state_.tree);
  HAWSER_RETURN_IF_ERROR(Replace(sync::Confirm(state_, batch)));
  previous_ = std::move(previous);
  digest_ = sync::TreeDigest(state_.tree);
  garbage_ = true;
  return OkStatus();
}

void ConfirmedState::CollectGarbage() {
  if (!garbage_) return;
  Digests keep = ContentOf(state_.tree);
  keep.insert(previous_.begin(), previous_.end());
  store_->Collect(keep);
  garbage_ = false;
}

Status ConfirmedState::Replace(sync::AgentState state) {
  HAWSER_RETURN_IF_ERROR(sync::SaveAgentState(path_, state).Annotate("can't save " + path_));
  state_ = std::move(state);
  return OkStatus();
}

ConfirmedState::Digests ConfirmedState::ContentOf(const sync::Tree& tree) {
  Digests digests;
  for (const auto& [path, entry] : tree) {
    if (entry.kind == wire::EntryKind::kFile) digests.insert(entry.digest);
  }
  return digests;
}

}  // namespace hawser::agent
