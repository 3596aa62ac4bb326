// Maps spec.sync, steps and restart field by field.
#include "local-cli/loop/settings.h"

#include <signal.h>

#include <algorithm>
#include <filesystem>
#include <map>

#include "lib/sync/pull/selection.h"
#include "lib/sync/workspace/glob.h"
#include "lib/sync/workspace/source_kinds.h"
#include "lib/wire/path.h"

namespace hawser::cli {

namespace {

uint32_t Millis(Duration duration) {
  const auto count = std::chrono::duration_cast<std::chrono::milliseconds>(duration).count();
  return static_cast<uint32_t>(std::clamp<int64_t>(count, 0, UINT32_MAX));
}

/// "./src/" -> "src", "." -> "".
std::string NormaliseSource(const std::string& from) {
  std::string path = std::filesystem::path(from).lexically_normal().string();
  while (path.ends_with('/')) path.pop_back();
  return path == "." ? "" : path;
}

std::string NormaliseTarget(const std::string& to) {
  std::string path = std::filesystem::path(to).lexically_normal().string();
  while (path.size() > 1 && path.ends_with('/')) path.pop_back();
  return path;
}

sync::Rule MakeRule(const devsession::SyncRule& spec) {
  return {.from = NormaliseSource(spec.from),
          .to = NormaliseTarget(spec.to),
          .ignore = spec.ignore,
          .delete_extraneous = spec.delete_extraneous,
          .gitignore = spec.gitignore,
          .into_directory = spec.to.ends_with('/')};
}

bool FillsDirectory(const sync::Rule& rule) {
  return rule.source == sync::SourceKind::kDirectory;
}

/// What is missing may be built as a directory, but nobody knows yet what belongs into it.
wire::SyncRoot MakeRoot(const sync::Rule& rule) {
  const bool beside = rule.source == sync::SourceKind::kFile && !rule.into_directory;
  return {.path = beside ? std::filesystem::path(rule.to).parent_path().string() : rule.to,
          .delete_extraneous = rule.delete_extraneous && FillsDirectory(rule)};
}

Status CheckTargets(const std::vector<sync::Rule>& rules,
                    const std::vector<devsession::SyncRule>& written) {
  for (size_t i = 0; i < rules.size(); ++i) {
    if (MakeRoot(rules[i]).path == "/") {
      return InvalidArgumentError("spec.sync: \"" + written[i].to +
                                  "\" would sync into /; name a directory below it");
    }
  }
  return OkStatus();
}

Result<uint32_t> SignalNumber(const std::string& name) {
  static const std::map<std::string, uint32_t> signals{
      {"HUP", SIGHUP},   {"INT", SIGINT},   {"QUIT", SIGQUIT}, {"KILL", SIGKILL},
      {"USR1", SIGUSR1}, {"USR2", SIGUSR2}, {"TERM", SIGTERM}, {"WINCH", SIGWINCH}};
  const auto found = signals.find(name.starts_with("SIG") ? name.substr(3) : name);
  if (found != signals.end()) return found->second;
  return InvalidArgumentError(
      "spec.restart.signal: expected HUP, INT, QUIT, KILL, USR1, USR2, TERM or WINCH, got \"" +
      name + "\"");
}

Result<wire::RestartRule> MakeRestart(const devsession::Restart& spec) {
  static const std::map<std::string, wire::RestartPolicy> policies{
      {"Never", wire::RestartPolicy::kNever},
      {"Process", wire::RestartPolicy::kProcess},
      {"Container", wire::RestartPolicy::kContainer},
      {"Rollout", wire::RestartPolicy::kRollout}};
  const auto policy = policies.find(spec.policy);
  if (policy == policies.end()) {
    return InvalidArgumentError(
        "spec.restart.policy: expected Never, Process, Container or Rollout, got \"" + spec.policy +
        "\"");
  }
  HAWSER_ASSIGN_OR_RETURN(const uint32_t signal, SignalNumber(spec.signal));
  return wire::RestartRule{
      .policy = policy->second, .signal = signal, .grace_ms = Millis(spec.grace)};
}

}  // namespace

std::vector<wire::SyncRoot> RootsOf(const std::vector<sync::Rule>& rules) {
  std::vector<wire::SyncRoot> filled;
  for (const sync::Rule& rule : rules) {
    if (FillsDirectory(rule)) filled.push_back(MakeRoot(rule));
  }
  std::vector<wire::SyncRoot> roots;
  for (const sync::Rule& rule : rules) {
    const wire::SyncRoot root = MakeRoot(rule);
    const auto holds = [&](const wire::SyncRoot& other) {
      return wire::IsInside(root.path, other.path);
    };
    // A missing one's place is its own: what is there is not another rule's to remove.
    const bool needless =
        rule.source == sync::SourceKind::kFile && std::any_of(filled.begin(), filled.end(), holds);
    const auto same = std::find_if(roots.begin(), roots.end(), [&](const wire::SyncRoot& other) {
      return other.path == root.path;
    });
    if (same != roots.end()) {
      same->delete_extraneous = same->delete_extraneous || root.delete_extraneous;
    } else if (!needless) {
      roots.push_back(root);
    }
  }
  return roots;
}

Result<SyncSettings> MakeSettings(const devsession::DevSession& session,
                                  const std::string& workspace) {
  if (session.spec.sync.empty()) {
    return FailedPreconditionError("session " + session.name +
                                   " has no spec.sync: say which directory goes where, for example "
                                   "sync: [{from: ./src, to: /app/src}]");
  }
  SyncSettings settings;
  wire::Configure& configure = settings.sender.configure;
  configure.generation = static_cast<uint64_t>(session.generation);
  for (const devsession::SyncRule& spec : session.spec.sync) {
    sync::Rule rule = MakeRule(spec);
    for (const std::string& glob : spec.pull) {
      settings.pull.push_back(sync::GlobBelow(sync::EscapeGlob(rule.from), glob));
    }
    settings.rules.push_back(std::move(rule));
  }
  sync::LookAtSources(workspace, settings.rules);
  HAWSER_RETURN_IF_ERROR(CheckTargets(settings.rules, session.spec.sync));
  configure.roots = RootsOf(settings.rules);
  for (const devsession::Step& step : session.spec.steps) {
    configure.steps.push_back({.argv = step.run, .timeout_ms = Millis(step.timeout)});
    settings.sender.follow_up.step_globs.push_back(step.on);
  }
  HAWSER_ASSIGN_OR_RETURN(configure.restart, MakeRestart(session.spec.restart));
  settings.sender.follow_up.restart_globs = session.spec.restart.on;
  settings.sender.follow_up.restarts = configure.restart.policy != wire::RestartPolicy::kNever;
  if (!session.spec.ports.empty()) configure.ready_port = session.spec.ports.front().container;
  return settings;
}

}  // namespace hawser::cli
