// The agent's side of a batch: collects, decodes, verifies and stages it; nothing is visible before
// it is whole.
#include "lib/sync/stage/batch_reader.h"

#include <algorithm>
#include <optional>
#include <set>
#include <unordered_set>
#include <utility>

#include "lib/sync/stage/content_receiver.h"
#include "lib/sync/stage/tell_ahead.h"
#include "lib/wire/limits.h"

namespace hawser::sync {

namespace {

using wire::Change;
using wire::Encoding;

bool CarriesContent(const Change& change) {
  return change.encoding == Encoding::kPatch || change.encoding == Encoding::kWhole ||
         change.encoding == Encoding::kBundled;
}

/// A tree may not hold anything below a file or symlink.
class ShapeCheck {
 public:
  explicit ShapeCheck(const Tree& tree) : tree_(tree) {}

  /// Looks around one path, if it is there.
  Status Check(const std::string& path) {
    const std::optional<Entry> entry = tree_.Find(path);
    if (!entry.has_value()) return OkStatus();
    for (size_t slash = path.rfind('/'); slash != 0; slash = path.rfind('/', slash - 1)) {
      const auto [above, unseen] = may_hold_.insert(path.substr(0, slash));
      if (!unseen) break;
      const std::optional<Entry> there = tree_.Find(*above);
      if (there.has_value() && there->kind != EntryKind::kDirectory) {
        return InvalidArgumentError(path + ": lies below a file");
      }
    }
    if (entry->kind != EntryKind::kDirectory && tree_.HasBelow(path)) {
      return InvalidArgumentError(path + ": is a file with something below it");
    }
    return OkStatus();
  }

 private:
  const Tree& tree_;
  std::unordered_set<std::string> may_hold_;  ///< with all above them
};

/// A disk that is full is told with the file it was met at, by the stream it came in, and with what
/// to do.
Status TellWhatFor(const Status& status, const std::vector<Change>& changes, uint32_t stream) {
  if (status.code() != Code::kResourceExhausted) return status;
  std::string what = "its content";
  if (stream < changes.size()) {
    what = changes[stream].path;
  } else {
    const auto first = std::find_if(changes.begin(), changes.end(), CarriesContent);
    if (first != changes.end()) what = first->path + " or a file after it";
  }
  return ResourceExhaustedError("no room to receive " + what +
                                "; free space on the node, or raise what limits the pod's "
                                "ephemeral storage: " +
                                status.message());
}

TreeEdits EditsOf(const std::vector<Change>& changes) {
  TreeEdits edits;
  for (const Change& change : changes) {
    std::optional<Entry>& entry = edits[change.path];
    entry.reset();
    if (!change.remove) entry = change.entry;
  }
  return edits;
}

Result<Tree> ApplyChanges(const Tree& before, const std::vector<Change>& changes) {
  Tree tree = before.With(EditsOf(changes));
  if (tree.size() > wire::kMaxTreeEntries)
    return InvalidArgumentError("the tree has too many entries");
  ShapeCheck shape(tree);
  for (const Change& change : changes) HAWSER_RETURN_IF_ERROR(shape.Check(change.path));
  return tree;
}

}  // namespace

StateDelta DeltaOf(const AgentState& state, const StagedBatch& staged) {
  std::set<uint32_t> steps(state.steps_due.begin(), state.steps_due.end());
  steps.insert(staged.steps.begin(), staged.steps.end());
  return {.last_batch = staged.number,
          .configure = std::nullopt,
          .steps_due = {steps.begin(), steps.end()},
          .edits = EditsOf(staged.changes)};
}

class BatchReader::Impl {
 public:
  Impl(const AgentState& state, ContentStore& store, BatchLimits limits)
      : state_(state), store_(store), limits_(limits) {}

