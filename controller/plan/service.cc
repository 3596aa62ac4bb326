// Ports with the names and numbers a Service must have.
#include "controller/plan/service.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "controller/plan/names.h"
#include "controller/plan/own.h"
#include "lib/kube/object.h"

namespace hawser::controller {

namespace {

using nlohmann::json;

/// As many as a session may name and its status may list.
constexpr size_t kMaxPorts = 64;

json ServicePort(const std::string& name, const json& port, const std::string& protocol) {
  return {{"name", name}, {"port", port}, {"targetPort", port}, {"protocol", protocol}};
}

/// The ports the session names, else those the copy's containers do.
json WantedPorts(const Observed& observed, const json* copy) {
  json ports = json::array();
  for (const devsession::Port& port : observed.session.spec.ports) {
    ports.push_back(ServicePort(port.name, port.container, "TCP"));
  }
  if (!ports.empty() || copy == nullptr) return ports;
  for (const json& container : (*copy)["spec"]["template"]["spec"]["containers"]) {
    if (kube::StringAt(container, "/name") == kAgentContainer) continue;
    for (const json& port : container.value("ports", json::array())) {
      ports.push_back(ServicePort(port.value("name", std::string()), port["containerPort"],
                                  port.value("protocol", std::string("TCP"))));
    }
  }
  return ports;
}

/// Each number once, and each with a name no other has: what a Service must have.
json WithNames(const json& ports) {
  std::set<std::string> names;
  std::set<std::string> numbers;
  json named = json::array();
  for (json port : ports) {
    if (named.size() == kMaxPorts) break;
    const std::string number = port["protocol"].get<std::string>() + "-" + port["port"].dump();
    if (!numbers.insert(number).second) continue;
    std::string name = port["name"].get<std::string>();
    if (name.empty() || !names.insert(name).second) {
      name = number;
      std::transform(name.begin(), name.end(), name.begin(),
                     [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
      names.insert(name);
    }
    port["name"] = name;
    named.push_back(std::move(port));
  }
  return named;
}

}  // namespace

json ServiceOf(const Observed& observed, const json* copy) {
  json ports = WithNames(WantedPorts(observed, copy));
  if (ports.empty()) return nullptr;
  const char* label = copy == nullptr ? devsession::kSessionLabel : devsession::kCloneLabel;
  json service = OwnObject(kube::resources::kServices, observed);
  service["spec"] = {{"selector", {{label, observed.session.name}}}, {"ports", std::move(ports)}};
  return service;
}

std::vector<devsession::PortStatus> PortsOf(const json& service) {
  std::vector<devsession::PortStatus> ports;
  for (const json& port : service["spec"]["ports"]) {
    const uint16_t number = port["port"].get<uint16_t>();
    const bool repeated = std::any_of(ports.begin(), ports.end(),
                                      [&](const auto& other) { return other.container == number; });
    if (repeated) continue;
    ports.push_back({.name = port["name"], .container = number, .service = kube::NameOf(service)});
  }
  return ports;
}

Verdict PlanService(const Observed& observed, Plan& plan) {
  json service = ServiceOf(observed, nullptr);
  std::vector<ObjectApply> wanted;
  if (!service.is_null()) {
    wanted.push_back(MakeOwnApply(kube::resources::kServices, std::move(service)));
  }
  DeleteOthers(observed, wanted, plan);
  if (wanted.empty()) return Verdict::True(reason::kNoPorts, "the session names no ports");
  if (auto refusal = RefuseNames(observed, wanted)) return Verdict::False(*refusal);
  ObjectApply& apply = wanted.front();
  const Verdict& injected = plan.verdicts.agent_injected;
  if (FindOwn(observed, apply.resource, apply.key) == nullptr && !injected.IsTrue()) {
    return Verdict::False({reason::kNotInjected, injected.message});
  }
  plan.verdicts.ports = PortsOf(apply.object);
  const std::string name = apply.key.name;
  if (!IsOwnApplied(observed, apply)) {
    LockToSeen(observed, apply);
    plan.service = std::move(apply);
  }
  return Verdict::True(reason::kServed, "Service " + name + " leads to the session's ports");
}

}  // namespace hawser::controller
