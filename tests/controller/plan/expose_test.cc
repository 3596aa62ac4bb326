// The Ingress of a session: its host and port, when it is there, and whose it must not be.
#include "controller/plan/expose.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "controller/plan/names.h"
#include "lib/kube/object.h"
#include "tests/controller/plan/world.h"

namespace hawser::controller {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using testing::MakeDeployment;
using testing::MakeSession;
using testing::Observe;

const json kPorts = json::array({{{"name", "admin"}, {"container", 9090}},
                                 {{"name", "http"}, {"container", 8080}},
                                 {{"container", 7070}}});

json SessionExposing(const json& expose, const json& ports = kPorts) {
  json session = MakeSession();
  session["spec"]["ports"] = ports;
  if (!expose.is_null()) session["spec"]["expose"] = expose;
  return session;
}

Plan DecidedExposure(const Observed& observed) {
  return MakePlan(observed, testing::Options(), testing::Now());
}

Plan DecidedFor(const json& expose, const json& ports = kPorts) {
  return DecidedExposure(Observe(SessionExposing(expose, ports), MakeDeployment()));
}

json SpecOf(const Plan& plan) {
  return plan.ingress ? plan.ingress->object["spec"] : json();
}

json NumberIn(const json& spec) {
  return spec["rules"][0]["http"]["paths"][0]["backend"]["service"]["port"]["number"];
}

/// An Ingress as the server has it.
json Live(json ingress, const char* created) {
  ingress["metadata"]["creationTimestamp"] = created;
  ingress["metadata"]["resourceVersion"] = "77";
  return ingress;
}

json Stranger(const std::string& ns, const std::string& host, const char* created) {
  json ingress = kube::MakeObject(kube::resources::kIngresses, {ns, "shop"});
  ingress["spec"]["rules"] = json::array({{{"host", host}}});
  return Live(std::move(ingress), created);
}

void AddOwn(const kube::Resource& resource, json object, Observed& observed) {
  observed.own.push_back({resource, std::make_shared<const json>(std::move(object))});
}

/// The world after the address of `expose` was made.
Observed Exposed(const json& before, const json& after) {
  const Plan plan = DecidedFor(before);
  json session = SessionExposing(after);
  session["metadata"]["finalizers"] = json::array({devsession::kFinalizer});
  Observed observed = Observe(session, testing::AfterInjection(MakeDeployment(), plan));
  AddOwn(kube::resources::kServices, plan.service.value().object, observed);
  AddOwn(kube::resources::kIngresses, Live(plan.ingress.value().object, "2026-01-02T00:00:00Z"),
         observed);
  return observed;
}

const json kHost = {{"host", "{session}-{owner}.example.com"}};

TEST(ExposeTest, LeadsFromTheHostToThePort) {
  const Plan plan = DecidedFor({{"host", "{session}-{owner}.{namespace}.example.com"},
                                {"ingressClass", "nginx"},
                                {"tlsSecret", "keys"}});
  ASSERT_TRUE(plan.ingress.has_value());
  EXPECT_EQ(plan.ingress->key, (kube::ObjectKey{"team", "hawser-dev"}));
  EXPECT_EQ(plan.ingress->object["metadata"]["ownerReferences"][0]["uid"], "s-dev");
  EXPECT_EQ(SpecOf(plan), json::parse(R"({
    "ingressClassName": "nginx",
    "tls": [{"hosts": ["dev-dev1.team.example.com"], "secretName": "keys"}],
    "rules": [{"host": "dev-dev1.team.example.com", "http": {"paths": [
      {"path": "/", "pathType": "Prefix",
       "backend": {"service": {"name": "hawser-dev", "port": {"number": 8080}}}}]}}]
  })"));
  EXPECT_EQ(plan.verdicts.url, "https://dev-dev1.team.example.com");
  EXPECT_EQ(plan.verdicts.exposed->reason, reason::kExposed);
  const Plan plain = DecidedFor(kHost);
  EXPECT_EQ(plain.verdicts.url, "http://dev-dev1.example.com");
  EXPECT_FALSE(SpecOf(plain).contains("tls"));
  EXPECT_FALSE(SpecOf(plain).contains("ingressClassName"));
}

TEST(ExposeTest, ChoosesThePort) {
  const json no_http = json::array({{{"name", "grpc"}, {"container", 50051}}});
  const struct {
    json ports;
    const char* wanted;
    json number;
    const char* reason;
  } rows[] = {
      {kPorts, "", 8080, reason::kExposed},
      {kPorts, "admin", 9090, reason::kExposed},
      {kPorts, "9090", 9090, reason::kExposed},
      {kPorts, "7070", 7070, reason::kExposed},
      {no_http, "", 50051, reason::kExposed},
      {no_http, "http", nullptr, reason::kPortNotFound},
      {json::array(), "", nullptr, reason::kPortNotFound},
  };
  for (const auto& row : rows) {
    json expose = kHost;
    if (*row.wanted != '\0') expose["port"] = row.wanted;
    const Plan plan = DecidedFor(expose, row.ports);
    EXPECT_EQ(plan.ingress ? NumberIn(SpecOf(plan)) : json(), row.number) << expose << row.ports;
    EXPECT_EQ(plan.verdicts.exposed->reason, row.reason) << expose << row.ports;
  }
  json expose = kHost;
  expose["port"] = "web";
  EXPECT_THAT(DecidedFor(expose).verdicts.exposed->message,
              HasSubstr("spec.expose.port: the session has no port web; it has admin, http"));
}

TEST(ExposeTest, IsNothingToASessionThatAsksForNone) {
  const Plan plan = DecidedFor(nullptr);
  EXPECT_FALSE(plan.ingress.has_value());
  EXPECT_FALSE(plan.verdicts.exposed.has_value());
  EXPECT_EQ(plan.verdicts.url, "");
}

TEST(ExposeTest, RefusesHostsThatAreNone) {
  for (const char* host : {"a..example.com", "{session}-.example.com", "10.0.0.1",
                           "{owner}{owner}{owner}{owner}{owner}{owner}{owner}{owner}{owner}{owner}"
                           "{owner}{owner}{owner}{owner}{owner}{owner}.com"}) {
    const Plan plan = DecidedFor({{"host", host}});
    EXPECT_FALSE(plan.ingress.has_value()) << host;
    EXPECT_EQ(plan.verdicts.exposed->reason, reason::kInvalidHost) << host;
    EXPECT_THAT(plan.verdicts.exposed->message, HasSubstr("spec.expose.host")) << host;
    EXPECT_EQ(plan.verdicts.url, "");
    EXPECT_TRUE(plan.inject.has_value()) << "changes reach the pods without an address";
  }
}

TEST(ExposeTest, IsMadeOnceFollowsTheSpecAndGoesWithIt) {
  const json other = {{"host", "other.example.com"}};
  json tls = kHost;
  tls["tlsSecret"] = "keys";
  const struct {
    json before;
    json after;
    bool applied;
    bool removed;
  } rows[] = {
      {kHost, kHost, false, false},  {kHost, other, true, false},
      {kHost, tls, true, false},     {tls, kHost, true, false},
      {kHost, nullptr, false, true}, {kHost, {{"host", "a-."}}, false, true},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.before.dump() + " " + row.after.dump());
    const Plan plan = DecidedExposure(Exposed(row.before, row.after));
    EXPECT_EQ(plan.ingress.has_value(), row.applied);
    EXPECT_EQ(plan.remove_ingress.has_value(), row.removed);
    EXPECT_EQ(plan.HasEffects(), row.applied || row.removed);
    if (row.applied) {
      EXPECT_EQ(plan.ingress->object["metadata"]["resourceVersion"], "77");
    }
  }
}