  Result<Outcome> On(const wire::BatchBegin& begin);
  Result<Outcome> On(const wire::Changes& message);
  Result<Outcome> On(const wire::Data& data);
  Result<Outcome> On(const wire::BatchEnd& end);
  template <typename Other>
  Result<Outcome> On(const Other&) {
    return InvalidArgumentError("the message is not part of a batch");
  }
  /// Forgets the batch that is not whole.
  void Drop() { batch_.reset(); }

 private:
  struct Receiving {
    wire::BatchBegin begin;
    Digest confirmed;
    std::string stale;  ///< why the batch is refused at its end; empty when it is not
    std::vector<Change> changes;
    uint64_t content_bytes = 0;
    uint64_t brought_before = 0;               ///< to the store, by others
    std::unique_ptr<ContentReceiver> content;  ///< once all changes are known
    std::optional<TellAhead> ahead;            ///< likewise
    Tree result;                               ///< likewise
  };

  std::string WhyStale(const wire::BatchBegin& begin, const Digest& confirmed) const;
  Status Check(const Change& change);
  Status AwaitContent();
  Outcome Refusal();
  Result<Outcome> Stage();

  const AgentState& state_;
  ContentStore& store_;
  const BatchLimits limits_;
  std::unique_ptr<Receiving> batch_;
};

std::string BatchReader::Impl::WhyStale(const wire::BatchBegin& begin,
                                        const Digest& confirmed) const {
  if (begin.number != state_.last_batch + 1) {
    return "batch " + std::to_string(begin.number) + " does not follow " +
           std::to_string(state_.last_batch);
  }
  const bool fresh = begin.base_tree.IsZero() && state_.tree.empty();
  if (!fresh && begin.base_tree != confirmed) return "the batch starts from another tree";
  return "";
}

Result<BatchReader::Outcome> BatchReader::Impl::On(const wire::BatchBegin& begin) {
  batch_.reset();
  if (begin.number <= state_.last_batch) {
    return InvalidArgumentError("batch " + std::to_string(begin.number) + " was already applied");
  }
  if (begin.change_count > limits_.max_changes) {
    return InvalidArgumentError("a batch of " + std::to_string(begin.change_count) + " changes");
  }
  for (const uint32_t step : begin.steps) {
    if (step >= state_.configure.steps.size()) return InvalidArgumentError("unknown step");
  }
  batch_ = std::make_unique<Receiving>();
  batch_->begin = begin;
  batch_->confirmed = state_.tree.digest();
  batch_->brought_before = store_.brought();
  batch_->stale = WhyStale(begin, batch_->confirmed);
  HAWSER_RETURN_IF_ERROR(AwaitContent());
  return Outcome();
}

Status BatchReader::Impl::Check(const Change& change) {
  const bool inside = InsideARoot(change.path, state_.configure.roots);
  // A root that the session gave up may still be in the tree: its files leave the tree and stay
  // where they are.
  if (!inside && !(change.remove && state_.tree.contains(change.path))) {
    return InvalidArgumentError(change.path + ": lies outside the session's roots");
  }
  if (!CarriesContent(change)) return OkStatus();
  if (change.remove || change.entry.kind != EntryKind::kFile) {
    return InvalidArgumentError(change.path + ": content for what is not a file");
  }
  if (change.entry.size > limits_.max_file) {
    return InvalidArgumentError(change.path + ": larger than a file may be");
  }
  batch_->content_bytes += change.entry.size;
  if (batch_->content_bytes > limits_.max_batch) {
    return InvalidArgumentError("the batch is larger than a batch may be");
  }
  return OkStatus();
}

Result<BatchReader::Outcome> BatchReader::Impl::On(const wire::Changes& message) {
  if (batch_ == nullptr) return InvalidArgumentError("changes before their batch");
  if (!batch_->stale.empty()) return Outcome();
  if (batch_->changes.size() + message.changes.size() > batch_->begin.change_count) {
    return InvalidArgumentError("more changes than the batch announced");
  }
  for (const Change& change : message.changes) {
    HAWSER_RETURN_IF_ERROR(Check(change));
    batch_->changes.push_back(change);
  }
  HAWSER_RETURN_IF_ERROR(AwaitContent());
  return Outcome();
}

/// Once all changes are known: what they lead to is computed while their content is on its way.
Status BatchReader::Impl::AwaitContent() {
  if (!batch_->stale.empty() || batch_->content != nullptr) return OkStatus();
  if (batch_->changes.size() < batch_->begin.change_count) return OkStatus();
  HAWSER_ASSIGN_OR_RETURN(batch_->result, ApplyChanges(state_.tree, batch_->changes));
  if (batch_->result.digest() != batch_->begin.result_tree) {
    return InvalidArgumentError("the batch does not lead to the tree it promised");
  }
  batch_->content = std::make_unique<ContentReceiver>(batch_->changes, store_);
  batch_->ahead.emplace(state_.tree, batch_->changes, limits_.tell_ahead_from);
  return OkStatus();
}

Result<BatchReader::Outcome> BatchReader::Impl::On(const wire::Data& data) {
  if (batch_ == nullptr) return InvalidArgumentError("data before its batch");
  if (!batch_->stale.empty()) return Outcome();
  if (batch_->content == nullptr) return InvalidArgumentError("data before all changes");
  HAWSER_RETURN_IF_ERROR(TellWhatFor(batch_->content->OnData(data), batch_->changes, data.change));
  std::vector<wire::Prepare> ahead =
      batch_->ahead->Take(batch_->content->ready(), batch_->content->complete());
  if (ahead.empty()) return Outcome();
  HAWSER_RETURN_IF_ERROR(TellWhatFor(store_.Flush(), batch_->changes, wire::kBundleData));
  return Outcome(std::move(ahead));
}

Result<BatchReader::Outcome> BatchReader::Impl::On(const wire::BatchEnd& end) {
  if (batch_ == nullptr || end.number != batch_->begin.number) {
    return InvalidArgumentError("the end of a batch that did not begin");
  }
  if (!batch_->stale.empty()) return Refusal();
  if (batch_->content == nullptr || !batch_->content->complete()) {
    return InvalidArgumentError("the batch ended before its content");
  }
  return Stage();
}

BatchReader::Outcome BatchReader::Impl::Refusal() {
  wire::BatchResult refusal;
  refusal.number = batch_->begin.number;
  refusal.outcome = wire::BatchOutcome::kStale;
  refusal.message = batch_->stale;
  refusal.tree = batch_->confirmed;
  batch_.reset();
  return refusal;
}

Result<BatchReader::Outcome> BatchReader::Impl::Stage() {
  const std::unique_ptr<Receiving> batch = std::move(batch_);
  HAWSER_RETURN_IF_ERROR(TellWhatFor(store_.Flush(), batch->changes, wire::kBundleData));
  if (std::vector<uint32_t> missing = batch->content->Missing(); !missing.empty()) {
    return Outcome(wire::Need{batch->begin.number, std::move(missing)});
  }
  batch->content.reset();
  StagedBatch staged;
  staged.number = batch->begin.number;
  staged.changes = std::move(batch->changes);
  staged.steps = batch->begin.steps;
  staged.restart = batch->begin.restart;
  staged.result = std::move(batch->result);
  staged.brought = store_.brought() - batch->brought_before;
  return Outcome(std::move(staged));
}

BatchReader::BatchReader(const AgentState& state, ContentStore& store, BatchLimits limits,
                         std::function<void()> make_room)
    : impl_(std::make_unique<Impl>(state, store, limits)), make_room_(std::move(make_room)) {}

BatchReader::~BatchReader() = default;

Result<BatchReader::Outcome> BatchReader::OnMessage(const wire::Message& message) {
  Result<Outcome> outcome =
      std::visit([this](const auto& each) { return impl_->On(each); }, message);
  if (!outcome.ok()) impl_->Drop();
  if (outcome.status().code() == Code::kResourceExhausted && make_room_) make_room_();
  return outcome;
}

}  // namespace hawser::sync
