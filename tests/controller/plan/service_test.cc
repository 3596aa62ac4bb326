// The Service of a session: its ports, whom it selects, and when it is there.
#include "controller/plan/service.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "controller/plan/clone.h"
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

const json kHttp = {{"name", "http"}, {"container", 8080}};

json SessionWith(const json& ports, const char* mode = "InPlace") {
  json session = MakeSession();
  session["spec"]["mode"] = mode;
  session["spec"]["ports"] = ports;
  return session;
}

Plan Decided(const Observed& observed) {
  return MakePlan(observed, testing::Options(), testing::Now());
}

/// The world after the agent was injected and the Service of `ports` made.
Observed Served(const json& ports) {
  const Observed before = Observe(SessionWith(ports), MakeDeployment());
  const Plan plan = Decided(before);
  json session = SessionWith(ports);
  session["metadata"]["finalizers"] = json::array({devsession::kFinalizer});
  Observed after = Observe(session, testing::AfterInjection(MakeDeployment(), plan));
  after.own.push_back(
      {kube::resources::kServices, std::make_shared<const json>(plan.service.value().object)});
  return after;
}

void SetSession(const json& session, Observed& observed) {
  observed.object = std::make_shared<const json>(session);
  observed.session = devsession::ParseDevSession(session).value();
}

TEST(ServiceTest, NamesAndNumbersItsPorts) {
  struct Row {
    json session;
    json wanted;  ///< name and number
  };
  const auto list = [](auto... items) { return json::array({items...}); };
  const std::vector<Row> rows = {
      {json::array(), json::array()},
      {list(kHttp), list(list("http", 8080))},
      {list(json{{"container", 9}}), list(list("tcp-9", 9))},
      {list(kHttp, json{{"name", "http"}, {"container", 9}}),
       list(list("http", 8080), list("tcp-9", 9))},
      {list(kHttp, json{{"name", "web"}, {"container", 8080}}), list(list("http", 8080))},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.session.dump());
    const Observed observed = Observe(SessionWith(row.session), MakeDeployment());
    const json service = ServiceOf(observed, nullptr);
    EXPECT_EQ(service.is_null(), row.wanted.empty());
    if (service.is_null()) continue;
    EXPECT_EQ(service["spec"]["selector"], (json{{"hawser.dev/session", "dev"}}));
    EXPECT_EQ(service["metadata"]["ownerReferences"][0]["uid"], "s-dev");
    json seen = json::array();
    for (const devsession::PortStatus& port : PortsOf(service)) {
      EXPECT_EQ(port.service, "hawser-dev");
      seen.push_back(json::array({port.name, port.container}));
    }
    EXPECT_EQ(seen, row.wanted);
  }
}

TEST(ServiceTest, OfACopyLeadsToTheCopyAndToWhatItsContainersName) {
  const json daemons = testing::MakeWorkload(kube::resources::kDaemonSets);
  Observed observed = Observe(SessionWith(json::array(), "Clone"), daemons);
  observed.target->resource = kube::resources::kDaemonSets;
  json copy = CloneOf(observed);
  const json service = ServiceOf(observed, &copy);
  EXPECT_EQ(service["spec"]["selector"], (json{{"hawser.dev/clone", "dev"}}));
  EXPECT_EQ(service["spec"]["ports"][0],
            (json{{"name", "tcp-80"}, {"port", 80}, {"targetPort", 80}, {"protocol", "TCP"}}));
  SetSession(SessionWith(json::array({kHttp}), "Clone"), observed);
  copy = CloneOf(observed);
  EXPECT_EQ(PortsOf(ServiceOf(observed, &copy)),
            (std::vector<devsession::PortStatus>{{"http", 8080, "hawser-dev"}}));
  observed = Observe(SessionWith(json::array(), "Clone"), MakeDeployment());
  copy = CloneOf(observed);
  EXPECT_TRUE(ServiceOf(observed, &copy).is_null());
}

TEST(ServiceTest, IsMadeWithTheInjectionAndThenLeftAlone) {
  const Plan first = Decided(Observe(SessionWith(json::array({kHttp})), MakeDeployment()));
  ASSERT_TRUE(first.service.has_value());
  EXPECT_EQ(first.verdicts.ports_served.reason, reason::kServed);
  EXPECT_EQ(first.verdicts.ports.size(), 1U);
  const Plan second = Decided(Served(json::array({kHttp})));
  EXPECT_FALSE(second.HasEffects());
  EXPECT_EQ(second.verdicts.ports_served, first.verdicts.ports_served);
}

