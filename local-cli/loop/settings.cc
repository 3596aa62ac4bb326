// Maps spec.sync, steps and restart field by field.
#include "local-cli/loop/settings.h"

#include <signal.h>

#include <algorithm>
#include <filesystem>
#include <map>

#include "lib/fs/relative_path.h"
#include "lib/sync/pull/selection.h"

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

sync::Rule MakeRule(const devsession::SyncRule& spec, const std::string& workspace) {
  sync::Rule rule{.from = NormaliseSource(spec.from),
                  .to = NormaliseTarget(spec.to),
                  .ignore = spec.ignore,
                  .delete_extraneous = spec.delete_extraneous,
                  .gitignore = spec.gitignore};
  const bool into_directory = spec.to.ends_with('/');
  if (into_directory &&
      std::filesystem::is_regular_file(std::filesystem::path(workspace) / rule.from)) {
    rule.to += "/" + std::filesystem::path(rule.from).filename().string();
  }
  return rule;
}

wire::SyncRoot MakeRoot(const sync::Rule& rule, const std::string& workspace) {
  std::error_code error;
  const bool file =
      std::filesystem::is_regular_file(std::filesystem::path(workspace) / rule.from, error);
  return {.path = file ? std::filesystem::path(rule.to).parent_path().string() : rule.to,
          .delete_extraneous = rule.delete_extraneous && !file};
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
    sync::Rule rule = MakeRule(spec, workspace);
    const wire::SyncRoot root = MakeRoot(rule, workspace);
    if (root.path == "/") {
      return InvalidArgumentError("spec.sync: \"" + spec.to +
                                  "\" would sync into /; name a directory below it");
    }
    const auto same = [&](const wire::SyncRoot& other) { return other.path == root.path; };
    if (std::none_of(configure.roots.begin(), configure.roots.end(), same)) {
      configure.roots.push_back(root);
    }
    for (const std::string& glob : spec.pull) {
      settings.pull.push_back(fs::Join(sync::EscapeGlob(rule.from), glob));
    }
    settings.rules.push_back(std::move(rule));
  }
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