TEST(ExposeTest, PutsBackWhatOthersChangeInIt) {
  Observed observed = Exposed(kHost, kHost);
  json changed = *observed.own.back().object;
  changed["spec"]["rules"][0]["host"] = "elsewhere.example.com";
  observed.own.back().object = std::make_shared<const json>(changed);
  EXPECT_TRUE(DecidedExposure(observed).ingress.has_value());
}

TEST(ExposeTest, GivesAHostToTheEarliestAndSaysWhoHasIt) {
  const char* host = "dev-dev1.example.com";
  json session = Stranger("other", host, "2026-01-01T00:00:00Z");
  session["metadata"]["ownerReferences"] = json::array({{{"apiVersion", devsession::kApiVersion},
                                                         {"kind", devsession::kKind},
                                                         {"name", "theirs"},
                                                         {"uid", "s-theirs"},
                                                         {"controller", true}}});
  const struct {
    json other;
    bool made_before;  ///< ours, on 2026-01-02
    const char* taken_by;
  } rows[] = {
      {Stranger("other", host, "2026-01-01T00:00:00Z"), false, "Ingress other/shop"},
      {Stranger("other", host, "2026-01-01T00:00:00Z"), true, "Ingress other/shop"},
      {Stranger("other", host, "2026-01-03T00:00:00Z"), true, nullptr},
      {Stranger("other", host, "2026-01-03T00:00:00Z"), false, "Ingress other/shop"},
      {Stranger("other", host, "2026-01-02T00:00:00Z"), true, "Ingress other/shop"},
      {Stranger("zeta", host, "2026-01-02T00:00:00Z"), true, nullptr},
      {session, false, "session other/theirs"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.other.dump());
    Observed observed =
        row.made_before ? Exposed(kHost, kHost) : Observe(SessionExposing(kHost), MakeDeployment());
    observed.same_host = {std::make_shared<const json>(row.other)};
    const Plan plan = DecidedExposure(observed);
    EXPECT_EQ(plan.verdicts.exposed->IsTrue(), row.taken_by == nullptr);
    EXPECT_EQ(plan.remove_ingress.has_value(), row.made_before && row.taken_by != nullptr);
    EXPECT_FALSE(plan.ingress.has_value());
    if (row.taken_by == nullptr) continue;
    EXPECT_EQ(plan.verdicts.exposed->reason, reason::kHostTaken);
    EXPECT_THAT(plan.verdicts.exposed->message,
                HasSubstr(std::string(host) + " is taken by " + row.taken_by + ";"));
  }
}

