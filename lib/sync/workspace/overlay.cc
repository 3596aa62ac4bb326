// Decides from the top down, so that what is above a path is known before it.
#include "lib/sync/workspace/overlay.h"

#include <cassert>
#include <optional>
#include <string_view>

#include "lib/fs/relative_path.h"
#include "lib/wire/path.h"

namespace hawser::sync {

namespace {

bool IsInTheWay(const std::optional<Entry>& entry) {
  return entry.has_value() && entry->kind != EntryKind::kDirectory;
}

/// False for what could not be read, unless an older content of it is known.
bool IsWhole(const FileIndex::Known& known) {
  if (known.problem.empty()) return true;
  const bool read = known.entry.kind == EntryKind::kFile && !known.entry.digest.IsZero();
  return read || known.entry.kind == EntryKind::kDirectory;
}

std::string_view KindWord(EntryKind kind) {
  switch (kind) {
    case EntryKind::kDirectory:
      return "directory";
    case EntryKind::kSymlink:
      return "symbolic link";
    case EntryKind::kFile:
      break;
  }
  return "file";
}

/// A workspace path and where its rule takes it.
struct Taken {
  std::string origin;
  std::string container;
};

}  // namespace

/// One call of Choose.
class Overlay::Round {
 public:
  Round(Overlay& overlay, const Rules& rules, const Tree& before)
      : overlay_(overlay), rules_(rules), before_(before) {}

  TreeEdits Run(const std::set<std::string>& changed) {
    auto next = changed.begin();
    while (next != changed.end() || !again_.empty()) {
      if (again_.empty() || (next != changed.end() && *next <= *again_.begin())) {
        again_.erase(*next);
        Decide(*next++);
      } else {
        Decide(again_.extract(again_.begin()).value());
      }
    }
    return std::move(edits_);
  }

 private:
  using Chosen = FileIndex::Files::const_iterator;

  void Decide(const std::string& container) {
    std::optional<Entry>& entry =
        edits_.emplace_hint(edits_.end(), container, std::nullopt)->second;
    const std::vector<std::string> origins = rules_.Origins(container);
    Reasons left_out;
    const Chosen chosen = Choose(container, origins, left_out);
    const std::string origin_before = rules_.overlap() ? OriginBefore(container, origins) : "";
    if (chosen != overlay_.files_.end()) {
      const std::string above = rules_.overlap() ? InTheWayOf(container) : std::string();
      if (above.empty()) {
        entry = chosen->second.entry;
        overlay_.SetException(container, chosen->first, chosen->first == origins.front());
      } else {
        left_out = {Hidden({chosen->first, container}, above)};
      }
    }
    overlay_.SetLeftOut(container, std::move(left_out));
    if (!rules_.overlap()) return;
    const std::optional<Entry> before = before_.Find(container);
    if (!IsInTheWay(before)) {
      if (IsInTheWay(entry)) Hide(container);
    } else if (!IsInTheWay(entry) || entry->kind != before->kind ||
               chosen->first != origin_before) {
      DecideAgainAboutHidden(container);
    }
  }

  std::string OriginBefore(const std::string& container,
                           const std::vector<std::string>& origins) const {
    const auto exception = overlay_.exceptions_->find(container);
    if (exception != overlay_.exceptions_->end()) return exception->second;
    return origins.empty() ? "" : origins.front();
  }

  /// Of the files that go to `container` the first by rule. Adds why others are left out.
  Chosen Choose(const std::string& container, const std::vector<std::string>& origins,
                Reasons& left_out) const {
    const FileIndex::Files& files = overlay_.files_;
    Chosen chosen = files.end();
    for (const std::string& origin : origins) {
      const auto known = files.find(origin);
      if (known == files.end() || known->second.goes.Of(origin) != container) continue;
      if (!IsWhole(known->second)) continue;
      if (chosen == files.end()) {
        chosen = known;
      } else if (IsInTheWay(chosen->second.entry) || IsInTheWay(known->second.entry)) {
        left_out.insert(WhyLeftOut({origin, container}, chosen, container));
      }
    }
    return chosen;
  }

  /// The path above `container` that is no directory; "" when there is none.
  std::string InTheWayOf(const std::string& container) const {
    for (std::string above = wire::ParentOf(container); !above.empty();
         above = wire::ParentOf(above)) {
      const auto edit = edits_.find(above);
      const std::optional<Entry> entry = edit == edits_.end() ? before_.Find(above) : edit->second;
      if (IsInTheWay(entry)) return above;
      // What is above a directory that stands there is a directory too.
      if (entry.has_value()) break;
    }
    return "";
  }

