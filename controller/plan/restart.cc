// Takes requests up, hands them on and follows them to their end.
#include "controller/plan/restart.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <nlohmann/json.hpp>

#include "controller/plan/names.h"
#include "controller/plan/original.h"
#include "controller/plan/pods.h"
#include "lib/base/digest.h"
#include "lib/base/text.h"
#include "lib/kube/object.h"

namespace hawser::controller {

namespace {

using devsession::Restarts;
using nlohmann::json;

constexpr size_t kMaxToken = 63;
constexpr size_t kMaxPending = 1024;

/// A value as the status keeps it: short plain ones as they are, all others by their digest.
std::string Token(const std::string& value) {
  const bool plain = std::all_of(value.begin(), value.end(), [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '.' || c == '_' || c == '-' || c == ':' || c == '+';
  });
  if (plain && value.size() <= kMaxToken) return value;
  return "sha256:" + Sha256(value).ToHex().substr(0, 32);
}

std::string AnnotationToken(const devsession::DevSession& session) {
  const auto found = session.annotations.find(devsession::kRestartAnnotation);
  return found == session.annotations.end() ? std::string() : Token(found->second);
}

/// Takes note of the values that ask; true when one of them is new. One that was taken away is no
/// request, nor is its return.
bool NoteValues(const devsession::DevSession& session, Restarts& restarts) {
  bool news = false;
  const auto note = [&](const std::string& now, std::string& before) {
    if (now.empty() || now == before) return;
    before = now;
    news = true;
  };
  note(AnnotationToken(session), restarts.annotation);
  note(Token(session.spec.restart.request), restarts.spec);
  return news;
}

/// Of the session itself, not of another that had its name.
std::string SessionMark(const devsession::DevSession& session) {
  return "." + Sha256(session.uid).ToHex().substr(0, 12);
}

std::string RequestId(const devsession::DevSession& session, const Restarts& restarts) {
  return std::to_string(restarts.requested) + SessionMark(session);
}

/// True for a request of this session that was taken up after `restarts`: then these are of an old
/// look.
bool IsLater(const std::string& id, const devsession::DevSession& session,
             const Restarts& restarts) {
  const std::string number = id.substr(0, id.find('.'));
  uint64_t asked = 0;
  std::from_chars(number.data(), number.data() + number.size(), asked);
  return asked > restarts.requested && id == number + SessionMark(session);
}

std::string CountOf(size_t count) {
  return count == 1 ? "1 pod" : std::to_string(count) + " pods";
}

/// True when the pod was made with the volume by which its agent sees requests.
bool TakesRequests(const json& pod) {
  const json* volumes = kube::Find(pod, "/spec/volumes");
  return volumes != nullptr && std::any_of(volumes->begin(), volumes->end(), [](const json& each) {
           return kube::StringAt(each, "/name") == kPodInfoVolume;
         });
}

/// Ends the request that is under way.
void Close(const char* why, std::string message, Restarts& restarts) {
  restarts.reason = why;
  restarts.message = std::move(message);
  restarts.pending.clear();
  if (!IsRestartRefusal(restarts.reason)) ++restarts.handled;
}

/// Decides which pods a new request is for.
void Address(const std::vector<kube::ObjectPtr>& pods, const std::string& session,
             Restarts& restarts) {
  restarts.pending.clear();
  for (const kube::ObjectPtr& pod : pods) {
    if (TakesRequests(*pod) && restarts.pending.size() < kMaxPending) {
      restarts.pending.push_back(kube::UidOf(*pod));
    }
  }
  if (pods.empty()) {
    return Close(reason::kNoPods, "no pod runs; those that come start anew", restarts);
  }
  if (!restarts.pending.empty()) return;
  Close(reason::kAgentTooOld,
        "the pods were made by an earlier version, whose agent takes no requests; set "
        "spec.restart.policy to Rollout and ask again, or run: hawser restart " +
            session,
        restarts);
}

Restarts TakeUp(const Observed& observed, Restarts restarts, WallTime now) {
  const devsession::DevSession& session = observed.session;
  ++restarts.requested;
  restarts.last_time = FormatTime(now);
  restarts.policy = session.spec.restart.policy;
  restarts.reason = reason::kRestartRequested;
  restarts.message = "taken up";
  if (restarts.policy == "Never") {
    Close(reason::kPolicyNever,
          "spec.restart.policy is Never; set it to Process, Container or Rollout and ask again, or "
          "run: hawser restart " +
              session.name,
          restarts);
  } else if (restarts.policy != "Rollout") {
    Address(LivePods(observed.pods), session.name, restarts);
  }
  return restarts;
}

std::string RequestText(const devsession::Restart& rule, const Restarts& restarts,
                        const std::string& id, uint32_t restart_count) {
  const auto grace = std::chrono::duration_cast<std::chrono::milliseconds>(rule.grace);
  return "id=" + id + " policy=" + restarts.policy + " signal=" + rule.signal +
         " grace=" + std::to_string(grace.count()) + "ms restarts=" + std::to_string(restart_count);
}

/// The value of one word of a request's text, or "".
std::string WordOf(const std::string& text, const std::string& key) {
  for (const std::string_view word : Split(text, ' ')) {
    if (word.starts_with(key + "=")) return std::string(word.substr(key.size() + 1));
  }
  return {};
}

/// Follows a request that goes through the agents of single pods.
class AgentRequest {
 public:
  AgentRequest(const Observed& observed, RestartPlan& plan)
      : session_(observed.session),
        restarts_(*plan.status),
        plan_(plan),
        id_(RequestId(observed.session, restarts_)),
        pods_(LivePods(observed.pods)),
        app_(AppContainerName(observed)) {}

