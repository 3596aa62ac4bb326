// Which workspace path goes where in the container: sync rules, first match wins, and ignores.
#include "lib/sync/workspace/rules.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <string_view>
#include <utility>

#include "lib/fs/relative_path.h"
#include "lib/sync/workspace/ignore_files.h"
#include "lib/wire/path.h"

namespace hawser::sync {

namespace {

/// Version control's own files, and what editors write beside the files they save.
constexpr std::array<std::string_view, 24> kDroppings = {"**/.git",
                                                         "**/.hg",
                                                         "**/.svn",
                                                         "**/4913",
                                                         "**/*.sw[opx]",
                                                         "**/*.swpx",
                                                         "**/*~",
                                                         "**/.#*",
                                                         "**/#*#",
                                                         "**/*.tmp.[0-9]*",
                                                         "**/.DS_Store",
                                                         "**/._*",
                                                         "**/Thumbs.db",
                                                         "**/*___jb_tmp___",
                                                         "**/*___jb_old___",
                                                         "**/.~lock.*",
                                                         "**/.goutputstream-*",
                                                         "**/*.kate-swp",
                                                         "**/.nfs[0-9]*",
                                                         "**/.fuse_hidden*",
                                                         "**/*.crswap",
                                                         "**/.hawser-*.tmp",
                                                         "**/*.hawser-pod",
                                                         "**/.watchman-cookie-*"};

/// The droppings, but for those that the workspace re-includes by the same pattern ("!.git",
/// "!**/.git").
Result<IgnoreList> Droppings(const std::vector<IgnorePattern>& general) {
  constexpr size_t kDepthPrefix = 3;
  std::vector<std::string> patterns;
  for (const std::string_view pattern : kDroppings) {
    const std::string named = "!" + std::string(pattern);
    const std::string plain = "!" + std::string(pattern.substr(kDepthPrefix));
    const bool wanted = std::any_of(general.begin(), general.end(), [&](const IgnorePattern& each) {
      return each.text == named || each.text == plain;
    });
    if (!wanted) patterns.emplace_back(pattern);
  }
  return IgnoreList::FromPatterns(patterns, "built-in patterns");
}

bool Overlap(const std::vector<Rule>& rules) {
  for (auto rule = rules.begin(); rule != rules.end(); ++rule) {
    const bool overlaps = std::any_of(std::next(rule), rules.end(), [&](const Rule& other) {
      return wire::IsInside(other.to, rule->to) || wire::IsInside(rule->to, other.to);
    });
    if (overlaps) return true;
  }
  return false;
}

/// Where the file that `rule` starts from goes when it goes into a directory.
std::string PlaceInDirectory(const Rule& rule) {
  return fs::Join(rule.to, rule.from.substr(rule.from.rfind('/') + 1));
}

}  // namespace

Result<Rules> Rules::Make(std::vector<Rule> rules, const std::vector<std::string>& general) {
  WorkspaceIgnores ignores;
  for (const std::string& pattern : general) {
    ignores.patterns.push_back({pattern, ".dockerignore or .tiltignore"});
  }
  return MakeWith(std::move(rules), std::move(ignores));
}

Result<Rules> Rules::MakeWith(std::vector<Rule> rules, WorkspaceIgnores ignores) {
  Rules made;
  HAWSER_ASSIGN_OR_RETURN(made.droppings_, Droppings(ignores.patterns));
  HAWSER_ASSIGN_OR_RETURN(made.general_, IgnoreList::FromPatterns(ignores.patterns));
  made.git_ = std::move(ignores.git);
  made.files_ = std::move(ignores.files);
  for (size_t i = 0; i < rules.size(); ++i) {
    const std::string name = "spec.sync[" + std::to_string(i) + "]";
    Result<std::string> from = fs::NormaliseRelative(rules[i].from);
    if (!from.ok()) return from.status().Annotate(name + ".from");
    rules[i].from = std::move(from).value();
    if (rules[i].into_directory && rules[i].source == SourceKind::kFile) {
      rules[i].to = PlaceInDirectory(rules[i]);
      rules[i].into_directory = false;
    }
    HAWSER_RETURN_IF_ERROR(wire::CheckPath(rules[i].to).Annotate(name + ".to"));
    Filter filter;
    HAWSER_ASSIGN_OR_RETURN(filter.own,
                            IgnoreList::FromPatterns(rules[i].ignore, name + ".ignore"));
    filter.asked_by_name = !rules[i].from.empty() && made.general_.Ignores(rules[i].from);
    made.filters_.push_back(std::move(filter));
  }
  made.overlap_ = Overlap(rules);
  made.rules_ = std::move(rules);
  return made;
}

bool Rules::GitIgnored(size_t rule, std::string_view path, bool is_directory) const {
  return rules_[rule].gitignore && git_ != nullptr &&
         git_->Ignores(path, is_directory, rules_[rule].from);
}

bool Rules::Ignores(size_t rule, std::string_view path, bool is_directory, bool wholly) const {
  const auto ignores = [&](const IgnoreList& list, std::string_view what) {
    return wholly ? list.IgnoresWholly(what) : list.Ignores(what);
  };
  const Filter& filter = filters_[rule];
  if (ignores(droppings_, path)) return true;
  if (!filter.asked_by_name && ignores(general_, path)) return true;
  if (GitIgnored(rule, path, is_directory)) return true;
  const std::string_view inside = fs::RelativeTo(path, rules_[rule].from);
  return !inside.empty() && ignores(filter.own, inside);
}

std::optional<std::string> Rules::Map(const std::string& path, bool is_directory) const {
  for (size_t i = 0; i < rules_.size(); ++i) {
    const Rule& rule = rules_[i];
    if (!fs::IsWithin(path, rule.from)) continue;
    if (is_directory && path.size() == rule.from.size()) return std::nullopt;
    if (Ignores(i, path, is_directory, false)) return std::nullopt;
    if (path.size() == rule.from.size()) {
      return rule.into_directory ? PlaceInDirectory(rule) : rule.to;
    }
    return fs::Join(rule.to, fs::RelativeTo(path, rule.from));
  }
  return std::nullopt;
}

std::string Rules::WhyIgnored(size_t rule, std::string_view path, bool is_directory) const {
  const auto by = [&](const IgnoreList& list, std::string_view what) {
    const IgnorePattern decided = list.Deciding(what).value_or(IgnorePattern{});
    return '"' + decided.text + "\" of " + decided.source;
  };
  if (droppings_.Ignores(path)) {
    return "ignored by the built-in pattern \"" +
           droppings_.Deciding(path).value_or(IgnorePattern{}).text + '"';
  }
  if (!filters_[rule].asked_by_name && general_.Ignores(path)) {
    return "ignored by " + by(general_, path);
  }
  if (GitIgnored(rule, path, is_directory)) {
    const auto decided = git_->Deciding(path, is_directory, rules_[rule].from);
    return "ignored by \"" + decided->pattern + "\" of " + decided->source;
  }
  return "ignored by " + by(filters_[rule].own, fs::RelativeTo(path, rules_[rule].from));
}

PathVerdict Rules::Explain(const std::string& path, bool is_directory) const {
  for (size_t i = 0; i < rules_.size(); ++i) {
    const Rule& rule = rules_[i];
    if (!fs::IsWithin(path, rule.from)) continue;
    std::string name = "spec.sync[" + std::to_string(i) + "]";
    if (is_directory && path.size() == rule.from.size()) {
      return {std::nullopt, "it is where " + name + " starts: what is below it goes to " + rule.to};
    }
    if (Ignores(i, path, is_directory, false)) {
      return {std::nullopt, WhyIgnored(i, path, is_directory)};
    }
    return {Map(path, is_directory), std::move(name)};
  }
  return {std::nullopt, "no rule of spec.sync covers it"};
}

bool Rules::OutdatedBy(std::string_view path, const FileStamp& stamp) const {
  if (files_ == nullptr || !IsIgnoreFile(path, rules_)) return false;
  if (const auto read = files_->find(path); read != files_->end()) return read->second != stamp;
  const size_t slash = path.rfind('/');
  return slash == path.npos || git_ == nullptr || !git_->NeverReads(path.substr(0, slash));
}

bool Rules::MadeFromTheSame(const Rules& other) const {
  const bool same_files = files_ == nullptr || other.files_ == nullptr ? files_ == other.files_
                                                                       : *files_ == *other.files_;
  return same_files && rules_ == other.rules_;
}

std::vector<std::string> Rules::Origins(const std::string& to) const {
  std::vector<std::string> origins;
  const auto add = [&](std::string origin) {
    if (std::find(origins.begin(), origins.end(), origin) == origins.end()) {
      origins.push_back(std::move(origin));
    }
  };
  for (const Rule& rule : rules_) {
    if (!wire::IsInside(to, rule.to)) continue;
    add(to == rule.to ? rule.from : fs::Join(rule.from, to.substr(rule.to.size() + 1)));
    if (rule.into_directory && to == PlaceInDirectory(rule)) add(rule.from);
  }
  return origins;
}

std::optional<size_t> Rules::RuleFor(std::string_view path) const {
  for (size_t i = 0; i < rules_.size(); ++i) {
    if (fs::IsWithin(path, rules_[i].from)) return i;
  }
  return std::nullopt;
}

bool Rules::SkipDirectory(const std::string& path) const {
  for (size_t i = 0; i < rules_.size(); ++i) {
    const Rule& rule = rules_[i];
    // The first rule that covers the directory decides for all of it that no earlier rule starts
    // from.
    if (fs::IsWithin(path, rule.from)) return Ignores(i, path, true, true);
    if (fs::IsWithin(rule.from, path)) return false;
  }
  return true;
}

}  // namespace hawser::sync
