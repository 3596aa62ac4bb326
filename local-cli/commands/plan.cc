// hawser plan: what a push would send, and where paths go or why they do not.
#include <algorithm>
#include <filesystem>
#include <utility>

#include "lib/fs/relative_path.h"
#include "lib/sync/send/follow_up.h"
#include "local-cli/cluster/pod_trees.h"
#include "local-cli/cluster/sessions.h"
#include "local-cli/commands/command.h"
#include "local-cli/commands/open_session.h"
#include "local-cli/loop/open_workspace.h"

namespace hawser::cli {

namespace {

constexpr Duration kTreePatience = std::chrono::seconds(10);

/// What of one change travels.
PlannedPath Describe(const sync::PlannedChange& change, const sync::Snapshot& wanted,
                     const sync::Tree& confirmed, const sync::HeldContent& held) {
  PlannedPath path{.path = change.path, .source = sync::SourceOf(change, &wanted, nullptr)};
  if (change.remove) {
    path.change = "removed";
    return path;
  }
  path.change = confirmed.contains(change.path) ? "changed" : "new";
  if (!change.content) return path;
  path.size = change.entry.size;
  path.held = held.Has(change.entry.digest);
  return path;
}

/// What a push would do to a pod that holds `pod`.
void Compare(const SyncSettings& settings, const sync::Snapshot& wanted, const PodTree& pod,
             PodPlan& plan) {
  const sync::SyncPlan changes = sync::Plan(wanted.tree, pod.tree);
  sync::HeldContent held;
  held.Learn({}, pod.tree);
  for (const sync::PlannedChange& change : changes.changes) {
    plan.paths.push_back(Describe(change, wanted, pod.tree, held));
  }
  std::stable_sort(plan.paths.begin(), plan.paths.end(),
                   [](const PlannedPath& a, const PlannedPath& b) {
                     return std::pair(a.held, b.size) < std::pair(b.held, a.size);
                   });
  if (changes.empty() && !pod.fresh) return;
  const sync::Consequences after =
      sync::Follow(settings.sender.follow_up, changes, &wanted, nullptr, pod.fresh);
  for (const uint32_t step : after.steps) {
    plan.steps.push_back(settings.sender.configure.steps[step].argv);
  }
  plan.restart = after.restart;
}

PathAnswer Explain(const sync::Rules& rules, const std::string& root, const std::string& asked) {
  const Result<std::string> path = fs::NormaliseRelative(asked);
  if (!path.ok()) return {.path = asked, .why = "it is outside of the workspace"};
  std::error_code error;
  const bool directory = std::filesystem::is_directory(root + "/" + *path, error);
  sync::PathVerdict verdict = rules.Explain(*path, directory);
  return {.path = *path, .to = verdict.to.value_or(""), .why = std::move(verdict.why)};
}

}  // namespace

Status RunPlan(const PlanOptions& options, Environment& environment) {
  HAWSER_ASSIGN_OR_RETURN(const OpenedSession opened,
                          OpenSession(options.session, options.directory, environment));
  HAWSER_ASSIGN_OR_RETURN(const OpenedWorkspace workspace,
                          OpenWorkspace(opened.settings, opened.root));
  HAWSER_ASSIGN_OR_RETURN(const sync::ScanResult scan, workspace.scanner->ScanAll());
  HAWSER_ASSIGN_OR_RETURN(const std::vector<PodView> pods,
                          ListPods(*opened.cluster.api, opened.key));

  PlanReport report{.directory = opened.root,
                    .files = scan.snapshot->tree.files(),
                    .tree = scan.snapshot->digest.ToHex()};
  for (const sync::ScanProblem& problem : scan.problems) {
    report.skipped.push_back({.path = problem.path, .to = "", .why = problem.message});
  }
  for (const std::string& path : options.why) {
    report.answers.push_back(Explain(workspace.rules, opened.root, path));
  }
  SessionDialer dialer(*opened.cluster.api, opened.cluster.ways(), opened.key);
  dialer.Learn(pods);
  for (const PodView& pod : pods) {
    PodPlan& plan = report.pods.emplace_back(PodPlan{.pod = pod.name});
    const Result<PodTree> held = AskTree(dialer, opened.key, pod.name, scan.snapshot->tree,
                                         In(kTreePatience), environment.stop);
    if (held.ok()) {
      Compare(opened.settings, *scan.snapshot, *held, plan);
    } else {
      plan.error = pod.waiting.empty() ? held.status().message() : pod.waiting;
    }
  }
  environment.renderer.Show(report);
  return OkStatus();
}

}  // namespace hawser::cli
