// Host, name and port are settled in this order; an Ingress that would lead elsewhere is removed.
#include "controller/plan/expose.h"

#include <nlohmann/json.hpp>
#include <tuple>
#include <utility>

#include "controller/plan/names.h"
#include "controller/plan/own.h"
#include "lib/base/text.h"
#include "lib/devsession/preview_host.h"
#include "lib/kube/object.h"

namespace hawser::controller {

namespace {

using devsession::Expose;
using devsession::PortStatus;
using nlohmann::json;

const Workload* OwnIngress(const Observed& observed) {
  const std::string name = devsession::CloneName(observed.session.name);
  const Workload* live =
      FindOwn(observed, kube::resources::kIngresses, {observed.session.ns, name});
  return live != nullptr && Owns(observed.session, *live) ? live : nullptr;
}

void RemoveIngress(const Observed& observed, Plan& plan) {
  const Workload* own = OwnIngress(observed);
  if (own != nullptr && !kube::IsDeleting(*own->object)) plan.remove_ingress = *own;
}

/// Then the Service goes, and the address would hold a host for nothing.
bool PoliciesRefuse(const Plan& plan) {
  return plan.verdicts.admitted && !plan.verdicts.admitted->IsTrue();
}

/// The earlier has the host, as ingress controllers decide it too.
auto Age(const json& ingress) {
  return std::tuple(kube::StringAt(ingress, "/metadata/creationTimestamp"),
                    kube::NamespaceOf(ingress), kube::NameOf(ingress));
}

bool HasHost(const json& ingress, const std::string& host) {
  for (const std::string& other : HostsIn(ingress)) {
    if (other == host) return true;
  }
  return false;
}

/// "session team/api" or "Ingress team/shop".
std::string Named(const json& ingress) {
  const std::optional<kube::OwnerReference> owner = kube::ControllerOf(ingress);
  const bool session = owner && owner->kind == devsession::kKind;
  return (session ? "session " : "Ingress ") +
         Printable(kube::NamespaceOf(ingress) + "/" +
                   (session ? owner->name : kube::NameOf(ingress)));
}

std::optional<Refusal> RefuseHost(const Observed& observed, const std::string& host) {
  const Status checked = devsession::CheckHost(host);
  if (!checked.ok()) {
    return Refusal{reason::kInvalidHost, "spec.expose.host: \"" + Printable(host) + "\" " +
                                             checked.message() + "; change spec.expose.host"};
  }
  const Workload* own = OwnIngress(observed);
  const bool has_it = own != nullptr && HasHost(*own->object, host);
  for (const kube::ObjectPtr& other : observed.same_host) {
    if (has_it && Age(*own->object) < Age(*other)) continue;
    return Refusal{reason::kHostTaken,
                   "spec.expose.host: " + host + " is taken by " + Named(*other) +
                       "; choose another, perhaps with {owner}, {session} or {namespace} in it"};
  }
  return std::nullopt;
}

/// Refuses when Service or Ingress are somebody else's: the address must not lead to a stranger.
std::optional<Refusal> RefuseStrangers(const Observed& observed) {
  const kube::ObjectKey key{observed.session.ns, devsession::CloneName(observed.session.name)};
  return RefuseNames(
      observed, {{kube::resources::kServices, key, {}}, {kube::resources::kIngresses, key, {}}});
}

const PortStatus* ChoosePort(const std::vector<PortStatus>& ports, const std::string& wanted) {
  const std::string name = wanted.empty() ? "http" : wanted;
  for (const PortStatus& port : ports) {
    if (port.name == name || std::to_string(port.container) == name) return &port;
  }
  return wanted.empty() && !ports.empty() ? &ports.front() : nullptr;
}

Refusal MissingPort(const std::vector<PortStatus>& ports, const Expose& expose) {
  if (ports.empty()) {
    return {reason::kPortNotFound, "an address needs a port to lead to; name one in spec.ports"};
  }
  std::vector<std::string> names;
  for (const PortStatus& port : ports) names.push_back(port.name);
  return {reason::kPortNotFound, "spec.expose.port: the session has no port " +
                                     Printable(expose.port) + "; it has " + Join(names, ", ")};
}

json IngressOf(const Observed& observed, const std::string& host, const PortStatus& port) {
  const Expose& expose = *observed.session.spec.expose;
  const json backend = {
      {"service", {{"name", port.service}, {"port", {{"number", port.container}}}}}};
  const json path = {{"path", "/"}, {"pathType", "Prefix"}, {"backend", backend}};
  json ingress = OwnObject(kube::resources::kIngresses, observed);
  json& spec = ingress["spec"];
  spec["rules"] = json::array({{{"host", host}, {"http", {{"paths", json::array({path})}}}}});
  if (!expose.ingress_class.empty()) spec["ingressClassName"] = expose.ingress_class;
  if (!expose.tls_secret.empty()) {
    spec["tls"] =
        json::array({{{"hosts", json::array({host})}, {"secretName", expose.tls_secret}}});
  }
  return ingress;
}

/// Plans an Ingress to `port`; host and names are free.
Verdict PlanIngress(const Observed& observed, const std::string& host, const PortStatus& port,
                    Plan& plan) {
  ObjectApply apply = MakeOwnApply(kube::resources::kIngresses, IngressOf(observed, host, port));
  const bool tls = !observed.session.spec.expose->tls_secret.empty();
  plan.verdicts.url = (tls ? "https://" : "http://") + host;
  Verdict verdict =
      Verdict::True(reason::kExposed, "Ingress " + apply.key.name + " leads from " + host +
                                          " to port " + port.name + " of Service " + port.service);
  if (!IsOwnApplied(observed, apply)) {
    LockToSeen(observed, apply);
    plan.ingress = std::move(apply);
  }
  return verdict;
}

}  // namespace

std::string HostOf(const json& session) {
  return devsession::FillHost(kube::StringAt(session, "/spec/expose/host"),
                              {.owner = kube::StringAt(session, "/spec/owner"),
                               .session = kube::NameOf(session),
                               .ns = kube::NamespaceOf(session)});
}

std::vector<std::string> HostsIn(const json& ingress) {
  std::vector<std::string> hosts;
  const json* rules = kube::Find(ingress, "/spec/rules");
  if (rules == nullptr || !rules->is_array()) return hosts;
  for (const json& rule : *rules) {
    std::string host = kube::StringAt(rule, "/host");
    if (!host.empty()) hosts.push_back(std::move(host));
  }
  return hosts;
}

std::optional<Verdict> PlanExposure(const Observed& observed, Plan& plan) {
  const std::optional<Expose>& expose = observed.session.spec.expose;
  if (!expose) {
    RemoveIngress(observed, plan);
    return std::nullopt;
  }
  const std::string host = HostOf(*observed.object);
  std::optional<Refusal> refusal = RefuseHost(observed, host);
  if (!refusal) refusal = RefuseStrangers(observed);
  const Verdict& served = plan.verdicts.ports_served;
  if (!refusal && !served.IsTrue()) {
    if (PoliciesRefuse(plan)) RemoveIngress(observed, plan);
    return Verdict::False({reason::kNotServed, served.message});
  }
  const PortStatus* port = ChoosePort(plan.verdicts.ports, expose->port);
  if (!refusal && port == nullptr) refusal = MissingPort(plan.verdicts.ports, *expose);
  if (!refusal) return PlanIngress(observed, host, *port, plan);
  RemoveIngress(observed, plan);
  return Verdict::False(*refusal);
}

}  // namespace hawser::controller
