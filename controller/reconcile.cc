// One reconcile of one session.
#include "controller/reconcile.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "controller/plan/idle.h"
#include "controller/plan/names.h"

namespace hawser::controller {

namespace {

/// How long a session is left alone that waits for something no watch shows: a name that becomes
/// free, a registry that answers.
constexpr Duration kLookAgainUnsettled = std::chrono::minutes(1);
/// How long one that needs nothing is left alone. What is looked for is a deleted Secret, since
/// Secrets are not watched: one read a look.
constexpr Duration kLookAgain = std::chrono::minutes(15);
/// By how much that differs between sessions, so that those of one restart drift apart.
constexpr int kLookSpreadSeconds = 600;

Duration LookAgain(const Plan& plan, const devsession::DevSession& session) {
  const Verdicts& verdicts = plan.verdicts;
  const bool refused = verdicts.admitted && !verdicts.admitted->IsTrue();
  const bool exposed = !verdicts.exposed || verdicts.exposed->IsTrue();
  const bool settled =
      verdicts.agent_injected.IsTrue() && verdicts.ports_served.IsTrue() && exposed;
  if (!refused && !settled) {
    return kLookAgainUnsettled;
  }
  const auto spread = static_cast<int>(std::hash<std::string>{}(session.uid) % kLookSpreadSeconds);
  return kLookAgain + std::chrono::seconds(spread);
}

Verdicts WithoutAddress(Verdicts verdicts, const char* reason, const Status& failure) {
  if (verdicts.exposed) verdicts.exposed = Verdict::False({reason, failure.ToString()});
  verdicts.url.clear();
  return verdicts;
}

Verdicts WithoutPorts(Verdicts verdicts, const Status& failure) {
  verdicts.ports.clear();
  return WithoutAddress(std::move(verdicts), reason::kNotServed, failure);
}

/// The verdicts when acting on the plan failed, other than by a race that the next look settles.
Verdicts WithFailure(Verdicts verdicts, const Observed& observed, const Status& failure) {
  verdicts.agent_injected = Verdict::False({reason::kApplyFailed, failure.ToString()});
  verdicts.agents_ready = Verdict::False({reason::kNotInjected, failure.ToString()});
  verdicts.ports_served = verdicts.agents_ready;
  verdicts.undone = observed.session.status.undone;
  verdicts.awake = AwakeAsReported(observed);
  return WithoutPorts(std::move(verdicts), failure);
}

/// The verdicts when all went well but the Service.
Verdicts Unserved(Verdicts verdicts, const Status& failure) {
  verdicts.ports_served = Verdict::False({reason::kApplyFailed, failure.ToString()});
  return WithoutPorts(std::move(verdicts), failure);
}

}  // namespace

SessionReconciler::SessionReconciler(kube::Api& api, Observer& observer, KeyMemory& keys,
                                     Audit& audit, const Clock& clock, PlanOptions options)
    : api_(api),
      observer_(observer),
      keys_(keys),
      audit_(audit),
      clock_(clock),
      options_(std::move(options)) {}

kube::ReconcileResult SessionReconciler::Reconcile(const kube::ObjectKey& key) {
  Result<std::optional<Observed>> seen = observer_.Observe(key);
  if (!seen.ok()) return kube::ReconcileResult::Failed(seen.status());
  if (!seen->has_value()) {
    keys_.Forget(key);
    vain_applies_.Forget(key);
    audit_.Forget(key);
    return kube::ReconcileResult::Done();
  }
  Observed& observed = **seen;
  observed.vain_apply = vain_applies_.Find(key, observed.session.uid);

  const WallTime now = clock_.WallNow();
  Plan plan = MakePlan(observed, options_, now);
  if (plan.end) return End(observed, *plan.end);
  const Result<Acted> done = Act(api_, observed, plan, options_, now);
  const Status& acted = done.status();
  if (acted.code() == Code::kAborted) return kube::ReconcileResult::Failed(acted);
  if (acted.ok()) TakeNote(*done, observed, plan, now);
  if (acted.ok()) audit_.Tell(observed, ActedEvents(observed, plan));
  if (acted.ok() && observed.session.deleting) return kube::ReconcileResult::Done();

  const Status served = acted.ok() ? ServePorts(api_, plan) : acted;
  const Status exposed = served.ok() ? ExposePorts(api_, plan) : served;
  if (exposed.code() == Code::kAborted) return kube::ReconcileResult::Failed(exposed);

  const Status reported =
      Report(observed, exposed.ok()  ? plan.verdicts
                       : served.ok() ? WithoutAddress(plan.verdicts, reason::kApplyFailed, exposed)
                       : acted.ok()  ? Unserved(plan.verdicts, served)
                                     : WithFailure(plan.verdicts, observed, acted));
  if (!exposed.ok()) return kube::ReconcileResult::Failed(exposed);
  if (!reported.ok()) return kube::ReconcileResult::Failed(reported);
  const Duration look_again = LookAgain(plan, observed.session);
  const Duration tell_again = audit_.TellReports(observed).value_or(look_again);
  return kube::ReconcileResult::After(
      std::min({plan.requeue_after.value_or(look_again), look_again, tell_again}));
}

/// Remembers what later looks need not find out anew. What an apply in vain is about is judged by
/// what there is.
void SessionReconciler::TakeNote(const Acted& acted, Observed& observed, Plan& plan, WallTime now) {
  const kube::ObjectKey key{observed.session.ns, observed.session.name};
  const std::string& uid = observed.session.uid;
  if (plan.make_keys) {
    keys_.Remember(
        key, uid, {.kind = KeysState::Kind::kValid, .expires = now + options_.keys_valid_for}, now);
  }
  if (!acted.vain_apply) return;
  vain_applies_.Remember(key, uid, *acted.vain_apply);
  observed.vain_apply = acted.vain_apply;
  plan.verdicts = MakePlan(observed, options_, now).verdicts;
}

Status SessionReconciler::Report(const Observed& observed, const Verdicts& verdicts) {
  const devsession::SessionStatus status = MakeStatus(observed, verdicts, clock_.WallNow());
  if (!StatusDiffers(*observed.object, status)) return OkStatus();
  const Status written = WriteStatus(api_, observed.session, status);
  if (written.code() == Code::kNotFound) return OkStatus();
  HAWSER_RETURN_IF_ERROR(written);
  audit_.CountRestart(observed.session.status.restarts, status.restarts);
  std::vector<kube::Event> events = Transitions(observed.session.status, status);
  NameOwner(observed, events);
  audit_.Tell(observed, events);
  return OkStatus();
}

/// The finalizer holds the session until its workload is restored.
kube::ReconcileResult SessionReconciler::End(const Observed& observed, const kube::Event& event) {
  const Status ended = EndSession(api_, observed);
  if (!ended.ok()) return kube::ReconcileResult::Failed(ended);
  audit_.Tell(observed, {event});
  return kube::ReconcileResult::Done();
}

}  // namespace hawser::controller
