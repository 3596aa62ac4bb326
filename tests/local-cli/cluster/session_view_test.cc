// What the loops hear of a session and its pods.
#include "local-cli/cluster/session_view.h"

#include <gtest/gtest.h>

#include <atomic>
#include <nlohmann/json.hpp>

#include "lib/base/bounded_queue.h"
#include "tests/support/fake_clock.h"
#include "tests/support/kube/fake_kube_api.h"
#include "tests/support/kube/session_objects.h"

namespace hawser::cli {
namespace {

const kube::ObjectKey kSession{.ns = "team", .name = "dev"};

class SessionViewTest : public ::testing::Test {
 protected:
  SessionViewTest() {
    api_.AddResource(kDevSessions);
    AddSession("dev");
    AddSession("other");
  }

  void AddSession(const std::string& name) {
    nlohmann::json session = testing::MakeSession(name);
    session["metadata"] = {{"name", name}};
    ASSERT_TRUE(api_.Create(kDevSessions, "team", session).ok());
  }

  std::unique_ptr<SessionView> MakeView() {
    return std::make_unique<SessionView>(api_, clock_, kSession,
                                         [this](const SessionNews& news) { seen_.Push(news); });
  }

  /// The next news of that kind that `fits`; others are passed over.
  template <typename Kind, typename Fits>
  std::optional<Kind> Await(const Fits& fits) {
    const Deadline deadline = In(std::chrono::seconds(20));
    while (std::optional<SessionNews> input = seen_.Pop(deadline)) {
      if (auto* found = std::get_if<Kind>(&*input); found != nullptr && fits(*found)) {
        return std::move(*found);
      }
    }
    return std::nullopt;
  }
  template <typename Kind>
  std::optional<Kind> Await() {
    return Await<Kind>([](const Kind&) { return true; });
  }

  const testing::FakeClock clock_;
  testing::FakeKubeApi api_{clock_};
  BoundedQueue<SessionNews> seen_{256};
};

TEST_F(SessionViewTest, TellsOfTheSessionAndOfNoOther) {
  const auto view = MakeView();
  const auto first = Await<SessionSeen>();
  ASSERT_TRUE(first.has_value());
  EXPECT_EQ(first->session.name, "dev");
  ASSERT_TRUE(api_.Patch(kDevSessions, {.ns = "team", .name = "other"}, kube::PatchType::kMerge,
                         {{"spec", {{"owner", "dev2"}}}}, "")
                  .ok());
  ASSERT_TRUE(api_.Patch(kDevSessions, kSession, kube::PatchType::kMerge,
                         {{"spec", {{"owner", "dev3"}}}}, "")
                  .ok());
  const auto second = Await<SessionSeen>();
  ASSERT_TRUE(second.has_value());
  EXPECT_EQ(second->session.spec.owner, "dev3");
}

TEST_F(SessionViewTest, TellsAllPodsWheneverOneChanges) {
  const auto view = MakeView();
  for (const char* name : {"api-1", "api-2"}) {
    nlohmann::json pod = testing::MakePod(name, testing::Running(), testing::Running());
    ASSERT_TRUE(api_.Create(kube::resources::kPods, "team", pod).ok());
  }
  const auto both = Await<PodsSeen>([](const PodsSeen& seen) { return seen.pods.size() == 2; });
  EXPECT_TRUE(both.has_value());
  ASSERT_TRUE(api_.Delete(kube::resources::kPods, {.ns = "team", .name = "api-1"}).ok());
  const auto one = Await<PodsSeen>([](const PodsSeen& seen) { return seen.pods.size() == 1; });
  ASSERT_TRUE(one.has_value());
  EXPECT_EQ(one->pods[0].name, "api-2");
}

TEST_F(SessionViewTest, TellsThatTheSessionIsGone) {
  const auto view = MakeView();
  ASSERT_TRUE(Await<SessionSeen>().has_value());
  ASSERT_TRUE(api_.Delete(kDevSessions, kSession).ok());
  EXPECT_TRUE(Await<SessionGone>().has_value());
}

TEST_F(SessionViewTest, TellsOfTroubleAndGoesOn) {
  // The session's own list fails: what the list of pods brings does not wait for it.
  std::atomic<bool> failed = false;
  api_.SetFault([&](const testing::KubeCall& call) {
    const bool fails = call.resource == kDevSessions && !failed.exchange(true);
    return fails ? UnavailableError("no route") : OkStatus();
  });
  const auto view = MakeView();
  const auto trouble = Await<ClusterTrouble>();
  ASSERT_TRUE(trouble.has_value());
  EXPECT_EQ(trouble->status.code(), Code::kUnavailable);
  EXPECT_TRUE(Await<SessionSeen>().has_value());
}

}  // namespace
}  // namespace hawser::cli
