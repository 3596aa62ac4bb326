// Reads a DevSession object: metadata, spec and status.
#include "lib/devsession/parse.h"

#include <nlohmann/json.hpp>

#include "lib/kube/object.h"

namespace hawser::devsession {

namespace {

/// Names become label values on pods, which Kubernetes limits to 63 bytes.
constexpr size_t kMaxName = 63;

PodProblem ReadProblem(const FieldReader& reader) {
  PodProblem problem;
  reader.Read("path", problem.path);
  reader.Read("reason", problem.reason);
  reader.Read("message", problem.message);
  return problem;
}

PodStatus ReadPod(const FieldReader& reader) {
  PodStatus pod;
  reader.Read("name", pod.name);
  reader.Read("uid", pod.uid);
  reader.Read("ready", pod.ready);
  reader.Read("agentVersion", pod.agent_version);
  reader.Read("batch", pod.batch);
  reader.Read("treeDigest", pod.tree_digest);
  reader.Read("restarts", pod.restarts);
  reader.ForEach("problems",
                 [&](const FieldReader& item) { pod.problems.push_back(ReadProblem(item)); });
  return pod;
}

PortStatus ReadPortStatus(const FieldReader& reader) {
  PortStatus port;
  reader.Read("name", port.name);
  reader.ReadPort("container", port.container);
  reader.Read("service", port.service);
  return port;
}

Undone ReadUndone(const FieldReader& reader) {
  Undone undone;
  reader.Read("count", undone.count);
  reader.Read("lastTime", undone.last_time);
  return undone;
}

LastSync ReadLastSync(const FieldReader& reader) {
  LastSync last;
  reader.Read("batch", last.batch);
  reader.Read("time", last.time);
  reader.Read("files", last.files);
  reader.Read("bytes", last.bytes);
  reader.Read("by", last.by);
  return last;
}

}  // namespace

Condition ReadCondition(const FieldReader& reader) {
  Condition condition;
  reader.Read("type", condition.type);
  reader.Read("status", condition.status);
  reader.Read("reason", condition.reason);
  reader.Read("message", condition.message);
  reader.Read("observedGeneration", condition.observed_generation);
  reader.Read("lastTransitionTime", condition.last_transition_time);
  return condition;
}

SessionStatus ReadStatus(const FieldReader& reader) {
  SessionStatus status;
  reader.Read("observedGeneration", status.observed_generation);
  reader.Read("phase", status.phase);
  reader.ForEach("conditions", [&](const FieldReader& item) {
    status.conditions.push_back(ReadCondition(item));
  });
  reader.ForEach("pods", [&](const FieldReader& item) { status.pods.push_back(ReadPod(item)); });
  reader.ForEach("ports",
                 [&](const FieldReader& item) { status.ports.push_back(ReadPortStatus(item)); });
  if (reader.Has("undone")) status.undone = ReadUndone(reader.Object("undone"));
  reader.Read("expiresAt", status.expires_at);
  if (reader.Has("restarts")) status.restarts = ReadRestarts(reader.Object("restarts"));
  if (reader.Has("directRestarts")) {
    status.direct_restarts = ReadDirectRestarts(reader.Object("directRestarts"));
  }
  reader.Read("image", status.image);
  reader.Read("url", status.url);
  reader.Read("lastActive", status.last_active);
  if (reader.Has("lastSync")) status.last_sync = ReadLastSync(reader.Object("lastSync"));
  return status;
}

DevSession ParseMetadata(const nlohmann::json& object) {
  DevSession session;
  session.name = kube::NameOf(object);
  session.ns = kube::NamespaceOf(object);
  session.uid = kube::UidOf(object);
  session.generation = kube::GenerationOf(object);
  session.resource_version = kube::ResourceVersionOf(object);
  session.created = kube::StringAt(object, "/metadata/creationTimestamp");
  session.deleting = kube::IsDeleting(object);
  Status ignored;
  const FieldReader metadata(kube::Find(object, "/metadata"), "metadata", ignored);
  metadata.Read("finalizers", session.finalizers);
  metadata.Read("annotations", session.annotations);
  session.status = ReadStatus(FieldReader(kube::Find(object, "/status"), "status", ignored));
  return session;
}

Result<DevSession> ParseDevSession(const nlohmann::json& object) {
  Status error;
  const FieldReader root(&object, "", error);
  std::string kind = kKind;
  std::string api_version = kApiVersion;
  root.Read("kind", kind);
  root.Read("apiVersion", api_version);
  if (kind != kKind) root.Fail("kind", "expected " + std::string(kKind));
  if (api_version != kApiVersion) root.Fail("apiVersion", "expected " + std::string(kApiVersion));

  DevSession session = ParseMetadata(object);
  if (session.name.empty()) root.Fail("metadata.name", "is required");
  if (session.name.size() > kMaxName) root.Fail("metadata.name", "expected at most 63 characters");
  root.Require("spec");
  session.spec = ReadSpec(root.Object("spec"));
  if (!error.ok()) return error;
  return session;
}

}  // namespace hawser::devsession
