// Questions wait by namespace; each answer goes to all who asked for the image.
#include "controller/image_questions.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace hawser::controller {

bool ImageQuestions::Counts(const Question& question) const {
  return question.answer && clock_.Now() - question.answered_at < kAnswerCounts;
}

/// Lets go of the oldest answer that nobody waits to have renewed. False when there is none.
bool ImageQuestions::MakeRoom() {
  if (questions_.size() < kMaxImages) return true;
  auto oldest = questions_.end();
  for (auto it = questions_.begin(); it != questions_.end(); ++it) {
    const Question& question = it->second;
    if (!question.answer || question.asked || !question.askers.empty()) continue;
    if (oldest == questions_.end() || question.answered_at < oldest->second.answered_at) {
      oldest = it;
    }
  }
  if (oldest == questions_.end()) return false;
  questions_.erase(oldest);
  return true;
}

Result<std::optional<ImageCommand>> ImageQuestions::Find(const std::string& image,
                                                         const kube::ObjectKey& asker) {
  const std::lock_guard lock(mutex_);
  if (!questions_.contains(image) && !MakeRoom()) {
    return ResourceExhaustedError("registries are asked about " + std::to_string(kMaxImages) +
                                  " images already; it is asked about later");
  }
  Question& question = questions_[image];
  const bool failed = question.answer && !question.answer->ok();
  if (!Counts(question)) {
    question.askers.insert(asker);
    if (question.waits_in.insert(asker.ns).second) turns_[asker.ns].push_back(image);
    asked_.notify_one();
    if (!failed) return std::optional<ImageCommand>();
  }
  if (failed) return question.answer->status();
  return std::optional<ImageCommand>(**question.answer);
}

std::optional<ImageQuestions::Next> ImageQuestions::TakeNext() {
  auto turn = turns_.upper_bound(last_);
  for (size_t looked = 0; looked < turns_.size(); ++looked, ++turn) {
    if (turn == turns_.end()) turn = turns_.begin();
    if (busy_.contains(turn->first)) continue;
    Next next{.ns = turn->first, .image = std::move(turn->second.front())};
    turn->second.pop_front();
    if (turn->second.empty()) turns_.erase(turn);
    last_ = next.ns;
    return next;
  }
  return std::nullopt;
}

bool ImageQuestions::AskNext(const Answered& answered) {
  std::unique_lock lock(mutex_);
  const std::optional<Next> next = TakeNext();
  if (!next) return false;
  Question& question = questions_[next->image];  // stays: who asked waits for it
  question.waits_in.erase(next->ns);
  if (question.asked || Counts(question)) return true;  // for another namespace
  busy_.insert(next->ns);
  question.asked = true;
  lock.unlock();
  Result<ImageCommand> answer = registries_.Lookup(next->image);
  lock.lock();
  busy_.erase(next->ns);
  question.asked = false;
  question.answer = std::move(answer);
  question.answered_at = clock_.Now();
  const std::set<kube::ObjectKey> askers = std::exchange(question.askers, {});
  asked_.notify_all();
  lock.unlock();
  for (const kube::ObjectKey& asker : askers) answered(asker);
  return true;
}

void ImageQuestions::Run(const std::stop_token& stop, const Answered& answered) {
  while (!stop.stop_requested()) {
    if (AskNext(answered)) continue;
    std::unique_lock lock(mutex_);
    asked_.wait(lock, stop, [&] {
      return std::any_of(turns_.begin(), turns_.end(),
                         [&](const auto& turn) { return !busy_.contains(turn.first); });
    });
  }
}

}  // namespace hawser::controller
