// Creates events and raises the count of those that repeat.
#include "lib/kube/events.h"

#include <cstdio>
#include <nlohmann/json.hpp>
#include <utility>

#include "lib/base/digest.h"
#include "lib/base/random.h"
#include "lib/base/text.h"
#include "lib/kube/object.h"

namespace hawser::kube {
namespace {

constexpr Duration kSeriesWindow = std::chrono::minutes(6);
constexpr size_t kMaxNote = 1024;     // what the API server accepts
constexpr size_t kMaxSeries = 1024;   // remembered at once
constexpr size_t kMaxNamePart = 200;  // leaves room for the suffix within 253
constexpr size_t kOnceDigits = 32;    // 128 bits, as of a uid

const char* TypeName(Event::Type type) {
  return type == Event::Type::kNormal ? "Normal" : "Warning";
}

// At most `limit` bytes, never half a UTF-8 character.
std::string Cut(const std::string& text, size_t limit) {
  if (text.size() <= limit) return text;
  size_t end = limit;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return text.substr(0, end);
}

nlohmann::json ReferenceTo(const nlohmann::json& object) {
  nlohmann::json reference = {{"apiVersion", StringAt(object, "/apiVersion")},
                              {"kind", StringAt(object, "/kind")},
                              {"name", NameOf(object)},
                              {"uid", UidOf(object)}};
  if (const std::string ns = NamespaceOf(object); !ns.empty()) reference["namespace"] = ns;
  return reference;
}

nlohmann::json ToJson(const ObjectReference& reference) {
  nlohmann::json out = {{"apiVersion", reference.api_version},
                        {"kind", reference.kind},
                        {"namespace", reference.key.ns},
                        {"name", reference.key.name}};
  if (!reference.uid.empty()) out["uid"] = reference.uid;
  return out;
}

}  // namespace

EventRecorder::EventRecorder(Api& api, EventSource source, const Clock& clock)
    : api_(api), source_(std::move(source)), clock_(clock) {}

Status EventRecorder::Record(const nlohmann::json& regarding, const Event& event) {
  if (!event.once.empty()) return RecordOnce(regarding, event);
  const Identity identity{UidOf(regarding), event.type, event.reason, event.action, event.note};
  Series repeated;
  {
    const std::lock_guard lock(mutex_);
    DropExpiredLocked();
    const auto it = series_.find(identity);
    if (it != series_.end()) {
      it->second.last = clock_.Now();
      ++it->second.count;
      repeated = it->second;
    }
  }
  if (repeated.count == 1) return Begin(regarding, event, identity);
  const Status status = Continue(repeated);
  // The event itself expires on the server (an hour by default): start another.
  return status.code() == Code::kNotFound ? Begin(regarding, event, identity) : status;
}

Status EventRecorder::RecordOnce(const nlohmann::json& regarding, const Event& event) {
  const std::string identity = UidOf(regarding) + "\n" + event.reason + "\n" + event.once;
  const nlohmann::json object =
      Compose(regarding, event, Sha256(identity).ToHex().substr(0, kOnceDigits));
  const Status created = api_.Create(resources::kEvents, NamespaceOf(object), object).status();
  if (created.code() == Code::kAlreadyExists) return OkStatus();
  return created.Annotate("recording event " + event.reason);
}

Status EventRecorder::Begin(const nlohmann::json& regarding, const Event& event,
                            const Identity& identity) {
  const nlohmann::json object = Compose(regarding, event, RandomHex(8));
  const Result<nlohmann::json> created =
      api_.Create(resources::kEvents, NamespaceOf(object), object);
  if (!created.ok()) return created.status().Annotate("recording event " + event.reason);
  const std::lock_guard lock(mutex_);
  series_.insert_or_assign(identity, Series{KeyOf(object), clock_.Now(), 1});
  return OkStatus();
}

nlohmann::json EventRecorder::Compose(const nlohmann::json& regarding, const Event& event,
                                      const std::string& suffix) const {
  const std::string ns = NamespaceOf(regarding).empty() ? "default" : NamespaceOf(regarding);
  nlohmann::json object =
      MakeObject(resources::kEvents, {ns, Cut(NameOf(regarding), kMaxNamePart) + "." + suffix});
  object["eventTime"] = MicroTime(clock_.WallNow());
  object["type"] = TypeName(event.type);
  object["reason"] = event.reason;
  object["action"] = event.action;
  object["note"] = Cut(event.note, kMaxNote);
  object["regarding"] = ReferenceTo(regarding);
  if (event.related) object["related"] = ToJson(*event.related);
  object["reportingController"] = source_.controller;
  object["reportingInstance"] = source_.instance;
  return object;
}

Status EventRecorder::Continue(const Series& series) {
  const nlohmann::json patch = {
      {"series", {{"count", series.count}, {"lastObservedTime", MicroTime(clock_.WallNow())}}}};
  return api_.Patch(resources::kEvents, series.key, PatchType::kMerge, patch, "").status();
}

void EventRecorder::DropExpiredLocked() {
  const TimePoint now = clock_.Now();
  std::erase_if(series_,
                [&](const auto& entry) { return now - entry.second.last >= kSeriesWindow; });
  if (series_.size() >= kMaxSeries) series_.clear();
}

}  // namespace hawser::kube
