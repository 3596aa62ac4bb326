// Compares what the command lines report with what was told, and words it.
#include "controller/plan/audit.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "controller/plan/names.h"
#include "controller/plan/plan.h"
#include "controller/plan/pods.h"
#include "lib/base/text.h"
#include "lib/kube/object.h"

namespace hawser::controller {

namespace {

using devsession::DevSession;
using nlohmann::json;

constexpr size_t kMaxWord = 128;

/// Text from outside, short and without control characters.
std::string Word(const std::string& text) {
  return Printable(text.substr(0, kMaxWord));
}

kube::ObjectReference PodReference(const std::string& ns, const std::string& name,
                                   const std::string& uid) {
  return {.api_version = "v1", .kind = "Pod", .key = {ns, name}, .uid = uid};
}

/// When the command line's part of the status was written last, by the server's clock; 0 when it
/// never was.
WallTime ReportedAt(const json& session) {
  WallTime last{};
  const json* managers = kube::Find(session, "/metadata/managedFields");
  if (managers == nullptr || !managers->is_array()) return last;
  for (const json& entry : *managers) {
    if (kube::StringAt(entry, "/manager") != devsession::kCommandLineManager) continue;
    last = std::max(last, ParseTime(kube::StringAt(entry, "/time")).value_or(WallTime{}));
  }
  return last;
}

/// The pods of which a tree is reported, and that are there under the uid that it says.
std::vector<devsession::PodStatus> ReportedPods(const Observed& observed) {
  std::vector<devsession::PodStatus> reported;
  for (const devsession::PodStatus& pod : observed.session.status.pods) {
    if (pod.tree_digest.empty()) continue;
    const auto there = [&](const kube::ObjectPtr& object) {
      return kube::NameOf(*object) == pod.name && kube::UidOf(*object) == pod.uid;
    };
    if (std::any_of(observed.pods.begin(), observed.pods.end(), there)) reported.push_back(pod);
  }
  return reported;
}

/// What the tail of a note says of the rest of the world: the pusher as far as it can be known.
std::string Reporter(const DevSession& session) {
  std::string text = "; reported by field manager " + std::string(devsession::kCommandLineManager);
  const auto& last = session.status.last_sync;
  if (last && !last->by.empty()) text += ", which calls itself " + Word(last->by);
  return text;
}

kube::Event PushEvent(const DevSession& session, const devsession::PodStatus& pod,
                      uint64_t untold) {
  std::string note = session.spec.owner + " pushed tree " + Word(pod.tree_digest) + " (batch " +
                     std::to_string(pod.batch) + ") to pod " + pod.name;
  if (untold > 0) note += ", after " + std::to_string(untold) + " that no event tells of";
  return {.reason = "Pushed",
          .action = "Push",
          .note = note + Reporter(session),
          .related = PodReference(session.ns, pod.name, pod.uid),
          .once = pod.uid + " " + std::to_string(pod.batch) + " " + pod.tree_digest};
}

/// Joins the pods' trees with the trail, pod by pod.
class PushAudit {
 public:
  PushAudit(const Observed& observed, size_t allowed, AuditPlan& plan)
      : session_(observed.session), allowed_(allowed), plan_(plan) {}

  void See(const devsession::PodStatus& pod, AuditedPod known) {
    if (known.seen_batch != pod.batch || known.seen_tree != pod.tree_digest) {
      const bool told = known.seen_batch == known.told_batch && known.seen_tree == known.told_tree;
      if (!told) Drop(known);
      known.seen_batch = pod.batch;
      known.seen_tree = pod.tree_digest;
    }
    const bool told = known.seen_batch == known.told_batch && known.seen_tree == known.told_tree;
    if (!told && plan_.pushes < allowed_) {
      plan_.events.push_back(PushEvent(session_, pod, known.untold));
      ++plan_.pushes;
      known.told_batch = known.seen_batch;
      known.told_tree = known.seen_tree;
      known.untold = 0;
    } else if (!told) {
      plan_.behind = true;
    }
    plan_.trail.pods[pod.uid] = std::move(known);
  }

 private:
  void Drop(AuditedPod& known) {
    ++known.untold;
    ++plan_.dropped;
  }

