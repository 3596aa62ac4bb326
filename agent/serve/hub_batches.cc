// A batch's way through the hub: received, staged, saved, handed to the supervisor, answered.
#include <utility>

#include "agent/serve/hub.h"
#include "lib/base/text.h"
#include "lib/wire/told_problems.h"

namespace hawser::agent {

namespace {

constexpr size_t kShownCommand = 200;  // bytes

wire::Problem StepProblem(const wire::StepResult& result, const std::vector<wire::Step>& steps) {
  const std::string command = result.step < steps.size() ? Join(steps[result.step].argv, " ")
                                                         : "step " + std::to_string(result.step);
  const std::string how =
      result.timed_out ? "took too long" : "exit code " + std::to_string(result.exit_code);
  return {.path = "/",
          .reason = wire::ProblemReason::kOther,
          .message = "step failed: " + command.substr(0, kShownCommand) + ": " + how +
                     "; it runs again with the next batch"};
}

}  // namespace

void Hub::OnConfigure(const wire::Configure& configure) {
  const Result<bool> changed = confirmed_.SetConfigure(configure);
  if (!changed.ok()) {
    return Refuse(*pusher_, wire::RejectReason::kShuttingDown, changed.status().ToString());
  }
  if (*changed && supervisor_) Reply(*supervisor_, confirmed_.state().configure);
}

void Hub::OnSumsRequest(PeerId peer, const wire::SumsRequest& request) {
  for (const Digest& content : request.contents) {
    ReplySums(peer, content, confirmed_.SumsOf(content));
  }
}

void Hub::OnSumsRequest(PeerId peer, const wire::RangeSumsRequest& request) {
  for (const wire::ContentRange& range : request.ranges) {
    ReplySums(peer, range.content, confirmed_.SumsOf(range));
  }
}

/// Content that can't be read is as good as not there: the client sends what it wants whole.
void Hub::ReplySums(PeerId peer, const Digest& content, Result<wire::BlockSums> sums) {
  wire::BlockSums blocks = sums.ok() ? *std::move(sums) : wire::BlockSums{};
  Reply(peer, wire::SumsReply{.content = content, .blocks = std::move(blocks)});
}

void Hub::OnBatchMessage(PeerId peer, const wire::Message& message) {
  const auto* begin = std::get_if<wire::BatchBegin>(&message);
  const auto* end = std::get_if<wire::BatchEnd>(&message);
  if (begin != nullptr && !receiving_) {
    receiving_ = Receiving{.peer = peer,
                           .number = begin->number,
                           .began = clock_.Now(),
                           .reader = confirmed_.NewReader()};
  }
  if (!receiving_ || (begin != nullptr && receiving_->reader == nullptr)) {
    return Refuse(peer, wire::RejectReason::kProtocol,
                  "a piece of a batch came outside of any batch");
  }
  if (receiving_->reader == nullptr) {
    if (end != nullptr) receiving_.reset();
    return;
  }
  if (end != nullptr) {
    ReplyProgress(receiving_->number, {.peer = peer, .began = receiving_->began},
                  wire::Phase::kReceived);
  }
  Result<sync::BatchReader::Outcome> outcome = receiving_->reader->OnMessage(message);
  if (!outcome.ok()) return OnBatchFailure(outcome.status(), end != nullptr);
  OnBatchOutcome(*std::move(outcome), end != nullptr);
}

void Hub::OnBatchOutcome(sync::BatchReader::Outcome outcome, bool ended) {
  if (std::holds_alternative<std::monostate>(outcome)) return;
  if (auto* ahead = std::get_if<std::vector<wire::Prepare>>(&outcome)) {
    return TellAhead(std::move(*ahead));
  }
  receiving_->reader.reset();
  if (auto* staged = std::get_if<sync::StagedBatch>(&outcome)) {
    OnStaged(*staged);
  } else if (auto* need = std::get_if<wire::Need>(&outcome)) {
    Reply(receiving_->peer, std::move(*need));
  } else {
    wire::BatchResult refusal = std::get<wire::BatchResult>(std::move(outcome));
    refusal.tree = confirmed_.digest();
    Reply(receiving_->peer, std::move(refusal));
  }
  if (ended) receiving_.reset();
}

void Hub::TellAhead(std::vector<wire::Prepare> messages) {
  if (!supervisor_) return;
  for (wire::Prepare& message : messages) {
    outputs_.emplace_back(
        Send{.peer = *supervisor_, .message = std::move(message), .optional = true});
  }
}

void Hub::OnBatchFailure(const Status& status, bool ended) {
  if (status.code() == Code::kDataLoss || status.code() == Code::kInvalidArgument) {
    return Refuse(receiving_->peer, wire::RejectReason::kProtocol, status.message());
  }
  receiving_->reader.reset();
  ReplyResult(receiving_->peer, receiving_->number, wire::BatchOutcome::kFailed, status.ToString());
  if (ended) receiving_.reset();
}

void Hub::OnStaged(const sync::StagedBatch& batch) {
  const uint64_t number = batch.number;
  untidy_changes_ += batch.changes.size();
  rest_at_ = clock_.Now() + kRestAfter;
  const Applying applying{.peer = receiving_->peer, .began = receiving_->began};
  wire::ApplyRequest request{.number = number, .steps = batch.steps, .restart = batch.restart};
  if (const Status saved = confirmed_.Commit(batch); !saved.ok()) {
    return ReplyResult(applying.peer, number, wire::BatchOutcome::kFailed, saved.ToString());
  }
  if (supervisor_) Reply(*supervisor_, std::move(request));
  ReplyProgress(number, applying, wire::Phase::kStaged);
  if (supervisor_) {
    applying_[number] = applying;
  } else {
    ReplyResult(
        applying.peer, number, wire::BatchOutcome::kNoSupervisor,
        "the app container is not running; the batch is kept and applied before the app starts");
  }
}

void Hub::OnApplied(wire::ApplyResult result) {
  wire::CutToTold(result.problems);
  wire::CutToTold(result.steps);
  TakeProblems(result.problems, result.steps);
  if (result.number == confirmed_.state().last_batch) {
    const bool leaves = result.restarted && confirmed_.state().configure.restart.policy ==
                                                wire::RestartPolicy::kContainer;
    applied_tree_ = leaves ? Digest() : confirmed_.digest();
  }
  const auto batch = applying_.extract(result.number);
  if (!batch.empty()) {
    Reply(batch.mapped().peer, wire::BatchResult{.number = result.number,
                                                 .outcome = wire::BatchOutcome::kApplied,
                                                 .message = {},
                                                 .tree = confirmed_.digest(),
                                                 .problems = std::move(result.problems),
                                                 .steps = std::move(result.steps),
                                                 .restarted = result.restarted});
    awaiting_ready_.emplace(result.number, batch.mapped());
    outputs_.push_back(
        WatchReady{.number = result.number, .port = confirmed_.state().configure.ready_port});
  }
  untidy_ = true;
}

void Hub::OnContainerState(const wire::ContainerState& state) {
  applied_tree_ = state.tree;
  TakeProblems(state.problems, state.steps);
}

/// All that is wrong with the container: what failed before comes again with each batch.
void Hub::TakeProblems(const std::vector<wire::Problem>& problems,
                       const std::vector<wire::StepResult>& steps) {
  problems_ = problems;
  wire::CutToTold(problems_);
  for (const wire::StepResult& step : steps) {
    if (step.exit_code != 0 || step.timed_out) {
      problems_.push_back(StepProblem(step, confirmed_.state().configure.steps));
    }
  }
}

void Hub::ReplyProgress(uint64_t number, const Applying& batch, wire::Phase phase) {
  const auto elapsed =
      std::chrono::duration_cast<std::chrono::microseconds>(clock_.Now() - batch.began);
  Reply(batch.peer, wire::Progress{.number = number,
                                   .phase = phase,
                                   .elapsed_us = static_cast<uint64_t>(elapsed.count())});
}

void Hub::ReplyResult(PeerId peer, uint64_t number, wire::BatchOutcome outcome,
                      std::string message) {
  Reply(peer, wire::BatchResult{.number = number,
                                .outcome = outcome,
                                .message = std::move(message),
                                .tree = confirmed_.digest(),
                                .problems = {},
                                .steps = {},
                                .restarted = false});
}

}  // namespace hawser::agent
