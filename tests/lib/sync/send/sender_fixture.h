// A sender, and the pod's side of the conversation.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "lib/sync/send/sender.h"
#include "lib/sync/tree/answer.h"
#include "tests/lib/sync/entries.h"

namespace hawser::sync {

using Actions = std::vector<Action>;

inline constexpr TimePoint kNow{std::chrono::hours(1)};

inline SnapshotPtr MakeSnapshot(Tree tree) {
  auto snapshot = std::make_shared<Snapshot>();
  snapshot->tree = std::move(tree);
  Sources::Exceptions sources;
  for (const auto& [path, entry] : snapshot->tree) sources[path] = "src" + path.substr(4);
  snapshot->sources = Sources(nullptr, std::make_shared<const Sources::Exceptions>(sources));
  snapshot->digest = snapshot->tree.digest();
  return snapshot;
}

inline SnapshotPtr Files(int count, const std::string& content = "x") {
  Tree tree;
  for (int i = 0; i < count; ++i) tree.Put("/app/" + std::to_string(i), FileEntry(content));
  return MakeSnapshot(std::move(tree));
}

template <typename T>
const T* Find(const Actions& actions) {
  for (const Action& action : actions) {
    if (const T* found = std::get_if<T>(&action)) return found;
  }
  return nullptr;
}

/// The first message of the given kind that is to be sent.
template <typename T>
const T* FindMessage(const Actions& actions) {
  for (const Action& action : actions) {
    const auto* send = std::get_if<SendMessages>(&action);
    for (size_t i = 0; send != nullptr && i < send->messages.size(); ++i) {
      if (const T* found = std::get_if<T>(&send->messages[i])) return found;
    }
  }
  return nullptr;
}

class SenderTest : public ::testing::Test {
 protected:
  /// Answers what `actions` ask about the pod's tree; the actions once the sender knows it.
  Actions TellTree(Actions actions, const Tree& tree) {
    const auto* request = FindMessage<wire::NodesRequest>(actions);
    while (request != nullptr) {
      for (const wire::NodesReply& reply : AnswerNodes(tree, *request)) {
        actions = sender_->OnMessage(reply, kNow);
      }
      request = FindMessage<wire::NodesRequest>(actions);
    }
    return actions;
  }

  SenderTest() {
    options_.configure.generation = 2;
    options_.configure.steps = {{.argv = {"install"}}, {.argv = {"build"}}};
    options_.follow_up.step_globs = {{"src/req"}, {"src/*"}};
    options_.follow_up.restart_globs = {"src/**"};
    sender_ = std::make_unique<Sender>(options_);
  }

  /// What follows; to a pod that was configured otherwise, with the configuration.
  Actions Welcome(const Digest& tree, uint64_t last_batch = 0, uint64_t generation = 2) {
    wire::Welcome welcome;
    welcome.tree = tree;
    welcome.last_batch = last_batch;
    welcome.config_generation = generation;
    Actions actions = sender_->OnWelcome(welcome, kNow);
    EXPECT_NE(FindMessage<wire::Configure>(actions), nullptr) << "told each time";
    if (generation == options_.configure.generation) actions.erase(actions.begin());
    return actions;
  }
  Actions Written() { return sender_->OnBatchWritten(BatchCost{}, kNow); }
  Actions Confirm(uint64_t number, const Digest& tree,
                  wire::BatchOutcome outcome = wire::BatchOutcome::kApplied) {
    wire::BatchResult result;
    result.number = number;
    result.outcome = outcome;
    result.tree = tree;
    return sender_->OnMessage(result, kNow);
  }
  /// A pod that confirmed `snapshot` as its first batch.
  void Sync(const SnapshotPtr& snapshot) {
    sender_->OnSnapshot(snapshot, kNow);
    ASSERT_NE(Find<SendBatch>(Welcome({})), nullptr);
    Written();
    ASSERT_NE(Find<InSync>(Confirm(1, snapshot->digest)), nullptr);
    ASSERT_TRUE(sender_->in_sync());
  }

  SenderOptions options_;
  std::unique_ptr<Sender> sender_;
};

}  // namespace hawser::sync
