// The parser against the samples, defaults, and every way a field can be wrong.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "lib/devsession/devsession.h"
#include "tests/lib/devsession/samples.h"

namespace hawser::devsession {
namespace {

using nlohmann::json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

json Minimal() {
  return {{"apiVersion", kApiVersion},
          {"kind", kKind},
          {"metadata", {{"name", "api"}, {"namespace", "team"}}},
          {"spec", {{"owner", "dev1"}, {"target", {{"name", "api"}}}}}};
}

json With(const char* pointer, json value) {
  json object = Minimal();
  object[json::json_pointer(pointer)] = std::move(value);
  return object;
}

TEST(ParseTest, AcceptsEverySample) {
  const std::vector<testing::Sample> samples = testing::ReadSamples("crds/samples");
  ASSERT_GE(samples.size(), 4U);
  for (const testing::Sample& sample : samples) {
    EXPECT_EQ(ParseDevSession(sample.object).status(), OkStatus()) << sample.name;
  }
}

TEST(ParseTest, RefusesEveryInvalidSampleAtTheFieldItNames) {
  const std::vector<testing::Sample> samples = testing::ReadSamples("crds/samples/invalid");
  ASSERT_GE(samples.size(), 10U);
  for (const testing::Sample& sample : samples) {
    const Status status = ParseDevSession(sample.object).status();
    EXPECT_EQ(status.code(), Code::kInvalidArgument) << sample.name;
    ASSERT_FALSE(sample.refused_field.empty()) << sample.name;
    EXPECT_THAT(status.message(), StartsWith(sample.refused_field + ": ")) << sample.name;
  }
}

TEST(ParseTest, FillsInTheDefaultsOfTheSchema) {
  const Result<DevSession> session = ParseDevSession(Minimal());
  ASSERT_TRUE(session.ok()) << session.status();
  EXPECT_EQ(session->spec.target, (Target{.kind = "Deployment", .name = "api"}));
  EXPECT_EQ(session->spec.mode, "InPlace");
  EXPECT_EQ(session->spec.start, "WaitForSync");
  EXPECT_EQ(session->spec.restart, Restart{});
  EXPECT_THAT(session->spec.not_acted_on, IsEmpty());
}

TEST(ParseTest, ReadsEveryField) {
  for (const testing::Sample& sample : testing::ReadSamples("crds/samples")) {
    if (sample.name != "full.yaml") continue;
    const Result<DevSession> session = ParseDevSession(sample.object);
    ASSERT_TRUE(session.ok()) << session.status();
    const Spec& spec = session->spec;
    EXPECT_THAT(spec.target.command, ElementsAre("node", "server.js"));
    ASSERT_EQ(spec.sync.size(), 2U);
    EXPECT_EQ(spec.sync[0], (SyncRule{.from = "./src",
                                      .to = "/app/src",
                                      .ignore = {"**/*.map", "!keep.map"},
                                      .delete_extraneous = true,
                                      .gitignore = true,
                                      .pull = {"gen/**", "**/*.snap"}}));
    EXPECT_EQ(spec.steps[0].timeout, std::chrono::minutes(90));
    EXPECT_EQ(spec.steps[1].timeout, std::chrono::minutes(5));
    EXPECT_EQ(spec.restart, (Restart{.policy = "Rollout", .on = {"**/*.js"}, .request = "1"}));
    EXPECT_THAT(spec.ports, ElementsAre(Port{"http", 8080, 8080}, Port{"debug", 9229, 0}));
    EXPECT_EQ(spec.expose, (Expose{.host = "api-{owner}.dev.example.com",
                                   .ingress_class = "nginx",
                                   .port = "http",
                                   .tls_secret = "api-tls"}));
    EXPECT_EQ(spec.ttl, std::chrono::hours(12));
  }
}

TEST(ParseTest, ListsWhatItDoesNotActOn) {
  for (const testing::Sample& sample : testing::ReadSamples("crds/samples")) {
    if (sample.name != "full.yaml") continue;
    EXPECT_THAT(ParseDevSession(sample.object)->spec.not_acted_on,
                ElementsAre("sync.deleteExtraneous", "restart.policy: Rollout (of saves)",
                            "rebuildOn", "build"));
  }
}

TEST(ParseTest, NamesTheFieldOfAWrongType) {
  const std::vector<std::pair<const char*, json>> wrong = {{"/spec/owner", 7},
                                                           {"/spec/target", "api"},
                                                           {"/spec/target/command", "run"},
                                                           {"/spec/sync", json::object()},
                                                           {"/spec/steps", "make"},
                                                           {"/spec/restart/grace", 10},
                                                           {"/spec/start", true},
                                                           {"/spec/ports", 8080},
                                                           {"/spec/rebuildOn", {1, 2}}};
  for (const auto& [pointer, value] : wrong) {
    std::string field = std::string(pointer).substr(1);
    std::replace(field.begin(), field.end(), '/', '.');
    const Status status = ParseDevSession(With(pointer, value)).status();
    EXPECT_THAT(status.message(), StartsWith(field)) << pointer;
  }
}

TEST(ParseTest, BoundsSpansOfTime) {
  for (const char* wrong : {"0s", "87601h", "2562047h", "soon", "-1h"}) {
    EXPECT_THAT(ParseDevSession(With("/spec/ttl", wrong)).status().message(),
                StartsWith("spec.ttl: expected"))
        << wrong;
  }
  EXPECT_EQ(ParseDevSession(With("/spec/ttl", "1s"))->spec.ttl, std::chrono::seconds(1));
}

TEST(ParseTest, KeepsTheAgentsOwnDirectoryFree) {
  const json rule = {{"from", "src"}, {"to", "/.hawser/bin"}};
  EXPECT_THAT(ParseDevSession(With("/spec/sync", json::array({rule}))).status().message(),
              HasSubstr("spec.sync[0].to: /.hawser belongs to the agent"));
}

TEST(ParseTest, RefusesANameThatIsNoLabelValue) {
  const json object = With("/metadata/name", std::string(64, 'a'));
  EXPECT_THAT(ParseDevSession(object).status().message(), StartsWith("metadata.name"));
}

TEST(ParseTest, RefusesAnotherKind) {
  EXPECT_THAT(ParseDevSession(With("/kind", "Deployment")).status().message(), StartsWith("kind"));
  EXPECT_FALSE(ParseDevSession(With("/apiVersion", "hawser.dev/v2")).ok());
  EXPECT_FALSE(ParseDevSession(json::array()).ok());
}

TEST(ParseMetadataTest, WorksWhateverTheSpecSays) {
  json object = With("/spec", "nonsense");
  object["metadata"]["deletionTimestamp"] = "2026-01-02T03:04:05Z";
  object["metadata"]["finalizers"] = {kFinalizer};
  object["status"]["phase"] = "Ready";
  const DevSession session = ParseMetadata(object);
  EXPECT_EQ(session.name, "api");
  EXPECT_EQ(session.ns, "team");
  EXPECT_TRUE(session.deleting);
  EXPECT_THAT(session.finalizers, ElementsAre(kFinalizer));
  EXPECT_EQ(session.status.phase, "Ready");
}

}  // namespace
}  // namespace hawser::devsession
