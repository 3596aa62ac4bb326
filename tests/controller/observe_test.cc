// What is read from caches, from the server and from the registry, and when.
#include "controller/observe.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "controller/resources.h"
#include "tests/controller/simulated_cluster.h"

namespace hawser::controller {
namespace {

using nlohmann::json;
using testing::MakeDeployment;
using testing::MakePod;
using testing::MakeSession;
using testing::Running;

kube::ObjectPtr SharedObject(json object) {
  return std::make_shared<const json>(std::move(object));
}

json Injected(const std::string& session) {
  json deployment = MakeDeployment();
  deployment["spec"]["template"]["metadata"]["labels"][devsession::kSessionLabel] = session;
  return deployment;
}

class ObserveTest : public ::testing::Test {
 protected:
  void Cache(const json& session, const json& deployment) {
    caches_.sessions.Replace({SharedObject(session)});
    caches_.deployments.Replace({SharedObject(deployment)});
  }

  Observed Observe() {
    Result<std::optional<Observed>> observed = observer_.Observe({"team", "dev"});
    EXPECT_TRUE(observed.ok()) << observed.status();
    return observed.value().value();
  }

  testing::FakeClock clock_;
  testing::FakeKubeApi api_{clock_};
  testing::FakeImages images_;
  Caches caches_;
  KeyMemory keys_;
  Observer observer_{caches_, keys_, api_, images_, clock_};
};

TEST_F(ObserveTest, SeesNothingOfASessionThatIsGone) {
  const auto observed = observer_.Observe({"team", "gone"});
  ASSERT_TRUE(observed.ok()) << observed.status();
  EXPECT_FALSE(observed->has_value());
  EXPECT_TRUE(api_.calls().empty());
}

TEST_F(ObserveTest, SeesTargetPodsAndRivals) {
  json web = MakeSession("web");
  web["spec"]["target"]["name"] = "web";
  caches_.sessions.Replace(
      {SharedObject(MakeSession()), SharedObject(MakeSession("late")), SharedObject(web)});
  caches_.deployments.Replace({SharedObject(MakeDeployment())});
  json foreign = MakePod("web-1", Running(), Running());
  foreign["metadata"]["labels"][devsession::kSessionLabel] = "web";
  caches_.pods.Replace(
      {SharedObject(MakePod("api-1", Running(), Running())), SharedObject(foreign)});
  const Observed observed = Observe();
  EXPECT_TRUE(observed.target.has_value());
  EXPECT_EQ(observed.pods.size(), 1U);
  ASSERT_EQ(observed.rivals.size(), 1U);
  EXPECT_EQ(observed.rivals[0].name, "late");
  EXPECT_EQ(observed.keys.kind, KeysState::Kind::kMissing);
}

TEST_F(ObserveTest, AsksTheRegistryOnlyWhenThePodSpecDoesNotSay) {
  json session = MakeSession();
  Cache(session, MakeDeployment());
  Observe();
  EXPECT_EQ(images_.asked, 0);
  session["spec"]["target"]["container"] = "proxy";
  Cache(session, MakeDeployment());
  EXPECT_EQ(Observe().image_error->code(), Code::kNotFound) << "part of what was observed";
  images_.known["proxy:1"] = {.entrypoint = {"/proxy"}};
  EXPECT_EQ(Observe().image_command, (ImageCommand{.entrypoint = {"/proxy"}}));
}

TEST_F(ObserveTest, KeepsTheIdentityOfASessionThatDoesNotParse) {
  json session = MakeSession();
  session["spec"]["owner"] = 7;
  Cache(session, Injected("dev"));
  const Observed observed = Observe();
  EXPECT_EQ(observed.spec_error.code(), Code::kInvalidArgument);
  EXPECT_EQ(observed.session.name, "dev");
  EXPECT_EQ(observed.injected.size(), 1U);
  EXPECT_FALSE(observed.target.has_value());
}

TEST_F(ObserveTest, ReadsTheTargetOfADeletedSessionFromTheServer) {
  json session = MakeSession();
  session["metadata"]["deletionTimestamp"] = "2026-01-02T00:00:00Z";
  Cache(session, MakeDeployment());
  json live = Injected("dev");
  live["metadata"].erase("resourceVersion");
  ASSERT_TRUE(api_.Create(kube::resources::kDeployments, "team", live).ok());
  EXPECT_EQ(Observe().injected.size(), 1U) << "the cache does not show it yet";

  Cache(session, Injected("dev"));
  ASSERT_TRUE(api_.Delete(kube::resources::kDeployments, {"team", "api"}).ok());
  EXPECT_TRUE(Observe().injected.empty()) << "the cache shows what is gone";
}

TEST_F(ObserveTest, FailsWhenTheServerDoesNotAnswer) {
  json session = MakeSession();
  session["metadata"]["finalizers"] = {devsession::kFinalizer};
  Cache(session, MakeDeployment());
  api_.FailCall(1, UnavailableError("cut"));
  EXPECT_EQ(observer_.Observe({"team", "dev"}).status().code(), Code::kUnavailable);
}

}  // namespace
}  // namespace hawser::controller