  const DevSession& session_;
  const size_t allowed_;
  AuditPlan& plan_;
};

AuditedPod ToldOf(const devsession::PodStatus& pod) {
  return {.told_batch = pod.batch,
          .told_tree = pod.tree_digest,
          .seen_batch = pod.batch,
          .seen_tree = pod.tree_digest};
}

void AddTakeOvers(const DevSession& session, const AuditTrail& before, AuditPlan& plan) {
  const AuditTrail& now = plan.trail;
  if (!before.owner.empty() && before.owner != now.owner) {
    plan.events.push_back({.reason = "OwnerChanged",
                           .action = "TakeOver",
                           .note = "spec.owner was " + before.owner + " and is " + now.owner,
                           .once = "owner " + std::to_string(session.generation)});
  }
  if (before.pusher.empty() || now.pusher.empty() || before.pusher == now.pusher) return;
  plan.events.push_back(
      {.reason = "PushTakenOver",
       .action = "TakeOver",
       .note = "pushes to the session of " + now.owner + " came from " + Word(before.pusher) +
               " and come from " + Word(now.pusher) + ", as the command lines call themselves",
       .once = "pusher " + now.pusher + " " + std::to_string(session.status.last_sync->batch)});
}

void AddDirectRestarts(const Observed& observed, uint64_t before, AuditPlan& plan) {
  const DevSession& session = observed.session;
  const auto& direct = session.status.direct_restarts;
  if (!direct || direct->count <= before) return;
  for (const kube::ObjectPtr& pod : LivePods(observed.pods)) {
    const std::string name = kube::NameOf(*pod);
    const auto& pods = direct->pods;
    if (std::find(pods.begin(), pods.end(), name) == pods.end()) continue;
    plan.events.push_back({.reason = "Restarted",
                           .action = "Restart",
                           .note = session.spec.owner +
                                   "'s session: hawser restart restarted the process in pod " +
                                   name + HeldBy(session, name),
                           .related = PodReference(session.ns, name, kube::UidOf(*pod)),
                           .once = kube::UidOf(*pod) + " direct " + std::to_string(direct->count)});
  }
}

}  // namespace

std::string HeldBy(const DevSession& session, const std::string& pod) {
  for (const devsession::PodStatus& each : session.status.pods) {
    if (each.name != pod || each.tree_digest.empty()) continue;
    return ", with tree " + Word(each.tree_digest) + " (batch " + std::to_string(each.batch) + ")";
  }
  return ", to which nothing was pushed";
}

void NameOwner(const Observed& observed, std::vector<kube::Event>& events) {
  const DevSession& session = observed.session;
  const devsession::Condition* before =
      devsession::FindCondition(session.status, condition::kAgentInjected);
  for (kube::Event& event : events) {
    if (event.reason != reason::kInjected && event.reason != reason::kCloned) continue;
    event.action = "Inject";
    event.note += ", for " + session.spec.owner;
    if (before == nullptr || before->reason != reason::kHeldByOtherSession) continue;
    event.reason = "TakenOver";
    event.action = "TakeOver";
    event.note += "; until now " + before->message.substr(0, before->message.find(';'));
  }
}

AuditPlan PlanAudit(const Observed& observed, const AuditTrail* before, WallTime since,
                    size_t allowed) {
  const DevSession& session = observed.session;
  const auto& status = session.status;
  AuditPlan plan;
  plan.trail.owner = session.spec.owner;
  if (status.last_sync) plan.trail.pusher = status.last_sync->by;
  if (status.direct_restarts) plan.trail.direct_restarts = status.direct_restarts->count;
  const bool old = before == nullptr && ReportedAt(*observed.object) < since;
  PushAudit pushes(observed, allowed, plan);
  for (const devsession::PodStatus& pod : ReportedPods(observed)) {
    AuditedPod known;
    if (old) known = ToldOf(pod);
    if (before != nullptr && before->pods.contains(pod.uid)) known = before->pods.at(pod.uid);
    pushes.See(pod, std::move(known));
  }
  if (before == nullptr) return plan;
  AddTakeOvers(session, *before, plan);
  AddDirectRestarts(observed, before->direct_restarts, plan);
  return plan;
}

std::vector<kube::Event> ActedEvents(const Observed& observed, const Plan& plan) {
  const DevSession& session = observed.session;
  std::vector<kube::Event> events;
  for (const Workload& workload : plan.restores) {
    events.push_back({.reason = "Restored",
                      .action = "Restore",
                      .note = workload.resource.kind + " " + kube::NameOf(*workload.object) +
                              " is as it was without the session of " + session.spec.owner,
                      .related = kube::ObjectReference{
                          kube::ApiVersionOf(workload.resource), workload.resource.kind,
                          kube::KeyOf(*workload.object), kube::UidOf(*workload.object)}});
  }
  for (const PodRequest& request : plan.restart.requests) {
    events.push_back({.reason = "RestartAsked",
                      .action = "Restart",
                      .note = session.spec.owner + "'s session: pod " + request.pod.name +
                              " is asked for restart " + request.id +
                              HeldBy(session, request.pod.name),
                      .related = PodReference(session.ns, request.pod.name, request.uid),
                      .once = request.uid + " " + request.id});
  }
  return events;
}

}  // namespace hawser::controller
