// Columns of the sessions' table.
#include "local-cli/render/session_table.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "lib/base/text.h"
#include "local-cli/render/table.h"

namespace hawser::cli {

namespace {

using devsession::DevSession;

constexpr char kNone[] = "-";

/// When the session was last used, as far as command lines told.
std::optional<WallTime> LastUse(const DevSession& session) {
  std::optional<WallTime> last;
  const std::string pushed =
      session.status.last_sync ? session.status.last_sync->time : std::string();
  for (const std::string& text : {session.status.last_active, pushed}) {
    const Result<WallTime> time = ParseTime(text);
    if (time.ok()) last = std::max(last.value_or(*time), *time);
  }
  return last;
}

std::string Active(const DevSession& session, WallTime now) {
  const std::optional<WallTime> last = LastUse(session);
  return last ? RoughSpan(now - *last) : kNone;
}

std::string Expires(const DevSession& session, WallTime now) {
  const Result<WallTime> at = ParseTime(session.status.expires_at);
  return at.ok() ? RoughSpan(*at - now) : kNone;
}

std::string Age(const DevSession& session, WallTime now) {
  const Result<WallTime> created = ParseTime(session.created);
  return created.ok() ? RoughSpan(now - *created) : kNone;
}

std::string ReadyReason(const DevSession& session) {
  const devsession::Condition* ready = devsession::FindCondition(session.status, "Ready");
  return ready == nullptr ? kNone : Printable(ready->reason);
}

}  // namespace

std::string ConditionStatus(const devsession::DevSession& session, const std::string& type) {
  const devsession::Condition* condition = devsession::FindCondition(session.status, type);
  if (condition == nullptr) return "Unknown";
  if (condition->status == "True" || condition->reason.empty()) return Printable(condition->status);
  return Printable(condition->status + " (" + condition->reason + ")");
}

std::string TargetOf(const devsession::DevSession& session) {
  return Printable(session.spec.target.kind + "/" + session.spec.target.name);
}

std::string RoughSpan(Duration span) {
  const auto seconds =
      std::max<int64_t>(0, std::chrono::duration_cast<std::chrono::seconds>(span).count());
  if (seconds < 60) return std::to_string(seconds) + "s";
  if (seconds < 60 * 60) return std::to_string(seconds / 60) + "m";
  if (seconds < 48 * 60 * 60) return std::to_string(seconds / 60 / 60) + "h";
  return std::to_string(seconds / 60 / 60 / 24) + "d";
}

std::string SessionTable(const SessionList& list) {
  std::vector<std::string> header = {"NAME",   "OWNER", "TARGET", "MODE",   "READY",
                                     "SYNCED", "PODS",  "ACTIVE", "EXPIRES"};
  if (list.ns.empty()) header.insert(header.begin(), "NAMESPACE");
  if (list.wide) header.insert(header.end(), {"REASON", "AGE"});
  std::vector<std::vector<std::string>> rows;
  for (const DevSession& session : list.sessions) {
    std::vector<std::string> row = {Printable(session.name),
                                    Printable(session.spec.owner),
                                    TargetOf(session),
                                    session.spec.mode,
                                    ConditionStatus(session, "Ready"),
                                    ConditionStatus(session, "Synced"),
                                    std::to_string(session.status.pods.size()),
                                    Active(session, list.now),
                                    Expires(session, list.now)};
    if (list.ns.empty()) row.insert(row.begin(), Printable(session.ns));
    if (list.wide) row.insert(row.end(), {ReadyReason(session), Age(session, list.now)});
    rows.push_back(std::move(row));
  }
  return FormatTable(header, rows);
}

}  // namespace hawser::cli
