// A push without links, pods or cluster: what it is told, and what it asks for.
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "local-cli/loop/push_machine.h"

namespace hawser::cli {

inline constexpr TimePoint kPushStart{std::chrono::hours(1)};

template <typename Kind>
std::vector<Kind> Select(const PushMachine::Actions& actions) {
  std::vector<Kind> selected;
  for (const PushAction& action : actions) {
    if (const auto* chosen = std::get_if<Kind>(&action)) selected.push_back(*chosen);
  }
  return selected;
}

template <typename Kind>
std::vector<Kind> Shown(const PushMachine::Actions& actions) {
  std::vector<Kind> shown;
  for (const Event& event : Select<Event>(actions)) {
    if (const auto* chosen = std::get_if<Kind>(&event)) shown.push_back(*chosen);
  }
  return shown;
}

/// Each is newer than those before.
inline sync::SnapshotPtr MakeSnapshot(const std::string& content) {
  static uint64_t snapshots = 0;
  auto snapshot = std::make_shared<sync::Snapshot>();
  snapshot->id = ++snapshots;
  snapshot->digest = Sha256(content);
  return snapshot;
}

inline PodView Running(const std::string& name) {
  return {.name = name, .uid = "uid-" + name, .agent_running = true};
}

class PushMachineTest : public ::testing::Test {
 protected:
  PushMachine Make(bool watch) {
    PushMachineOptions options{
        .watch = watch, .timeline = true, .give_up_at = kPushStart + std::chrono::seconds(60)};
    if (watch) options.give_up_at = kNoDeadline;
    options.session.name = "api";
    options.session.generation = 1;
    return PushMachine(options);
  }

  static PushMachine::Actions News(PushMachine& machine, const std::string& pod, LinkNews news) {
    return machine.Step(LinkEvent{.pod = pod, .uid = "uid-" + pod, .news = std::move(news)},
                        kPushStart);
  }

  static PushMachine::Actions Scan(PushMachine& machine, const sync::SnapshotPtr& snapshot) {
    return machine.Step(Scanned{sync::ScanResult{.snapshot = snapshot}}, kPushStart);
  }

  /// What an agent says that has applied the tree of `snapshot`.
  static LinkRuns Applied(const sync::SnapshotPtr& snapshot) {
    return {{.app = wire::AppState::kRunning,
             .tree = snapshot->digest,
             .last_batch = 7,
             .applied_tree = snapshot->digest}};
  }

  static sync::Report MakeReport(TimePoint seen, bool restarted) {
    sync::Report report;
    report.report.result = {.number = 1, .restarted = restarted};
    report.report.timeline.seen = seen;
    report.report.timeline.applied = seen + std::chrono::milliseconds(5);
    report.report.files = 1;
    report.report.cost.wire_bytes = 70;
    return report;
  }
};

}  // namespace hawser::cli