TEST(ExposeTest, LeavesOthersAloneAndNeverLeadsToThem) {
  for (const kube::Resource& resource : {kube::resources::kServices, kube::resources::kIngresses}) {
    Observed observed = Observe(SessionExposing(kHost), MakeDeployment());
    AddOwn(resource, kube::MakeObject(resource, {"team", "hawser-dev"}), observed);
    const Plan plan = DecidedExposure(observed);
    EXPECT_FALSE(plan.ingress.has_value());
    EXPECT_FALSE(plan.remove_ingress.has_value());
    EXPECT_EQ(plan.verdicts.exposed->reason, reason::kNameTaken);
    EXPECT_THAT(plan.verdicts.exposed->message, HasSubstr(resource.kind + " hawser-dev"));
    EXPECT_EQ(plan.verdicts.url, "");
  }
  Observed observed = Exposed(kHost, kHost);
  observed.own[0].object = std::make_shared<const json>(
      kube::MakeObject(kube::resources::kServices, {"team", "hawser-dev"}));
  EXPECT_TRUE(DecidedExposure(observed).remove_ingress.has_value())
      << "the Service became a stranger's";
}

TEST(ExposeTest, WaitsForTheServiceAndStaysWhileTheTargetIsAway) {
  Observed observed = Exposed(kHost, kHost);
  observed.target.reset();
  Plan plan = DecidedExposure(observed);
  EXPECT_FALSE(plan.ingress.has_value());
  EXPECT_FALSE(plan.remove_ingress.has_value());
  EXPECT_EQ(plan.verdicts.exposed->reason, reason::kExposed);
  observed.own.clear();
  plan = DecidedExposure(observed);
  EXPECT_FALSE(plan.ingress.has_value());
  EXPECT_EQ(plan.verdicts.exposed->reason, reason::kNotServed);
}

TEST(ExposeTest, IsTakenFromASessionThatAPolicyRefuses) {
  Observed observed = Exposed(kHost, kHost);
  observed.target->object = std::make_shared<const json>(MakeDeployment());
  observed.policies = {{.name = "p", .max_sessions = 0}};
  Plan plan = DecidedExposure(observed);
  EXPECT_EQ(plan.deletes.size(), 1U) << "the Service";
  EXPECT_TRUE(plan.remove_ingress.has_value());
  EXPECT_FALSE(plan.ingress.has_value());
  EXPECT_EQ(plan.verdicts.exposed->reason, reason::kNotServed);
  EXPECT_EQ(plan.verdicts.url, "");
  std::erase_if(observed.own,
                [](const Workload& own) { return own.resource == kube::resources::kServices; });
  plan = DecidedExposure(observed);
  EXPECT_TRUE(plan.remove_ingress.has_value()) << "the Service went, and the Ingress could not";
  observed.own.clear();
  EXPECT_FALSE(DecidedExposure(observed).HasEffects());
}

TEST(ExposeTest, StaysWhenTheModeChangesBecauseTheServiceDoes) {
  Observed observed = Exposed(kHost, kHost);
  json session = SessionExposing(kHost);
  session["spec"]["mode"] = "Clone";
  observed.object = std::make_shared<const json>(session);
  observed.session = devsession::ParseDevSession(session).value();
  const Plan plan = DecidedExposure(observed);
  EXPECT_TRUE(plan.deletes.empty());
  EXPECT_FALSE(plan.remove_ingress.has_value());
  EXPECT_EQ(plan.verdicts.url, "http://dev-dev1.example.com");
}

TEST(ExposeTest, ReadsHostsOfWhateverAnIngressHolds) {
  EXPECT_TRUE(HostsIn(json::object()).empty());
  EXPECT_TRUE(HostsIn({{"spec", {{"rules", 7}}}}).empty());
  EXPECT_TRUE(HostsIn({{"spec", {{"rules", {7, {{"host", 8}}, {{"http", 9}}}}}}}).empty());
}

}  // namespace
}  // namespace hawser::controller
