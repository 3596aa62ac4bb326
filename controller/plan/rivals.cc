// Oldest wins; who is in stays in.
#include "controller/plan/rivals.h"

#include <nlohmann/json.hpp>
#include <tuple>

#include "controller/plan/original.h"

namespace hawser::controller {

namespace {

using devsession::DevSession;

bool IsOlder(const DevSession& a, const DevSession& b) {
  return std::tie(a.created, a.name) < std::tie(b.created, b.name);
}

}  // namespace

std::optional<DevSession> Holder(const Observed& observed) {
  const std::string injected = InjectedBy(*observed.target->object);
  if (injected == observed.session.name) return std::nullopt;
  const DevSession* oldest = &observed.session;
  for (const DevSession& rival : observed.rivals) {
    if (rival.name == injected) return rival;
    if (!rival.deleting && IsOlder(rival, *oldest)) oldest = &rival;
  }
  if (oldest == &observed.session) return std::nullopt;
  return *oldest;
}

}  // namespace hawser::controller
