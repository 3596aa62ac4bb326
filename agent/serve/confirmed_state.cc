// Commits batches: state file first, memory second.
#include "agent/serve/confirmed_state.h"

#include <unordered_set>
#include <utility>

#include "lib/fs/file.h"
#include "lib/sync/blocks/block_sums.h"
#include "lib/sync/tree/resting.h"

namespace hawser::agent {

namespace {

/// Less than this in memory is not worth writing.
constexpr uint64_t kWorthResting = 1U << 20;

}  // namespace

Result<std::unique_ptr<ConfirmedState>> ConfirmedState::Open(const Volume& volume,
                                                             std::string* warning,
                                                             const Limits& limits) {
  HAWSER_ASSIGN_OR_RETURN(std::unique_ptr<sync::ContentStore> store,
                          sync::ContentStore::Open(volume.Store()));
  std::unique_ptr<ConfirmedState> opened(new ConfirmedState(volume, std::move(store), limits));
  Result<sync::AgentState> state = sync::LoadAgentState(volume.State());
  if (state.ok()) {
    opened->state_ = *std::move(state);
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
  sync::StateDelta delta{.last_batch = state_.last_batch,
                         .configure = configure,
                         .steps_due = state_.steps_due,
                         .edits = {}};
  // Steps are known by index: other steps make the indexes mean something else, so all of them are
  // due.
  if (configure.steps != state_.configure.steps && !delta.steps_due.empty()) {
    delta.steps_due.clear();
    for (uint32_t i = 0; i < configure.steps.size(); ++i) delta.steps_due.push_back(i);
  }
  HAWSER_RETURN_IF_ERROR(Take(delta, state_.tree.digest()));
  return true;
}

std::unique_ptr<sync::BatchReader> ConfirmedState::NewReader() {
  // What a batch brought that was cut off saves its next try some writing, no more: nobody counts
  // on it. So it may take as much room as what may come back otherwise; a line that breaks with
  // ever other content would else fill the disk.
  if (Unclaimed() > limits_.retired.max_bytes) Sweep();
  return std::make_unique<sync::BatchReader>(state_, *store_, limits_.batches,
                                             [this] { MakeRoom(); });
}

Status ConfirmedState::Commit(const sync::StagedBatch& batch) {
  const sync::StateDelta delta = sync::DeltaOf(state_, batch);
  const sync::Tree before = state_.tree;
  HAWSER_RETURN_IF_ERROR(Take(delta, batch.result.digest()));
  claimed_ += batch.brought;
  retired_.Add(before, delta.edits);
  return OkStatus();
}

Result<wire::BlockSums> ConfirmedState::SumsOf(const Digest& content) {
  HAWSER_ASSIGN_OR_RETURN(const sync::ContentBase base, store_->OpenBase(content));
  return sync::SumBlocks(base.Reader(), 0, base.size);
}

Result<wire::BlockSums> ConfirmedState::SumsOf(const wire::ContentRange& range) {
  HAWSER_ASSIGN_OR_RETURN(const sync::ContentBase base, store_->OpenBase(range.content));
  return sync::SumBlocks(base.Reader(), range.offset, range.length);
}

void ConfirmedState::CollectGarbage() {
  if (!swept_ || Unclaimed() > 0) Sweep();
  if (retired_.is_full()) retired_.Trim(state_.tree, *store_);
  store_->Compact();
}

void ConfirmedState::Sweep() {
  std::unordered_set<Digest, DigestHash> keep;
  for (const auto& [path, entry] : state_.tree) keep.insert(entry.digest);
  retired_.AddTo(keep);
  store_->Collect(keep);
  claimed_ = store_->brought();
  swept_ = true;
}

/// A full disk needs room more than what may come back: that is asked for again (`Need`).
void ConfirmedState::MakeRoom() {
  retired_.Forget();
  Sweep();
  store_->Shrink();
}

void ConfirmedState::Rest() {
  if (sync::LeafBytesInMemory(state_.tree) < kWorthResting) return;
  const Result<UniqueFd> file = fs::OpenUnnamed(volume_.dir);
  if (!file.ok()) return;
  if (Result<sync::Tree> tree = sync::WithLeavesIn(file->get(), state_.tree); tree.ok()) {
    state_.tree = *std::move(tree);
  }
}

Status ConfirmedState::Take(const sync::StateDelta& delta, const Digest& tree) {
  const Status saved = journal_.Append(state_, delta, tree);
  if (saved.code() == Code::kResourceExhausted) MakeRoom();
  HAWSER_RETURN_IF_ERROR(saved.Annotate("can't save " + volume_.State()));
  sync::Advance(state_, delta);
  return OkStatus();
}

}  // namespace hawser::agent
