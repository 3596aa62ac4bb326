// What a decoded message must also fulfil before anyone acts on it.
#include <algorithm>
#include <bit>
#include <concepts>
#include <set>
#include <string>
#include <string_view>

#include "lib/wire/field_checks.h"
#include "lib/wire/limits.h"
#include "lib/wire/messages.h"
#include "lib/wire/path.h"

namespace hawser::wire {
namespace {

Status CheckNumber(uint64_t number) {
  return number == 0 ? BadField("number", "must not be 0") : OkStatus();
}

/// Indexes below `limit`, each larger than the one before.
Status CheckIndexes(const std::vector<uint32_t>& indexes, uint32_t limit, std::string_view field) {
  const auto disorder = std::adjacent_find(indexes.begin(), indexes.end(), std::greater_equal<>());
  if (disorder != indexes.end()) return BadField(field, "is not in ascending order");
  if (!indexes.empty() && indexes.back() >= limit)
    return BadField(field, "names an index out of range");
  return OkStatus();
}

Status CheckApp(AppState app) {
  return CheckEnum(app, AppState::kNoSupervisor, AppState::kExited, "app");
}

Status CheckEncoding(const Change& change) {
  HAWSER_RETURN_IF_ERROR(
      CheckEnum(change.encoding, Encoding::kNone, Encoding::kBundled, "encoding"));
  const bool is_file = !change.remove && change.entry.kind == EntryKind::kFile;
  if (!is_file && change.encoding != Encoding::kNone)
    return BadField("encoding", "is set on what is not a file");
  const bool is_patch = change.encoding == Encoding::kPatch;
  if (is_patch == change.base.IsZero())
    return BadField("base", "must be set for a patch, and only then");
  if (is_patch && change.entry.size > kMaxPatched)
    return BadField("size", "is too large for a patch");
  return OkStatus();
}

Status CheckChange(const Change& change) {
  HAWSER_RETURN_IF_ERROR(CheckPath(change.path));
  if (!change.remove) HAWSER_RETURN_IF_ERROR(CheckEntry(change.entry).Annotate(change.path));
  return CheckEncoding(change).Annotate(change.path);
}

Status CheckProblems(const std::vector<Problem>& problems) {
  for (const Problem& problem : problems) {
    HAWSER_RETURN_IF_ERROR(
        CheckEnum(problem.reason, ProblemReason::kPermission, ProblemReason::kOther, "reason"));
  }
  return OkStatus();
}

Status CheckStepResults(const std::vector<StepResult>& results) {
  const bool known =
      std::all_of(results.begin(), results.end(), [](const auto& r) { return r.step < kMaxSteps; });
  return known ? OkStatus() : BadField("steps", "names an index out of range");
}

Status CheckStep(const Step& step) {
  if (step.argv.empty() || step.argv.front().empty())
    return BadField("steps", "has a step without a command");
  for (const std::string& word : step.argv) HAWSER_RETURN_IF_ERROR(CheckText(word, "steps"));
  if (step.timeout_ms == 0 || step.timeout_ms > kMaxStepTimeoutMs)
    return BadField("timeout_ms", "must be 1 to 86400000");
  return OkStatus();
}

Status CheckRestart(const RestartRule& rule) {
  HAWSER_RETURN_IF_ERROR(
      CheckEnum(rule.policy, RestartPolicy::kNever, RestartPolicy::kRollout, "policy"));
  if (rule.signal < 1 || rule.signal > 64) return BadField("signal", "must be 1 to 64");
  return rule.grace_ms > kMaxGraceMs ? BadField("grace_ms", "must be at most 3600000") : OkStatus();
}

/// Messages whose every value is good, or has been bounded by the decoder.
template <typename M>
concept Unchecked = std::same_as<M, TreeRequest> || std::same_as<M, StatusRequest> ||
    std::same_as<M, LogRequest> || std::same_as<M, LogChunk> || std::same_as<M, RestartRequest> ||
    std::same_as<M, RestartResult> || std::same_as<M, Ping> || std::same_as<M, Pong> ||
    std::same_as<M, PushState> || std::same_as<M, RestartState> || std::same_as<M, StreamEnd>;

template <Unchecked M>
Status Check(const M&) {
  return OkStatus();
}

Status Check(const Hello& m) {
  if (m.min_version == 0 || m.min_version > m.max_version)
    return BadField("min_version", "must be 1 to max_version");
  if (m.session.empty()) return BadField("session", "is empty");
  return CheckEnum(m.role, Role::kPush, Role::kCarry, "role");
}

Status Check(const Welcome& m) {
  if (m.version == 0) return BadField("version", "must not be 0");
  return CheckApp(m.app);
}

Status Check(const Reject& m) {
  return CheckEnum(m.reason, RejectReason::kVersion, RejectReason::kShuttingDown, "reason");
}

Status Check(const Configure& m) {
  std::set<std::string_view> seen;
  for (const SyncRoot& root : m.roots) {
    HAWSER_RETURN_IF_ERROR(CheckPath(root.path).Annotate("roots"));
    if (!seen.insert(root.path).second) return BadField("roots", "names " + root.path + " twice");
  }
  for (const Step& step : m.steps) HAWSER_RETURN_IF_ERROR(CheckStep(step));
  return CheckRestart(m.restart);
}

Status Check(const TreeReply& m) {
  return CheckEntries(m.entries);
}

Status Check(const NodesRequest& m) {
  return m.nodes.empty() ? BadField("nodes", "is empty") : OkStatus();
}

Status CheckNode(const Node& node) {
  if (node.level > kMaxLevel) return BadField("level", "must be at most 16");
  const bool leaf = node.level == 0;
  if (node.entries.empty() == leaf) return BadField("entries", "must be set on level 0 only");
  if (node.children.empty() != leaf) return BadField("children", "must be set above level 0 only");
  return CheckEntries(node.entries);
}

Status Check(const NodesReply& m) {
  for (const Node& node : m.nodes) HAWSER_RETURN_IF_ERROR(CheckNode(node));
  return OkStatus();
}

Status Check(const SumsRequest& m) {
  return m.contents.empty() ? BadField("contents", "is empty") : OkStatus();
}

Status Check(const RangeSumsRequest& m) {
  if (m.ranges.empty()) return BadField("ranges", "is empty");
  for (const ContentRange& range : m.ranges) {
    const bool good = range.length > 0 && range.length <= kMaxPatched &&
                      range.offset <= kMaxPatched - range.length;
    if (!good) return BadField("ranges", "must lie within the first 4 GiB");
  }
  return OkStatus();
}

Status Check(const SumsReply& m) {
  const BlockSums& blocks = m.blocks;
  if (blocks == BlockSums{}) return OkStatus();
  const bool good_size = std::has_single_bit(blocks.block_size) &&
                         blocks.block_size >= kMinSumBlock && blocks.block_size <= kMaxSumBlock;
  if (!good_size) return BadField("block_size", "must be a power of two, 2048 to 1048576");
  const uint64_t whole = blocks.size / blocks.block_size;
  const uint64_t count = whole + (blocks.size % blocks.block_size == 0 ? 0 : 1);
  return blocks.sums.size() == count ? OkStatus() : BadField("sums", "has not one for each block");
}

Status Check(const BatchBegin& m) {
  HAWSER_RETURN_IF_ERROR(CheckNumber(m.number));
  if (m.change_count > kMaxChanges) return BadField("change_count", "must be at most 1000000");
  return CheckIndexes(m.steps, kMaxSteps, "steps");
}

Status Check(const Changes& m) {
  if (m.changes.empty()) return BadField("changes", "is empty");
  for (const Change& change : m.changes) HAWSER_RETURN_IF_ERROR(CheckChange(change));
  return OkStatus();
}

Status Check(const Data& m) {
  if (m.change >= kMaxChanges && m.change != kBundleData)
    return BadField("change", "is out of range");
  return m.bytes.empty() && !m.last ? BadField("bytes", "is empty") : OkStatus();
}

Status Check(const BatchEnd& m) {
  return CheckNumber(m.number);
}

Status Check(const Need& m) {
  if (m.changes.empty()) return BadField("changes", "is empty");
  HAWSER_RETURN_IF_ERROR(CheckIndexes(m.changes, kMaxChanges, "changes"));
  return CheckNumber(m.number);
}

Status Check(const Progress& m) {
  HAWSER_RETURN_IF_ERROR(CheckNumber(m.number));
  return CheckEnum(m.phase, Phase::kReceived, Phase::kReady, "phase");
}

Status Check(const StepOutput& m) {
  return m.step < kMaxSteps ? OkStatus() : BadField("step", "is out of range");
}

Status Check(const BatchResult& m) {
  HAWSER_RETURN_IF_ERROR(CheckNumber(m.number));
  HAWSER_RETURN_IF_ERROR(
      CheckEnum(m.outcome, BatchOutcome::kApplied, BatchOutcome::kFailed, "outcome"));
  HAWSER_RETURN_IF_ERROR(CheckProblems(m.problems));
  return CheckStepResults(m.steps);
}

Status Check(const StatusReply& m) {
  HAWSER_RETURN_IF_ERROR(CheckApp(m.app));
  return CheckProblems(m.problems);
}

Status Check(const SupervisorHello& m) {
  return m.version == 0 ? BadField("version", "must not be 0") : OkStatus();
}

Status Check(const Prepare& m) {
  return CheckEntries(m.entries);
}

Status Check(const ApplyRequest& m) {
  HAWSER_RETURN_IF_ERROR(CheckNumber(m.number));
  return CheckIndexes(m.steps, kMaxSteps, "steps");
}

Status Check(const ApplyResult& m) {
  HAWSER_RETURN_IF_ERROR(CheckNumber(m.number));
  HAWSER_RETURN_IF_ERROR(CheckProblems(m.problems));
  return CheckStepResults(m.steps);
}

Status Check(const ContainerState& m) {
  HAWSER_RETURN_IF_ERROR(CheckProblems(m.problems));
  return CheckStepResults(m.steps);
}

Status Check(const AppStatus& m) {
  return CheckApp(m.app);
}

Status Check(const RestartOrder& m) {
  if (m.id.empty()) return BadField("id", "is empty");
  return CheckRestart(m.rule);
}

Status Check(const PullList& m) {
  if (m.patterns.empty()) return BadField("patterns", "is empty");
  for (const PullPattern& pattern : m.patterns) {
    HAWSER_RETURN_IF_ERROR(CheckPath(pattern.root).Annotate("patterns"));
    HAWSER_RETURN_IF_ERROR(CheckText(pattern.glob, "patterns"));
  }
  return OkStatus();
}

Status Check(const PullListing& m) {
  for (const PathEntry& item : m.entries) {
    if (item.entry.kind == EntryKind::kDirectory) return BadField("entries", "holds a directory");
  }
  return CheckEntries(m.entries);
}

Status Check(const PullRead& m) {
  if (m.length == 0 || m.length > kMaxPullPiece) return BadField("length", "must be 1 to 262144");
  return CheckPath(m.path);
}

Status Check(const PullPiece& m) {
  if (m.bytes.size() > kMaxPullPiece) return BadField("bytes", "is longer than a piece may be");
  return m.trouble.empty() || m.bytes.empty() ? OkStatus()
                                              : BadField("bytes", "comes with a failure");
}

Status CheckPort(uint16_t port) {
  return port == 0 ? BadField("port", "must not be 0") : OkStatus();
}

Status CheckId(uint64_t id) {
  return id == 0 ? BadField("id", "must not be 0") : OkStatus();
}

Status Check(const ListenRequest& m) {
  return CheckPort(m.port);
}

Status Check(const ListenReply& m) {
  return CheckPort(m.port);
}

Status Check(const Arrival& m) {
  HAWSER_RETURN_IF_ERROR(CheckId(m.id));
  return CheckPort(m.port);
}

Status Check(const ArrivalRefused& m) {
  return CheckId(m.id);
}

Status Check(const CarryRequest& m) {
  return CheckId(m.id);
}

Status Check(const CarryReply& m) {
  return CheckId(m.id);
}

Status Check(const StreamPiece& m) {
  if (m.bytes.empty()) return BadField("bytes", "is empty");
  return m.bytes.size() > kMaxStreamPiece ? BadField("bytes", "is longer than a piece may be")
                                          : OkStatus();
}

}  // namespace

Status Validate(const Message& message) {
  return std::visit([](const auto& m) { return Check(m); }, message);
}

}  // namespace hawser::wire
