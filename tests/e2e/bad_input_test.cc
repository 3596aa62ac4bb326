// A DevSession with every field wrong in turn: refused by the API server, or answered by a
// condition that names the field and what to do. Hostile and huge ones harm nobody else.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <set>

#include "lib/kube/object.h"
#include "lib/yaml/yaml.h"
#include "tests/e2e/example.h"

namespace hawser::e2e {
namespace {

using nlohmann::json;
using ::testing::AllOf;
using ::testing::HasSubstr;

json ReadYaml(const std::string& path) {
  return yaml::ParseYaml(ReadSource(path), path).value();
}

/// The schema of a session's spec.
json SpecSchema() {
  const json crd = ReadYaml("crds/hawser.dev_devsessions.yaml");
  return crd["spec"]["versions"][0]["schema"]["openAPIV3Schema"]["properties"]["spec"];
}

/// One field of the schema and something that it does not take.
struct Wrong {
  std::string pointer;
  std::string leaf;  ///< the field's own name
  json value;
};

/// Values that break each rule of a scalar's schema.
std::vector<json> WrongScalars(const json& schema) {
  const std::string type = schema.value("type", "");
  if (type == "string") {
    std::vector<json> values = {7, true, json::array(), json::object()};
    if (schema.contains("enum")) values.emplace_back("Nonsense");
    if (schema.contains("pattern")) values.emplace_back("/../<b>");
    if (schema.contains("maxLength")) {
      values.emplace_back(std::string(schema["maxLength"].get<size_t>() + 1, 'a'));
    }
    return values;
  }
  if (type == "boolean") return {"yes", 1};
  std::vector<json> values = {"many", 1.5, json::array()};
  if (schema.contains("minimum")) values.emplace_back(schema["minimum"].get<int64_t>() - 1);
  if (schema.contains("maximum")) values.emplace_back(schema["maximum"].get<int64_t>() + 1);
  return values;
}

/// Walks the schema and gathers what is wrong with each field; lists by their first item.
void Gather(const json& schema, const std::string& pointer, const std::string& leaf,
            std::vector<Wrong>& wrong) {
  const std::string type = schema.value("type", "");
  if (type == "object") {
    wrong.push_back({pointer, leaf, "text"});
    const json fields = schema.value("properties", json::object());
    for (const auto& [name, field] : fields.items()) {
      Gather(field, pointer + "/" + name, name, wrong);
    }
  } else if (type == "array") {
    wrong.push_back({pointer, leaf, "text"});
    wrong.push_back({pointer, leaf, json::array({nullptr})});
    Gather(schema["items"], pointer + "/0", leaf, wrong);
  } else {
    for (json& value : WrongScalars(schema)) wrong.push_back({pointer, leaf, std::move(value)});
  }
}

class BadInputTest : public ClusterTest {
 protected:
  static json Session(const std::string& name, const json& spec = json::object()) {
    json session = {{"apiVersion", "hawser.dev/v1alpha1"},
                    {"kind", "DevSession"},
                    {"metadata", {{"name", name}}},
                    {"spec", {{"owner", "dev1"}, {"target", {{"name", "app"}}}}}};
    session["spec"].merge_patch(spec);
    return session;
  }
  void Deploy(const std::string& name, const json& app = json::object()) const {
    Deploy(cluster(), name, app);
  }
  static void Deploy(const Cluster& cluster, const std::string& name,
                     const json& app = json::object()) {
    json container = {{"name", "app"}, {"image", "example.com/app"}, {"command", {"server"}}};
    container.merge_patch(app);
    const json labels = {{"app", name}};
    const json workload = {{"apiVersion", "apps/v1"},
                           {"kind", "Deployment"},
                           {"metadata", {{"name", name}}},
                           {"spec",
                            {{"replicas", 0},
                             {"selector", {{"matchLabels", labels}}},
                             {"template",
                              {{"metadata", {{"labels", labels}}},
                               {"spec", {{"containers", json::array({container})}}}}}}}};
    cluster.Apply(workload.dump());
  }
  /// That the controller still does its work.
  void ExpectServesOthers(const std::string& name) const {
    Deploy(name);
    ASSERT_EQ(cluster().CreateSession(Session(name, {{"target", {{"name", name}}}})), OkStatus());
    cluster().Await(name, "AgentInjected", "True");
  }
};

TEST_F(BadInputTest, EveryFieldWrongInTurnIsRefusedByName) {
  std::vector<Wrong> wrong;
  Gather(SpecSchema(), "/spec", "spec", wrong);
  ASSERT_GT(wrong.size(), 200U);
  const json sample = ReadYaml("crds/samples/full.yaml");
  size_t number = 0;
  std::set<std::string> fields;
  for (const Wrong& each : wrong) {
    json session = sample;
    session["metadata"]["name"] = "wrong-" + std::to_string(++number);
    session[json::json_pointer(each.pointer)] = each.value;
    const Status refused = cluster().CreateSession(session);
    EXPECT_EQ(refused.code(), Code::kInvalidArgument)
        << each.pointer << " = " << each.value.dump().substr(0, 80) << ": " << refused;
    EXPECT_THAT(refused.message(), HasSubstr(each.leaf)) << each.pointer;
    fields.insert(each.pointer);
  }
  RecordProperty("fields", static_cast<int>(fields.size()));
  RecordProperty("cases", static_cast<int>(number));
}

TEST_F(BadInputTest, WhatTheSchemaCannotKnowIsAnsweredByACondition) {
  Deploy("app");
  const struct {
    const char* name;
    json spec;
    const char* condition;
    const char* reason;
    const char* says;
  } cases[] = {
      {"no-target",
       {{"target", {{"name", "gone"}}}},
       "TargetFound",
       "TargetNotFound",
       "spec.target"},
      {"job", {{"target", {{"kind", "Job"}}}}, "TargetFound", "TargetNotSupported", "spec.target"},
      {"container",
       {{"target", {{"container", "none"}}}},
       "AgentInjected",
       "ContainerNotFound",
       "spec.target.container"},
      {"hawser-path",
       {{"sync", json::array({{{"from", "a"}, {"to", "/.hawser/bin"}}})}},
       "AgentInjected",
       "InvalidSpec",
       "spec.sync[0].to"},
      {"a-name-that-is-too-long-for-a-label-whatever-the-api-server-says-of-it", json::object(),
       "AgentInjected", "InvalidSpec", "metadata.name"},
      {"amount",
       {{"mode", "Clone"}, {"clone", {{"resources", {{"requests", {{"cpu", "much"}}}}}}}},
       "AgentInjected",
       "ApplyFailed",
       "quantit"},
  };
  for (const auto& each : cases) {
    SCOPED_TRACE(each.name);
    ASSERT_EQ(cluster().CreateSession(Session(each.name, each.spec)), OkStatus());
    const Condition refused = cluster().Await(each.name, each.condition, "False", each.reason);
    EXPECT_THAT(refused.message, HasSubstr(each.says));
    EXPECT_LT(refused.message.size(), 4096U);
    cluster().Kubectl({"delete", "devsession", each.name, "--timeout=60s"});
  }
}

TEST_F(BadInputTest, HugeOnesAreRefusedOrServed) {
  Deploy("app", {{"command", nullptr}});
  json large = Session("large");
  large["spec"]["target"]["command"] = json::array();
  for (int i = 0; i < 250; ++i) {
    large["spec"]["target"]["command"].push_back(std::string(4096, 'x'));
  }
  const Status taken = cluster().CreateSession(large);
  if (taken.ok()) {
    Condition answer;
    EXPECT_TRUE(Eventually([&] {
      answer = cluster().ConditionOf("large", "AgentInjected");
      return !answer.status.empty();
    }));
    EXPECT_LT(answer.message.size(), 4096U);
    cluster().Kubectl({"delete", "devsession", "large", "--timeout=60s"});
  }
  large["metadata"]["name"] = "larger";
  large["metadata"]["annotations"]["note"] = std::string(1 << 21, 'x');
  EXPECT_FALSE(cluster().CreateSession(large).ok());
  json ports = json::array();
  for (int port = 1; port <= 3000; ++port) ports.push_back({{"container", port}});
  EXPECT_EQ(cluster().CreateSession(Session("ports", {{"ports", ports}})).code(),
            Code::kInvalidArgument);
  json asked = Session("asked");
  asked["metadata"]["annotations"]["hawser.dev/restart"] = std::string(1 << 20, 'x');
  EXPECT_EQ(cluster().CreateSession(asked).code(), Code::kInvalidArgument);
  ExpectServesOthers("other");
}

TEST_F(BadInputTest, WorkloadWithThousandsOfPortsIsCopied) {
  json ports = json::array();
  for (int port = 1; port <= 2000; ++port) ports.push_back({{"containerPort", port}});
  Deploy("app", {{"ports", ports}});
  ASSERT_EQ(
      cluster().CreateSession(Session("app", {{"mode", "Clone"}, {"clone", {{"replicas", 0}}}})),
      OkStatus());
  cluster().Await("app", "AgentInjected", "True", "Cloned");
  EXPECT_EQ(cluster().Get("devsession/app")["status"]["ports"].size(), 64U);
}

TEST_F(BadInputTest, NothingReachesAnotherNamespace) {
  const Cluster other;
  Deploy(cluster(), "app");
  Deploy(other, "app");
  for (const char* name : {"../app", "other/app", "app;rm", "<i>app</i>"}) {
    EXPECT_EQ(cluster().CreateSession(Session("hostile", {{"target", {{"name", name}}}})).code(),
              Code::kInvalidArgument)
        << name;
  }
  for (const char* owner : {"<script>", "a b", "${owner}", "{{owner}}", "..", "A"}) {
    EXPECT_EQ(cluster().CreateSession(Session("hostile", {{"owner", owner}})).code(),
              Code::kInvalidArgument)
        << owner;
  }
  // Marks that name a session of this namespace, on a workload of the other.
  other.Kubectl({"annotate", "deployment", "app",
                 R"(hawser.dev/original={"session":"app","container":"app","command":["evil"]})"});
  const json before = other.Get("deployment/app")["spec"];
  ASSERT_EQ(cluster().CreateSession(Session("app")), OkStatus());
  cluster().Await("app", "AgentInjected", "True");
  cluster().Kubectl({"delete", "devsession", "app", "--timeout=60s"});
  ASSERT_EQ(cluster().CreateSession(Session("missing", {{"target", {{"name", "gone"}}}})),
            OkStatus());
  cluster().Await("missing", "TargetFound", "False", "TargetNotFound");
  EXPECT_EQ(other.Get("deployment/app")["spec"], before);
  EXPECT_EQ(other.TryKubectl({"get", "secrets", "-o", "name"}).out.find("hawser-"),
            std::string::npos);
}

}  // namespace
}  // namespace hawser::e2e