  /// Why nothing stands at a place below `above`: said of all that its rule takes to or below that.
  Reasons::value_type Hidden(const Taken& hidden, const std::string& above) const {
    const Rule& rule = rules_.rules()[rules_.RuleFor(hidden.origin).value_or(0)];
    Taken all{rule.from, rule.to};
    if (wire::IsInside(above, rule.to) && above != rule.to) {
      all = {fs::Join(rule.from, above.substr(rule.to.size() + 1)), above};
    }
    Reasons unused;
    return WhyLeftOut(all, Choose(above, rules_.Origins(above), unused), above);
  }

  Reasons::value_type WhyLeftOut(const Taken& left_out, Chosen there,
                                 const std::string& container) const {
    assert(there != overlay_.files_.end());
    const std::string below = left_out.container == container ? "" : ", below " + container;
    return {left_out.origin.empty() ? "." : left_out.origin,
            "is left out: " + NameOfRule(left_out.origin) + " takes it to " + left_out.container +
                below + ", where " + NameOfRule(there->first) + " takes the " +
                std::string(KindWord(there->second.entry.kind)) + " " + there->first +
                "; rename one of them, or have its rule ignore it"};
  }

  std::string NameOfRule(const std::string& origin) const {
    return "spec.sync[" + std::to_string(rules_.RuleFor(origin).value_or(0)) + "]";
  }

  void Hide(const std::string& container) {
    const std::string below = container + '/';
    for (TreeIterator at = before_.From(below); at != nullptr && at->first.starts_with(below);
         ++at) {
      again_.insert(at->first);
    }
  }

  /// It may come back, or is hidden by something else now.
  void DecideAgainAboutHidden(const std::string& container) {
    const std::string below = container + '/';
    for (auto at = overlay_.left_out_.lower_bound(below);
         at != overlay_.left_out_.end() && at->first.starts_with(below); ++at) {
      again_.insert(at->first);
    }
  }

  Overlay& overlay_;
  const Rules& rules_;
  const Tree& before_;
  TreeEdits edits_;
  std::set<std::string> again_;  ///< what else is to be decided about
};

TreeEdits Overlay::Choose(const Rules& rules, const FileIndex::Changes& changes,
                          const Tree& before) {
  for (const std::string& path : changes.paths) NoteFile(path);
  return Round(*this, rules, before).Run(changes.containers);
}

void Overlay::NoteFilesAgain() {
  problems_.clear();
  for (const auto& [path, known] : files_) {
    if (!known.problem.empty()) NoteFile(path);
  }
}

std::vector<ScanProblem> Overlay::problems() const {
  Reasons all(problems_.begin(), problems_.end());
  for (const auto& [reason, places] : told_) all.insert(reason);
  std::vector<ScanProblem> problems;
  for (const auto& [path, message] : all) problems.push_back({path, message});
  return problems;
}

void Overlay::NoteFile(const std::string& path) {
  const auto known = files_.find(path);
  if (known == files_.end() || known->second.problem.empty() || !known->second.goes.exists()) {
    problems_.erase(path);
  } else {
    problems_[path] = known->second.problem;
  }
}

void Overlay::SetLeftOut(const std::string& container, Reasons now) {
  if (now.empty() && left_out_.empty()) return;
  if (const auto before = left_out_.extract(container); !before.empty()) {
    for (const auto& reason : before.mapped()) {
      const auto told = told_.find(reason);
      if (--told->second == 0) told_.erase(told);
    }
  }
  if (now.empty()) return;
  for (const auto& reason : now) ++told_[reason];
  left_out_.emplace(container, std::move(now));
}

/// Remembers where a container path comes from when that is not where the rules say first.
void Overlay::SetException(const std::string& container, const std::string& origin, bool by_rule) {
  const auto known = exceptions_->find(container);
  if (by_rule ? known == exceptions_->end()
              : known != exceptions_->end() && known->second == origin) {
    return;
  }
  // Snapshots share the map: it is copied once a scan, if at all.
  auto changed = exceptions_.use_count() == 1 ? exceptions_
                                              : std::make_shared<Sources::Exceptions>(*exceptions_);
  if (by_rule) {
    changed->erase(container);
  } else {
    (*changed)[container] = origin;
  }
  exceptions_ = std::move(changed);
}

}  // namespace hawser::sync
