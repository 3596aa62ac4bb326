// Who is in stays in, then who was in and was put out by others; else the oldest.
#include "controller/plan/rivals.h"

#include <nlohmann/json.hpp>
#include <tuple>

#include "controller/plan/admission.h"
#include "controller/plan/contest.h"
#include "controller/plan/original.h"

namespace hawser::controller {

namespace {

using devsession::DevSession;

bool ComesBefore(const DevSession& a, const DevSession& b) {
  const bool a_waits = !ClaimsTarget(a);
  const bool b_waits = !ClaimsTarget(b);
  return std::tie(a_waits, a.created, a.name) < std::tie(b_waits, b.created, b.name);
}

}  // namespace

std::optional<DevSession> Holder(const Observed& observed) {
  const std::string injected = InjectedBy(*observed.target->object);
  if (injected == observed.session.name) return std::nullopt;
  const DevSession* first = &observed.session;
  for (const DevSession& rival : observed.rivals) {
    if (rival.name == injected) return rival;
    if (rival.deleting || rival.spec.mode != "InPlace" || WasRefused(rival)) continue;
    if (ComesBefore(rival, *first)) first = &rival;
  }
  if (first == &observed.session) return std::nullopt;
  return *first;
}

}  // namespace hawser::controller