TEST(ServiceTest, FollowsThePortsAndGoesWithTheLast) {
  const json admin = {{"name", "admin"}, {"container", 9090}};
  struct Row {
    json before;
    json after;
    bool applied;
    bool deleted;
    const char* reason;
  };
  const json both = json::array({kHttp, admin});
  const json one = json::array({kHttp});
  const std::vector<Row> rows = {
      {one, both, true, false, reason::kServed},
      {both, one, true, false, reason::kServed},
      {both, both, false, false, reason::kServed},
      {one, json::array({{{"name", "web"}, {"container", 8080}}}), true, false, reason::kServed},
      {one, json::array(), false, true, reason::kNoPorts},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.after.dump());
    Observed observed = Served(row.before);
    SetSession(SessionWith(row.after), observed);
    const Plan plan = Decided(observed);
    EXPECT_EQ(plan.service.has_value(), row.applied);
    EXPECT_EQ(plan.deletes.size(), row.deleted ? 1U : 0U);
    EXPECT_EQ(plan.verdicts.ports_served.reason, row.reason);
    EXPECT_TRUE(plan.verdicts.ports_served.IsTrue());
    EXPECT_EQ(plan.verdicts.ports.size(), row.after.size());
  }
}

TEST(ServiceTest, PutsBackWhatOthersChangeInIt) {
  Observed observed = Served(json::array({kHttp}));
  json changed = *observed.own[0].object;
  changed["spec"]["selector"] = {{"app", "api"}};
  observed.own[0].object = std::make_shared<const json>(changed);
  EXPECT_TRUE(Decided(observed).service.has_value());
}

TEST(ServiceTest, OfOthersIsLeftAloneAndNamed) {
  Observed observed = Observe(SessionWith(json::array({kHttp})), MakeDeployment());
  observed.own = {
      {kube::resources::kServices, std::make_shared<const json>(kube::MakeObject(
                                       kube::resources::kServices, {"team", "hawser-dev"}))}};
  const Plan plan = Decided(observed);
  EXPECT_FALSE(plan.service.has_value());
  EXPECT_TRUE(plan.deletes.empty());
  EXPECT_EQ(plan.verdicts.ports_served.status, "False");
  EXPECT_EQ(plan.verdicts.ports_served.reason, reason::kNameTaken);
  EXPECT_THAT(plan.verdicts.ports_served.message, HasSubstr("Service hawser-dev"));
  EXPECT_TRUE(plan.verdicts.ports.empty());
  EXPECT_TRUE(plan.inject.has_value()) << "changes reach the pods without a Service";
}

TEST(ServiceTest, StaysWhileTheTargetIsAwayAndIsNotMadeBefore) {
  Observed observed = Served(json::array({kHttp}));
  observed.target.reset();
  Plan plan = Decided(observed);
  EXPECT_TRUE(plan.deletes.empty());
  EXPECT_EQ(plan.verdicts.ports_served.reason, reason::kServed);
  observed.own.clear();
  plan = Decided(observed);
  EXPECT_FALSE(plan.service.has_value());
  EXPECT_EQ(plan.verdicts.ports_served.reason, reason::kNotInjected);
}

TEST(ServiceTest, OfACopyBecomesTheSessionsOwnInPlace) {
  const json clone_session = SessionWith(json::array({kHttp}), "Clone");
  const Plan cloned = Decided(Observe(clone_session, MakeDeployment()));
  EXPECT_FALSE(cloned.service.has_value()) << "it is planned with the copy";
  EXPECT_EQ(cloned.verdicts.ports_served.reason, reason::kServed);
  Observed observed = Observe(SessionWith(json::array({kHttp})), MakeDeployment());
  for (const ObjectApply& apply : cloned.clone) {
    observed.own.push_back({apply.resource, std::make_shared<const json>(apply.object)});
  }
  const Plan plan = Decided(observed);
  ASSERT_EQ(plan.deletes.size(), 1U);
  EXPECT_EQ(plan.deletes[0].resource, kube::resources::kDeployments);
  ASSERT_TRUE(plan.service.has_value());
  EXPECT_TRUE(plan.service->object["spec"]["selector"].contains("hawser.dev/session"));
}

TEST(ServiceTest, TakesTheFirstPortsOfACopyThatNamesThousands) {
  json deployment = MakeDeployment();
  json& ports = testing::ContainerOf(deployment, "api")["ports"];
  ports = json::array();
  for (int port = 1; port <= 5000; ++port) ports.push_back({{"containerPort", port}});
  const Plan plan = Decided(Observe(SessionWith(json::array(), "Clone"), deployment));
  EXPECT_TRUE(plan.verdicts.agent_injected.IsTrue());
  EXPECT_EQ(plan.verdicts.ports.size(), 64U) << "what a status may list";
  EXPECT_EQ(plan.clone.at(1).object["spec"]["ports"].size(), 64U);
}

}  // namespace
}  // namespace hawser::controller