  void Follow() {
    std::vector<std::string> pending;
    for (const kube::ObjectPtr& pod : pods_) {
      const auto& asked = restarts_.pending;
      if (std::find(asked.begin(), asked.end(), kube::UidOf(*pod)) == asked.end()) continue;
      if (!IsDone(*pod)) pending.push_back(kube::UidOf(*pod));
    }
    restarts_.pending = std::move(pending);
    if (restarts_.pending.empty()) return Finish();
    restarts_.message = CountOf(restarts_.pending.size()) + " still to restart";
  }

 private:
  bool IsContainer() const { return restarts_.policy == "Container"; }

  /// True when as much happened in this pod as can be seen from here; asks it when nothing did.
  bool IsDone(const json& pod) {
    const std::string text = kube::AnnotationOf(pod, kRestartRequestAnnotation);
    const uint32_t count = RestartsOf(pod, app_);
    const std::string asked = WordOf(text, "id");
    if (IsLater(asked, session_, restarts_)) return true;  // this look is an old one
    if (asked == id_) {
      return !IsContainer() || std::to_string(count) != WordOf(text, "restarts");
    }
    plan_.requests.push_back({.pod = kube::KeyOf(pod),
                              .uid = kube::UidOf(pod),
                              .version = kube::ResourceVersionOf(pod),
                              .id = id_,
                              .text = RequestText(session_.spec.restart, restarts_, id_, count)});
    return false;
  }

  void Finish() {
    size_t told = 0;
    size_t old = 0;
    for (const kube::ObjectPtr& pod : pods_) {
      const std::string text = kube::AnnotationOf(*pod, kRestartRequestAnnotation);
      told += WordOf(text, "id") == id_ ? 1 : 0;
      old += TakesRequests(*pod) ? 0 : 1;
    }
    std::string message = IsContainer() ? "the app's container restarted in " + CountOf(told)
                                        : "handed to the agents of " + CountOf(told) +
                                              ", which restart the process; hawser status shows it";
    if (old > 0) message += "; not in " + CountOf(old) + " of an earlier version";
    Close(IsContainer() ? reason::kContainerRestarted : reason::kHandedOver, std::move(message),
          restarts_);
  }

  const devsession::DevSession& session_;
  Restarts& restarts_;
  RestartPlan& plan_;
  const std::string id_;
  const std::vector<kube::ObjectPtr> pods_;
  const std::string app_;
};

/// The rollout that the workload's template was stamped with last, if that is this session's.
std::string LiveRollout(const Observed& observed) {
  const json* workload = OwnWorkload(observed);
  if (workload == nullptr || SessionLabelOf(*workload) != observed.session.name) return {};
  const json* annotations = kube::Find(*workload, "/spec/template/metadata/annotations");
  if (annotations == nullptr || !annotations->is_object()) return {};
  const auto found = annotations->find(kRolloutAnnotation);
  return found != annotations->end() && found->is_string() ? found->get<std::string>() : "";
}

void FollowRollout(const Observed& observed, RestartPlan& plan) {
  Restarts& restarts = *plan.status;
  const std::string id = RequestId(observed.session, restarts);
  if (IsLater(plan.rollout, observed.session, restarts)) return;
  const bool stamped = plan.rollout == id;
  plan.rollout = id;
  const std::vector<kube::ObjectPtr> pods = LivePods(observed.pods);
  const auto old = std::count_if(pods.begin(), pods.end(), [&](const kube::ObjectPtr& pod) {
    return kube::AnnotationOf(*pod, kRolloutAnnotation) != id;
  });
  const json* workload = OwnWorkload(observed);
  if (!stamped || old > 0 || static_cast<int64_t>(pods.size()) < WantedPods(*workload)) {
    restarts.message = "the pods are being replaced";
    return;
  }
  Close(reason::kRolledOut, CountOf(pods.size()) + " replaced", restarts);
}

}  // namespace

bool IsRestartRefusal(const std::string& reason) {
  return reason == reason::kPolicyNever || reason == reason::kAgentTooOld;
}

RestartPlan PlanRestart(const Observed& observed, WallTime now) {
  const devsession::SessionStatus& reported = observed.session.status;
  RestartPlan plan{.status = reported.restarts, .rollout = LiveRollout(observed)};
  Restarts restarts = reported.restarts.value_or(Restarts{});
  if (NoteValues(observed.session, restarts)) {
    // What a session begins with asks for nothing.
    if (reported.observed_generation == 0) {
      restarts.reason = reason::kNotRequested;
      plan.status = std::move(restarts);
    } else {
      plan.status = TakeUp(observed, std::move(restarts), now);
    }
  } else if (restarts.reason == reason::kRestartRequested) {
    if (restarts.policy == "Rollout") {
      FollowRollout(observed, plan);
    } else {
      AgentRequest(observed, plan).Follow();
    }
  }
  return plan;
}

}  // namespace hawser::controller
