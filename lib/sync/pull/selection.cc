// Carries globs through rules: what is left of a glob below the directory a rule starts from.
#include "lib/sync/pull/selection.h"

#include <algorithm>
#include <set>
#include <string_view>
#include <utility>

#include "lib/base/text.h"
#include "lib/fs/relative_path.h"
#include "lib/sync/workspace/glob.h"
#include "lib/wire/path.h"

namespace hawser::sync {

namespace {

constexpr std::string_view kSpecial = "*?[\\";

std::vector<std::string_view> PartsOf(std::string_view path) {
  if (path.empty()) return {};
  return Split(path, '/');
}

/// Adds a place in the glob, and those that a `**` there lets be reached for nothing.
void Reach(const std::vector<std::string_view>& glob, size_t at, std::set<size_t>& places) {
  while (places.insert(at).second && at < glob.size() && glob[at] == "**") ++at;
}

/// What is left of `glob` for paths below `directory`; "" stands for all of them.
std::set<std::string> Residues(std::string_view glob, std::string_view directory) {
  const std::vector<std::string_view> parts = PartsOf(glob);
  std::set<size_t> places;
  Reach(parts, 0, places);
  for (const std::string_view name : PartsOf(directory)) {
    std::set<size_t> next;
    for (const size_t place : places) {
      if (place == parts.size()) {
        next.insert(place);  // it matched a directory above
        continue;
      }
      const std::string_view part = parts[place];
      const size_t deep = part.find("**");
      if (deep == 0) Reach(parts, place, next);
      // What is left of "a**b" below its "a" is no part of it: all there is asked for.
      const bool inside = deep != std::string_view::npos && deep > 0;
      if (inside && MatchesGlob(std::string(part.substr(0, deep)) + "*", name)) return {""};
      if (MatchesGlob(part, name)) Reach(parts, place + 1, next);
    }
    places = std::move(next);
  }
  std::set<std::string> residues;
  for (const size_t place : places) {
    std::string residue;
    for (size_t i = place; i < parts.size(); ++i) residue = fs::Join(residue, parts[i]);
    residues.insert(std::move(residue));
  }
  if (residues.contains("")) return {""};
  std::erase_if(residues, [all = residues](const std::string& each) {
    return all.contains("**/" + each);  // which matches the same and more
  });
  return residues;
}

/// The leading components without wildcards become a part of the root, so that less is read.
wire::PullPattern ToPattern(const std::string& root, std::string_view residue) {
  wire::PullPattern pattern{.root = root, .glob = {}};
  bool literal = true;
  for (const std::string_view part : PartsOf(residue)) {
    literal = literal && part.find_first_of(kSpecial) == std::string_view::npos;
    std::string& into = literal ? pattern.root : pattern.glob;
    into = fs::Join(into, part);
  }
  return pattern;
}

}  // namespace

Result<PullSelection> PullSelection::Make(std::shared_ptr<const Rules> rules,
                                          const std::vector<std::string>& globs) {
  PullSelection made;
  made.rules_ = std::move(rules);
  for (const std::string& asked : globs) {
    HAWSER_RETURN_IF_ERROR(CheckGlob(asked));
    HAWSER_ASSIGN_OR_RETURN(const std::string glob, fs::NormaliseRelative(asked));
    const size_t before = made.patterns_.size();
    for (const Rule& rule : made.rules_->rules()) {
      for (const std::string& residue : Residues(glob, rule.from)) {
        made.patterns_.push_back(ToPattern(rule.to, residue));
      }
    }
    if (made.patterns_.size() == before) {
      return InvalidArgumentError("\"" + asked + "\": no rule of spec.sync covers it");
    }
    made.globs_.push_back(glob);
  }
  return made;
}

PullSelection PullSelection::With(std::shared_ptr<const Rules> rules) const {
  PullSelection made = *this;
  made.rules_ = std::move(rules);
  return made;
}

bool PullSelection::Matches(const std::string& path) const {
  return std::any_of(globs_.begin(), globs_.end(), [&](const std::string& glob) {
    if (glob.empty()) return true;
    for (size_t end = path.find('/'); end != std::string::npos; end = path.find('/', end + 1)) {
      if (MatchesGlob(glob, std::string_view(path).substr(0, end))) return true;
    }
    return MatchesGlob(glob, path);
  });
}

std::optional<std::string> PullSelection::WorkspacePath(const std::string& container) const {
  for (std::string& origin : rules_->Origins(container)) {
    if (Matches(origin) && rules_->Map(origin, false) == container) return std::move(origin);
  }
  return std::nullopt;
}

std::string EscapeGlob(const std::string& path) {
  std::string escaped;
  for (const char byte : path) {
    if (kSpecial.find(byte) != std::string_view::npos) escaped += '\\';
    escaped += byte;
  }
  return escaped;
}

bool LeadsOut(const Rules& rules, const std::string& at, const std::string& target) {
  if (target.starts_with('/')) return true;
  const Result<std::string> path = fs::NormaliseRelative(at.substr(0, at.rfind('/') + 1) + target);
  if (!path.ok()) return true;
  return std::none_of(rules.rules().begin(), rules.rules().end(),
                      [&](const Rule& rule) { return wire::IsInside("/" + *path, rule.to); });
}

}  // namespace hawser::sync
