// Kubernetes Events (events.k8s.io/v1): what happened to an object, with repeats folded into a
// series.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>

#include "lib/base/clock.h"
#include "lib/base/status.h"
#include "lib/kube/api.h"

namespace hawser::kube {

/// Who records, as events name it.
struct EventSource {
  std::string controller;  ///< a qualified name: "hawser.dev/controller"
  std::string instance;    ///< the pod's name
};

/// An object as events point to it.
struct ObjectReference {
  std::string api_version;
  std::string kind;
  ObjectKey key;
  std::string uid;
  bool operator==(const ObjectReference&) const = default;
};

/// One thing that happened, for people.
struct Event {
  enum class Type { kNormal, kWarning };
  Type type = Type::kNormal;
  std::string reason;                           ///< CamelCase, why: "AgentInjected"
  std::string action;                           ///< CamelCase, what was done: "Inject"
  std::string note;                             ///< a sentence; cut at 1024 bytes
  std::optional<ObjectReference> related = {};  ///< what else it is about
  /// Set for what happens once: it makes the event's name, so that whoever records it again, in
  /// another process even, finds it there. Never part of a series.
  std::string once = {};
};

/// Writes events. The same event about the same object within six minutes raises the count of
/// the first instead of making another. Thread-safe.
class EventRecorder {
 public:
  /// `api` and `clock` must outlive the recorder.
  EventRecorder(Api& api, EventSource source, const Clock& clock);

  /// Records what happened to `regarding`, an object read from the server. Blocks for one request.
  /// A failure loses only this event: callers log it and go on.
  Status Record(const nlohmann::json& regarding, const Event& event);

 private:
  struct Series {
    ObjectKey key;
    TimePoint last;
    int64_t count = 1;
  };
  using Identity = std::tuple<std::string, Event::Type, std::string, std::string, std::string>;

  Status Begin(const nlohmann::json& regarding, const Event& event, const Identity& identity);
  Status RecordOnce(const nlohmann::json& regarding, const Event& event);
  nlohmann::json Compose(const nlohmann::json& regarding, const Event& event,
                         const std::string& suffix) const;
  Status Continue(const Series& series);
  void DropExpiredLocked();

  Api& api_;
  const EventSource source_;
  const Clock& clock_;
  std::mutex mutex_;
  std::map<Identity, Series> series_;
};

}  // namespace hawser::kube
