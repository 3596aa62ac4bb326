// Checks of values that several messages have.
#include "lib/wire/field_checks.h"

#include "lib/wire/limits.h"
#include "lib/wire/path.h"

namespace hawser::wire {

namespace {

Status CheckMode(const Entry& entry) {
  return entry.mode > 0777 ? BadField("mode", "has bits beyond 0777") : OkStatus();
}

Status CheckFile(const Entry& entry) {
  if (entry.digest.IsZero()) return BadField("digest", "of a file is zero");
  if (!entry.target.empty()) return BadField("target", "is set on a file");
  return CheckMode(entry);
}

Status CheckDirectory(const Entry& entry) {
  if (entry.size != 0 || !entry.digest.IsZero())
    return BadField("size or digest", "is set on a directory");
  if (!entry.target.empty()) return BadField("target", "is set on a directory");
  return CheckMode(entry);
}

Status CheckSymlink(const Entry& entry) {
  if (entry.mode != 0 || entry.mtime_ns != 0)
    return BadField("mode or mtime", "is set on a symlink");
  if (entry.size != 0 || !entry.digest.IsZero())
    return BadField("size or digest", "is set on a symlink");
  if (entry.target.empty() || entry.target.size() > kMaxTarget)
    return BadField("target", "must have 1 to 4095 bytes");
  return CheckText(entry.target, "target");
}

}  // namespace

Status BadField(std::string_view field, std::string_view what) {
  return InvalidArgumentError(std::string(field) + " " + std::string(what));
}

Status CheckText(std::string_view text, std::string_view field) {
  return text.find('\0') == std::string_view::npos ? OkStatus()
                                                   : BadField(field, "holds a NUL byte");
}

Status CheckEntry(const Entry& entry) {
  switch (entry.kind) {
    case EntryKind::kFile:
      return CheckFile(entry);
    case EntryKind::kDirectory:
      return CheckDirectory(entry);
    case EntryKind::kSymlink:
      return CheckSymlink(entry);
  }
  return BadField("kind", "is unknown");
}

Status CheckEntries(const std::vector<PathEntry>& entries) {
  for (size_t i = 0; i < entries.size(); ++i) {
    const PathEntry& item = entries[i];
    HAWSER_RETURN_IF_ERROR(CheckPath(item.path));
    HAWSER_RETURN_IF_ERROR(CheckEntry(item.entry).Annotate(item.path));
    if (i > 0 && entries[i - 1].path >= item.path)
      return BadField("entries", "is not in path order");
  }
  return OkStatus();
}

}  // namespace hawser::wire
