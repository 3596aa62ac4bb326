// Asks registries what images start, aside, so that a slow one holds up nobody but who waits for
// it.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <stop_token>
#include <string>

#include "controller/entrypoint.h"
#include "lib/base/clock.h"
#include "lib/kube/api.h"

namespace hawser::controller {

/// Keeps each answer for as long as nobody is to ask again, and lets namespaces take turns: one
/// question of each is asked at a time, so that none can keep the others waiting. Thread-safe.
class ImageQuestions final : public ImageCommands {
 public:
  /// So long an answer counts; what failed is told until there is another.
  static constexpr Duration kAnswerCounts = kAskRegistryAgain;
  /// More images at a time than sessions that are opened at once have.
  static constexpr size_t kMaxImages = 1024;

  /// Called for a session whose question was answered.
  using Answered = std::function<void(const kube::ObjectKey& asker)>;

  /// What is passed must outlive this. `registries` may block.
  ImageQuestions(ImageCommandSource& registries, const Clock& clock)
      : registries_(registries), clock_(clock) {}

  /// resource_exhausted while kMaxImages are being asked about.
  Result<std::optional<ImageCommand>> Find(const std::string& image,
                                           const kube::ObjectKey& asker) override;

  /// Asks what waits to be asked until `stop`; on several threads it is asked side by side.
  void Run(const std::stop_token& stop, const Answered& answered);
  /// Asks one question, on the calling thread; false when none is to be asked.
  bool AskNext(const Answered& answered);

 private:
  struct Question {
    std::optional<Result<ImageCommand>> answer;
    TimePoint answered_at{};
    bool asked = false;              ///< right now
    std::set<std::string> waits_in;  ///< namespaces
    std::set<kube::ObjectKey> askers;
  };
  struct Next {
    std::string ns;
    std::string image;
  };

  bool Counts(const Question& question) const;
  bool MakeRoom();
  std::optional<Next> TakeNext();

  ImageCommandSource& registries_;
  const Clock& clock_;
  std::mutex mutex_;
  std::condition_variable_any asked_;
  std::map<std::string, Question> questions_;             ///< by image
  std::map<std::string, std::deque<std::string>> turns_;  ///< images to ask, by namespace
  std::set<std::string> busy_;                            ///< namespaces that are asked for
  std::string last_;                                      ///< the namespace whose turn was last
};

}  // namespace hawser::controller
