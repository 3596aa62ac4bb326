// The fake API server keeps the contract of the real one, and its own controls work.
#include "tests/support/kube/fake_kube_api.h"

#include <gtest/gtest.h>

#include "tests/support/fake_clock.h"
#include "tests/support/kube/kube_api_contract_cases.h"

namespace hawser::testing {
namespace {

using nlohmann::json;

struct FakeWithClock {
  FakeClock clock;
  FakeKubeApi api{clock};
};

ApiFactory FakeApi() {
  return [] {
    const auto fake = std::make_shared<FakeWithClock>();
    return ApiUnderTest{{fake, &fake->api}, "dev"};
  };
}

INSTANTIATE_TEST_SUITE_P(Fake, KubeApiContract, ::testing::Values(FakeApi()));

class FakeKubeApiTest : public ::testing::Test {
 protected:
  static json Map(const std::string& name) { return kube::MakeObject(kConfigMaps, {"dev", name}); }

  FakeClock clock_;
  FakeKubeApi api_{clock_};
};

TEST_F(FakeKubeApiTest, FailsTheNthCallBeforeItsEffect) {
  api_.FailCall(2, UnavailableError("cut"));
  EXPECT_TRUE(api_.Create(kConfigMaps, "dev", Map("a")).ok());
  EXPECT_EQ(api_.Create(kConfigMaps, "dev", Map("b")).status(), UnavailableError("cut"));
  EXPECT_TRUE(api_.Create(kConfigMaps, "dev", Map("b")).ok());
}

TEST_F(FakeKubeApiTest, LosesTheAnswerAfterTheEffect) {
  api_.FailCall(1, UnavailableError("cut"), true);
  EXPECT_EQ(api_.Create(kConfigMaps, "dev", Map("a")).status(), UnavailableError("cut"));
  EXPECT_TRUE(api_.Get(kConfigMaps, {"dev", "a"}).ok());
}

TEST_F(FakeKubeApiTest, FaultsChooseTheirCalls) {
  api_.SetFault([](const KubeCall& call) {
    return call.verb == "get" ? PermissionDeniedError("no") : OkStatus();
  });
  EXPECT_TRUE(api_.Create(kConfigMaps, "dev", Map("a")).ok());
  EXPECT_EQ(api_.Get(kConfigMaps, {"dev", "a"}).status().code(), Code::kPermissionDenied);
}

TEST_F(FakeKubeApiTest, CountsCallsAndWrites) {
  EXPECT_TRUE(api_.Create(kConfigMaps, "dev", Map("a")).ok());
  EXPECT_TRUE(api_.Get(kConfigMaps, {"dev", "a"}).ok());
  EXPECT_EQ(api_.writes(), 1U);
  ASSERT_EQ(api_.calls().size(), 2U);
  EXPECT_EQ(api_.calls()[1].verb, "get");
}

TEST_F(FakeKubeApiTest, RefusesTypesItDoesNotKnow) {
  const kube::Resource widgets{"example.dev", "v1", "widgets", "Widget"};
  EXPECT_EQ(api_.List(widgets, {}).status().code(), Code::kNotFound);
  api_.AddResource(widgets);
  EXPECT_TRUE(api_.List(widgets, {}).ok());
}

TEST_F(FakeKubeApiTest, EndsWatchesOnDemand) {
  WatchedMaps watch(api_, {.ns = "dev"}, api_.List(kConfigMaps, {})->resource_version);
  while (api_.watches() == 0) std::this_thread::yield();
  api_.EndWatches(UnavailableError("gone"));
  EXPECT_EQ(watch.Join(), UnavailableError("gone"));
}

TEST_F(FakeKubeApiTest, BookmarksCarryTheCurrentVersion) {
  EXPECT_TRUE(api_.Create(kConfigMaps, "dev", Map("a")).ok());
  const std::string version = api_.List(kConfigMaps, {})->resource_version;
  std::string seen;
  std::jthread watch([&](const std::stop_token& stop) {
    const auto take = [&](const kube::WatchEvent& event) {
      seen = kube::ResourceVersionOf(*event.object);
      return CancelledError("seen");
    };
    EXPECT_EQ(api_.Watch(kConfigMaps, {}, version, take, stop).code(), Code::kCancelled);
  });
  while (api_.watches() == 0) std::this_thread::yield();
  api_.SendBookmarks();
  watch.join();
  EXPECT_EQ(seen, version);
}

TEST_F(FakeKubeApiTest, ExpiredHistoryNeedsAFreshList) {
  const std::string version = api_.List(kConfigMaps, {})->resource_version;
  api_.ExpireHistory();
  WatchedMaps old_watch(api_, {}, version);
  EXPECT_EQ(old_watch.Join().code(), Code::kOutOfRange);
  WatchedMaps fresh(api_, {}, api_.List(kConfigMaps, {})->resource_version);
  EXPECT_TRUE(api_.Create(kConfigMaps, "dev", Map("a")).ok());
  EXPECT_EQ(fresh.Next(), "added a");
  EXPECT_EQ(fresh.Stop().code(), Code::kCancelled);
}

TEST_F(FakeKubeApiTest, CollectsObjectsWhoseOwnerIsGone) {
  const json owner = *api_.Create(kConfigMaps, "dev", Map("owner"));
  json child = Map("child");
  child["metadata"]["ownerReferences"] = json::array({kube::MakeControllerReference(owner)});
  const json made = *api_.Create(kConfigMaps, "dev", child);
  json grandchild = Map("grandchild");
  grandchild["metadata"]["ownerReferences"] = json::array({kube::MakeControllerReference(made)});
  EXPECT_TRUE(api_.Create(kConfigMaps, "dev", grandchild).ok());
  api_.CollectGarbage();
  EXPECT_EQ(api_.List(kConfigMaps, {})->items.size(), 3U);
  EXPECT_TRUE(api_.Delete(kConfigMaps, {"dev", "owner"}).ok());
  api_.CollectGarbage();
  EXPECT_EQ(api_.List(kConfigMaps, {})->items.size(), 0U);
}

}  // namespace
}  // namespace hawser::testing
