// Events on the fake API server: what is written, and how repeats are counted.
#include "lib/kube/events.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "lib/kube/object.h"
#include "tests/support/fake_clock.h"
#include "tests/support/kube/fake_kube_api.h"

namespace hawser::kube {
namespace {

using nlohmann::json;
using std::chrono::minutes;
using std::chrono::seconds;

class EventsTest : public ::testing::Test {
 protected:
  EventsTest() {
    regarding_["metadata"]["uid"] = "uid-1";
    regarding_["apiVersion"] = "hawser.dev/v1alpha1";
    regarding_["kind"] = "DevSession";
  }

  Status Record(const std::string& note) {
    return recorder_.Record(regarding_,
                            {.reason = "AgentInjected", .action = "Inject", .note = note});
  }
  std::vector<json> Written() {
    Result<ObjectList> list = api_.List(resources::kEvents, {});
    EXPECT_TRUE(list.ok()) << list.status();
    return list.ok() ? std::move(list->items) : std::vector<json>();
  }

  testing::FakeClock clock_;
  testing::FakeKubeApi api_{clock_};
  EventRecorder recorder_{api_, {"hawser.dev/controller", "controller-0"}, clock_};
  json regarding_ = MakeObject(resources::kConfigMaps, {"dev", "api"});
};

TEST_F(EventsTest, WritesWhatHappenedToWhat) {
  ASSERT_TRUE(Record("the agent is in").ok());
  ASSERT_EQ(Written().size(), 1U);
  const json event = Written()[0];
  EXPECT_EQ(NamespaceOf(event), "dev");
  EXPECT_TRUE(NameOf(event).starts_with("api."));
  EXPECT_EQ(event["eventTime"], "2026-01-02T03:04:05.000000Z");
  EXPECT_EQ(event["type"], "Normal");
  EXPECT_EQ(event["reason"], "AgentInjected");
  EXPECT_EQ(event["action"], "Inject");
  EXPECT_EQ(event["note"], "the agent is in");
  EXPECT_EQ(event["reportingController"], "hawser.dev/controller");
  EXPECT_EQ(event["reportingInstance"], "controller-0");
  const json reference = {{"apiVersion", "hawser.dev/v1alpha1"},
                          {"kind", "DevSession"},
                          {"namespace", "dev"},
                          {"name", "api"},
                          {"uid", "uid-1"}};
  EXPECT_EQ(event["regarding"], reference);
}

TEST_F(EventsTest, CountsRepeatsInOneEvent) {
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(Record("again").ok());
    clock_.Advance(seconds(90));
  }
  ASSERT_EQ(Written().size(), 1U);
  const json series = {{"count", 3}, {"lastObservedTime", "2026-01-02T03:07:05.000000Z"}};
  EXPECT_EQ(Written()[0]["series"], series);
}

TEST_F(EventsTest, OtherEventsAndObjectsAreNoRepeats) {
  ASSERT_TRUE(Record("one").ok());
  ASSERT_TRUE(Record("two").ok());
  regarding_["metadata"]["uid"] = "uid-2";
  ASSERT_TRUE(Record("one").ok());
  EXPECT_EQ(Written().size(), 3U);
}

TEST_F(EventsTest, BeginsAnewAfterSixQuietMinutes) {
  ASSERT_TRUE(Record("again").ok());
  clock_.Advance(minutes(6));
  ASSERT_TRUE(Record("again").ok());
  EXPECT_EQ(Written().size(), 2U);
}

TEST_F(EventsTest, BeginsAnewWhenTheServerForgotTheEvent) {
  ASSERT_TRUE(Record("again").ok());
  ASSERT_TRUE(api_.Delete(resources::kEvents, KeyOf(Written()[0])).ok());
  ASSERT_TRUE(Record("again").ok());
  ASSERT_EQ(Written().size(), 1U);
  EXPECT_FALSE(Written()[0].contains("series"));
}

TEST_F(EventsTest, FailureLosesOnlyThatEvent) {
  api_.FailCall(1, UnavailableError("down"));
  const Status status = Record("lost");
  EXPECT_EQ(status.code(), Code::kUnavailable);
  EXPECT_NE(status.message().find("AgentInjected"), std::string::npos) << status;
  EXPECT_TRUE(Record("lost").ok());
  EXPECT_EQ(Written().size(), 1U);
}

TEST_F(EventsTest, CutsLongNotesBetweenCharacters) {
  std::string note(1023, 'x');
  note += "\xC3\xA9";
  ASSERT_TRUE(Record(note).ok());
  EXPECT_EQ(Written()[0]["note"], std::string(1023, 'x'));
}

TEST_F(EventsTest, EventsOfClusterWideObjectsGoToTheDefaultNamespace) {
  regarding_["metadata"].erase("namespace");
  ASSERT_TRUE(Record("x").ok());
  EXPECT_EQ(NamespaceOf(Written()[0]), "default");
  EXPECT_FALSE(Written()[0]["regarding"].contains("namespace"));
}

TEST_F(EventsTest, WhatHappensOnceIsWrittenOnceByWhomever) {
  const Event event{.reason = "Pushed",
                    .action = "Push",
                    .note = "n",
                    .related = ObjectReference{"v1", "Pod", {"dev", "api-1"}, "uid-pod"},
                    .once = "uid-pod 7"};
  ASSERT_TRUE(recorder_.Record(regarding_, event).ok());
  EventRecorder other(api_, {"hawser.dev/controller", "controller-1"}, clock_);
  ASSERT_TRUE(other.Record(regarding_, event).ok()) << "it is there already";
  ASSERT_EQ(Written().size(), 1U);
  const json pod = {{"apiVersion", "v1"},
                    {"kind", "Pod"},
                    {"namespace", "dev"},
                    {"name", "api-1"},
                    {"uid", "uid-pod"}};
  EXPECT_EQ(Written()[0]["related"], pod);
  EXPECT_FALSE(Written()[0].contains("series"));
  Event next = event;
  next.once = "uid-pod 8";
  ASSERT_TRUE(other.Record(regarding_, next).ok());
  EXPECT_EQ(Written().size(), 2U);
}

}  // namespace
}  // namespace hawser::kube
