// Reads a DevSession's spec and says by field what is wrong with it.
#include <algorithm>
#include <string_view>

#include "lib/base/text.h"
#include "lib/devsession/parse.h"

namespace hawser::devsession {

namespace {

bool HasParentSegment(const std::string& path) {
  const std::vector<std::string_view> segments = Split(path, '/');
  return std::find(segments.begin(), segments.end(), "..") != segments.end();
}

/// A DNS label (RFC 1123): what may name an owner in a host name.
bool IsDnsLabel(std::string_view text) {
  const auto inner = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  };
  return !text.empty() && text.size() <= 63 && text.front() != '-' && text.back() != '-' &&
         std::all_of(text.begin(), text.end(), inner);
}

void ReadOwner(const FieldReader& spec, std::string& owner) {
  spec.Require("owner");
  spec.Read("owner", owner);
  if (!IsDnsLabel(owner)) {
    spec.Fail("owner", "expected at most 63 lower-case letters, digits and inner hyphens");
  }
}

Target ReadTarget(const FieldReader& spec) {
  Target target;
  spec.Require("target");
  const FieldReader reader = spec.Object("target");
  reader.ReadOneOf("kind", target.kind,
                   {"Deployment", "StatefulSet", "DaemonSet", "Job", "CronJob"});
  reader.Require("name");
  reader.Read("name", target.name);
  if (target.name.empty()) reader.Fail("name", "must not be empty");
  reader.Read("container", target.container);
  reader.Read("command", target.command);
  return target;
}

SyncRule ReadSyncRule(const FieldReader& reader) {
  SyncRule rule;
  reader.Require("from");
  reader.Read("from", rule.from);
  if (rule.from.empty() || rule.from.front() == '/' || HasParentSegment(rule.from)) {
    reader.Fail("from", "expected a path relative to the workspace that does not leave it");
  }
  reader.Require("to");
  reader.Read("to", rule.to);
  if (rule.to.size() < 2 || rule.to.front() != '/' || HasParentSegment(rule.to)) {
    reader.Fail("to", "expected an absolute path without \"..\"");
  }
  if (rule.to == "/.hawser" || rule.to.starts_with("/.hawser/")) {
    reader.Fail("to", "/.hawser belongs to the agent");
  }
  reader.Read("ignore", rule.ignore);
  reader.Read("deleteExtraneous", rule.delete_extraneous);
  reader.Read("gitignore", rule.gitignore);
  reader.Read("pull", rule.pull);
  return rule;
}

Step ReadStep(const FieldReader& reader) {
  Step step;
  reader.Read("run", step.run);
  if (step.run.empty()) reader.Fail("run", "expected a command");
  reader.Read("on", step.on);
  reader.Read("timeout", step.timeout);
  return step;
}

Restart ReadRestart(const FieldReader& reader) {
  Restart restart;
  reader.ReadOneOf("policy", restart.policy, {"Process", "Container", "Rollout", "Never"});
  reader.ReadOneOf("signal", restart.signal,
                   {"TERM", "INT", "HUP", "QUIT", "USR1", "USR2", "KILL"});
  reader.Read("grace", restart.grace);
  reader.Read("on", restart.on);
  reader.Read("request", restart.request);
  return restart;
}

Port ReadPortEntry(const FieldReader& reader) {
  Port port;
  reader.Read("name", port.name);
  reader.Require("container");
  reader.ReadPort("container", port.container);
  reader.ReadPort("local", port.local);
  return port;
}

/// A DNS subdomain (RFC 1123): what may name a Secret or an IngressClass.
void ReadObjectName(const FieldReader& reader, const char* field, std::string& name) {
  if (!reader.Has(field)) return;
  reader.Read(field, name);
  const std::vector<std::string_view> labels = Split(name, '.');
  if (name.size() > 253 || !std::all_of(labels.begin(), labels.end(), IsDnsLabel)) {
    reader.Fail(field, "expected the name of an object: lower-case letters, digits, - and .");
  }
}

Expose ReadExpose(const FieldReader& reader) {
  Expose expose;
  reader.Require("host");
  reader.Read("host", expose.host);
  if (!IsHostPattern(expose.host)) {
    reader.Fail("host",
                "expected a host name of lower-case letters, digits, - and ., in which {owner}, "
                "{session} and {namespace} are filled in");
  }
  ReadObjectName(reader, "ingressClass", expose.ingress_class);
  reader.Read("port", expose.port);
  if (reader.Has("port") && (!IsDnsLabel(expose.port) || expose.port.size() > 15)) {
    reader.Fail("port", "expected the name or, in quotes, the number of a port");
  }
  ReadObjectName(reader, "tlsSecret", expose.tls_secret);
  return expose;
}

EnvVar ReadEnvVar(const FieldReader& reader) {
  EnvVar variable;
  reader.Require("name");
  reader.Read("name", variable.name);
  if (variable.name.empty()) reader.Fail("name", "must not be empty");
  reader.Read("value", variable.value);
  return variable;
}

Clone ReadClone(const FieldReader& reader) {
  Clone clone;
  reader.Read("replicas", clone.replicas);
  reader.ForEach("env", [&](const FieldReader& item) { clone.env.push_back(ReadEnvVar(item)); });
  if (reader.Has("resources")) {
    const FieldReader resources = reader.Object("resources");
    clone.resources.emplace();
    resources.ReadQuantities("requests", clone.resources->requests);
    resources.ReadQuantities("limits", clone.resources->limits);
  }
  return clone;
}

}  // namespace

Spec ReadSpec(const FieldReader& reader) {
  Spec spec;
  ReadOwner(reader, spec.owner);
  spec.target = ReadTarget(reader);
  reader.ReadOneOf("mode", spec.mode, {"InPlace", "Clone"});
  spec.clone = ReadClone(reader.Object("clone"));
  reader.ForEach("sync", [&](const FieldReader& item) { spec.sync.push_back(ReadSyncRule(item)); });
  reader.ForEach("steps", [&](const FieldReader& item) { spec.steps.push_back(ReadStep(item)); });
  spec.restart = ReadRestart(reader.Object("restart"));
  reader.Read("rebuildOn", spec.rebuild_on);
  reader.ReadOneOf("start", spec.start, {"WaitForSync", "Immediate"});
  reader.ForEach("ports",
                 [&](const FieldReader& item) { spec.ports.push_back(ReadPortEntry(item)); });
  if (reader.Has("expose")) spec.expose = ReadExpose(reader.Object("expose"));
  ReadSpan(reader, "ttl", spec.ttl);
  ReadIdle(reader, "idle", spec.idle);
  reader.Object("build").Read("image", spec.build_image);
  spec.not_acted_on = FieldsNotActedOn(reader);
  return spec;
}

std::vector<std::string> FieldsNotActedOn(const FieldReader& spec) {
  std::vector<std::string> fields;
  std::string mode;
  spec.Read("mode", mode);
  if (mode != "Clone" && spec.Has("clone")) fields.emplace_back("clone (mode InPlace)");
  bool delete_extraneous = false;
  spec.ForEach("sync", [&](const FieldReader& rule) {
    bool wanted = false;
    rule.Read("deleteExtraneous", wanted);
    delete_extraneous |= wanted;
  });
  if (delete_extraneous) fields.emplace_back("sync.deleteExtraneous");
  std::string policy;
  spec.Object("restart").Read("policy", policy);
  if (policy == "Rollout") fields.emplace_back("restart.policy: Rollout (of saves)");
  for (const char* name : {"rebuildOn", "build"}) {
    if (spec.Has(name)) fields.emplace_back(name);
  }
  return fields;
}

}  // namespace hawser::devsession
