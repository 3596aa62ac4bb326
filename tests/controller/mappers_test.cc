// Which sessions a change in the cluster concerns.
#include "controller/mappers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "controller/caches.h"
#include "controller/plan/names.h"
#include "lib/kube/object.h"
#include "tests/support/kube/session_objects.h"

namespace hawser::controller {
namespace {

using kube::ObjectKey;
using nlohmann::json;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::MakeDeployment;
using testing::MakeSession;

kube::ObjectPtr Share(json object) {
  return std::make_shared<const json>(std::move(object));
}

json SessionOn(const std::string& name, const std::string& target) {
  json session = MakeSession(name);
  session["spec"]["target"]["name"] = target;
  return session;
}

class MappersTest : public ::testing::Test {
 protected:
  MappersTest() {
    caches_.sessions.Replace(
        {Share(SessionOn("a", "api")), Share(SessionOn("b", "api")), Share(SessionOn("c", "web"))});
  }

  Caches caches_;
  const kube::Cache& sessions_ = caches_.sessions;
};

TEST_F(MappersTest, SessionConcernsItselfAndItsRivals) {
  const kube::KeyMapper map = MapSession(caches_);
  const kube::ObjectPtr session = Share(SessionOn("a", "api"));
  EXPECT_THAT(map({{"team", "a"}, nullptr, session}),
              ElementsAre(ObjectKey{"team", "a"}, ObjectKey{"team", "b"}));
  EXPECT_THAT(
      map({{"team", "gone"}, session, nullptr}),
      ElementsAre(ObjectKey{"team", "a"}, ObjectKey{"team", "b"}, ObjectKey{"team", "gone"}));
}

TEST_F(MappersTest, SessionThatMovesConcernsBothTargets) {
  const kube::KeyMapper map = MapSession(caches_);
  json moved = SessionOn("a", "api");
  moved["metadata"]["generation"] = 4;
  EXPECT_THAT(map({{"team", "a"}, Share(SessionOn("a", "web")), Share(moved)}),
              ElementsAre(ObjectKey{"team", "a"}, ObjectKey{"team", "b"}, ObjectKey{"team", "c"}));
}

TEST_F(MappersTest, UseOfASessionConcernsItWhileItSleeps) {
  const kube::KeyMapper map = MapSession(caches_);
  for (const auto& [why, concerned] :
       {std::pair{reason::kIdle, true}, {reason::kIdleSoon, true}, {reason::kActive, false}}) {
    json before = SessionOn("a", "api");
    before["status"]["conditions"] =
        json::array({{{"type", devsession::kAwakeCondition}, {"reason", why}}});
    json used = before;
    used["status"]["lastActive"] = "2026-01-02T00:00:00Z";
    EXPECT_EQ(map({{"team", "a"}, Share(before), Share(used)}).size(), concerned ? 1U : 0U) << why;
    json other = before;
    other["status"]["phase"] = "Ready";
    EXPECT_THAT(map({{"team", "a"}, Share(before), Share(other)}), IsEmpty()) << why;
  }
}

json Judged(json session, const char* admitted, const char* why) {
  session["status"]["conditions"] =
      json::array({{{"type", condition::kAdmitted}, {"status", admitted}, {"reason", why}}});
  return session;
}

TEST_F(MappersTest, SessionThatLeavesItsPlaceConcernsThoseThatWaitForOne) {
  const json waiting = Judged(SessionOn("w", "other"), "False", reason::kQuotaExceeded);
  caches_.sessions.Replace({Share(SessionOn("c", "web")), Share(waiting)});
  const kube::KeyMapper map = MapSession(caches_);
  EXPECT_THAT(map({{"team", "gone"}, Share(SessionOn("gone", "api")), nullptr}),
              ElementsAre(ObjectKey{"team", "gone"}, ObjectKey{"team", "w"}));
  EXPECT_THAT(map({{"team", "new"}, nullptr, Share(SessionOn("new", "api"))}),
              ElementsAre(ObjectKey{"team", "new"}))
      << "a further session gives nobody a place";
  const json refused = Judged(SessionOn("c", "web"), "False", reason::kTtlTooLong);
  EXPECT_THAT(map({{"team", "c"}, Share(SessionOn("c", "web")), Share(refused)}),
              ElementsAre(ObjectKey{"team", "c"}, ObjectKey{"team", "w"}));
}

TEST_F(MappersTest, PolicyConcernsTheSessionsOfItsNamespace) {
  const kube::KeyMapper map = MapPolicy(caches_);
  const json policy = {{"metadata", {{"name", "p"}, {"generation", 1}}}};
  EXPECT_EQ(map({{"team", "p"}, nullptr, Share(policy)}).size(), 3U);
  EXPECT_THAT(map({{"other", "p"}, nullptr, Share(policy)}), IsEmpty());
  EXPECT_THAT(map({{"team", "p"}, Share(policy), Share(policy)}), IsEmpty()) << "only the status";
}

TEST_F(MappersTest, PoliciesCountAgainWhenThereAreMoreOrFewerOrOthersRefused) {
  caches_.policies.Replace({Share({{"metadata", {{"namespace", "team"}, {"name", "p"}}}})});
  const auto session = Share(SessionOn("a", "api"));
  const auto refused = Share(Judged(SessionOn("a", "api"), "False", reason::kQuotaExceeded));
  const std::vector<ObjectKey> all = {{"team", "p"}};
  EXPECT_EQ(PoliciesCounting(caches_, {{"team", "a"}, nullptr, session}), all);
  EXPECT_EQ(PoliciesCounting(caches_, {{"team", "a"}, session, nullptr}), all);
  EXPECT_EQ(PoliciesCounting(caches_, {{"team", "a"}, session, refused}), all);
  EXPECT_THAT(PoliciesCounting(caches_, {{"team", "a"}, refused, refused}), IsEmpty());
  EXPECT_THAT(PoliciesCounting(caches_, {{"other", "a"}, nullptr, session}), IsEmpty());
}

TEST_F(MappersTest, WorkloadConcernsWhoNamesItAndWhoIsInIt) {
  const kube::KeyMapper map = MapWorkload(sessions_, kube::resources::kDeployments);
  json injected = MakeDeployment();
  injected["spec"]["template"]["metadata"]["labels"][devsession::kSessionLabel] = "former";
  EXPECT_THAT(
      map({{"team", "api"}, Share(injected), Share(MakeDeployment())}),
      ElementsAre(ObjectKey{"team", "a"}, ObjectKey{"team", "b"}, ObjectKey{"team", "former"}));
}

TEST_F(MappersTest, IngressConcernsItsSessionAndWhoAsksForItsHosts) {
  json first = SessionOn("a", "api");
  json second = SessionOn("b", "web");
  second["metadata"]["namespace"] = "other";
  for (json* session : {&first, &second}) {
    (*session)["spec"]["expose"] = {{"host", "{owner}.example.com"}};
  }
  caches_.sessions.Replace({Share(first), Share(second), Share(SessionOn("c", "web"))});
  const kube::KeyMapper map = MapIngress(sessions_);
  json ingress = kube::MakeObject(kube::resources::kIngresses, {"third", "shop"});
  ingress["spec"]["rules"] = json::array({{{"host", "dev1.example.com"}}, {{"host", "x.org"}}});
  EXPECT_THAT(map({{"third", "shop"}, Share(ingress), nullptr}),
              ElementsAre(ObjectKey{"other", "b"}, ObjectKey{"team", "a"}));
  json own = kube::MakeObject(kube::resources::kIngresses, {"team", "hawser-c"});
  own["metadata"]["labels"][devsession::kSessionLabel] = "c";
  EXPECT_THAT(map({{"team", "hawser-c"}, nullptr, Share(own)}),
              ElementsAre(ObjectKey{"team", "c"}));
  EXPECT_THAT(map({{"team", "x"}, nullptr, Share(json{{"spec", {{"rules", "odd"}}}})}), IsEmpty());
}

TEST_F(MappersTest, WorkloadOfAnotherKindOrNamespaceConcernsNobody) {
  const kube::KeyMapper map = MapWorkload(sessions_, kube::resources::kStatefulSets);
  EXPECT_THAT(map({{"team", "api"}, nullptr, Share(MakeDeployment())}), IsEmpty());
  const kube::KeyMapper elsewhere = MapWorkload(sessions_, kube::resources::kDeployments);
  EXPECT_THAT(elsewhere({{"other", "api"}, nullptr, Share(MakeDeployment())}), IsEmpty());
}

TEST_F(MappersTest, StatusAloneConcernsTheSessionWhenItIsOfReportsOrRestarts) {
  const kube::KeyMapper map = MapSession(caches_);
  const json before = SessionOn("a", "api");
  const auto changed = [&](const json& status) {
    json after = before;
    after["status"].merge_patch(status);
    return map({{"team", "a"}, Share(before), Share(after)});
  };
  EXPECT_THAT(changed({{"phase", "Failed"}}), IsEmpty());
  EXPECT_THAT(changed({{"restarts", {{"requested", 1}}}}), ElementsAre(ObjectKey{"team", "a"}));
  EXPECT_THAT(changed({{"directRestarts", {{"count", 1}}}}), ElementsAre(ObjectKey{"team", "a"}));
  EXPECT_THAT(changed({{"pods", json::array({{{"name", "x"}, {"treeDigest", "ab"}}})}}),
              ElementsAre(ObjectKey{"team", "a"}));
  json edited = before;
  edited["metadata"]["generation"] = 99;
  EXPECT_THAT(map({{"team", "a"}, Share(before), Share(edited)}),
              ElementsAre(ObjectKey{"team", "a"}, ObjectKey{"team", "b"}));
}

}  // namespace
}  // namespace hawser::controller
