// Registries that are slow, fail or are asked about too much hold up nobody else.
#include "controller/image_questions.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <thread>
#include <vector>

#include "tests/support/fake_clock.h"

namespace hawser::controller {
namespace {

using ::testing::ElementsAre;
using ::testing::UnorderedElementsAre;

class FakeRegistries final : public ImageCommandSource {
 public:
  Result<ImageCommand> Lookup(const std::string& image) override {
    asked.push_back(image);
    if (meanwhile) meanwhile();
    const auto it = known.find(image);
    if (it == known.end()) return NotFoundError("no " + image);
    return it->second;
  }

  std::map<std::string, ImageCommand> known;
  std::vector<std::string> asked;
  std::function<void()> meanwhile;
};

class ImageQuestionsTest : public ::testing::Test {
 protected:
  bool Pending(const std::string& image, const kube::ObjectKey& asker = {"team", "dev"}) {
    const Result<std::optional<ImageCommand>> found = questions_.Find(image, asker);
    return found.ok() && !found->has_value();
  }
  void AskAll() {
    while (questions_.AskNext([this](const kube::ObjectKey& key) { told_.push_back(key.name); })) {
    }
  }

  testing::FakeClock clock_;
  FakeRegistries registries_;
  ImageQuestions questions_{registries_, clock_};
  std::vector<std::string> told_;
};

TEST_F(ImageQuestionsTest, AnswersLaterAndTellsAllWhoAsked) {
  registries_.known["a"] = {.entrypoint = {"/a"}};
  EXPECT_TRUE(Pending("a"));
  EXPECT_TRUE(Pending("a", {"team", "other"}));
  EXPECT_TRUE(registries_.asked.empty()) << "whoever asks does not wait";
  AskAll();
  EXPECT_THAT(told_, UnorderedElementsAre("dev", "other"));
  EXPECT_THAT(registries_.asked, ElementsAre("a"));
  EXPECT_EQ((*questions_.Find("a", {"team", "dev"}))->entrypoint, std::vector<std::string>{"/a"});
}

TEST_F(ImageQuestionsTest, AsksAgainOnceAnAnswerIsOld) {
  registries_.known["a"] = {.entrypoint = {"/a"}};
  EXPECT_TRUE(Pending("a"));
  AskAll();
  clock_.Advance(ImageQuestions::kAnswerCounts);
  EXPECT_TRUE(Pending("a")) << "the tag may have moved";
  AskAll();
  EXPECT_EQ(registries_.asked.size(), 2U);
}

TEST_F(ImageQuestionsTest, TellsTheLastFailureUntilThereIsAnotherAnswer) {
  EXPECT_TRUE(Pending("a"));
  AskAll();
  EXPECT_EQ(questions_.Find("a", {"team", "dev"}).status().message(), "no a");
  EXPECT_FALSE(questions_.AskNext([](const auto&) {})) << "it was just asked";
  clock_.Advance(ImageQuestions::kAnswerCounts);
  EXPECT_EQ(questions_.Find("a", {"team", "dev"}).status().message(), "no a");
  registries_.known["a"] = {.cmd = {"run"}};
  AskAll();
  EXPECT_THAT(told_, ElementsAre("dev", "dev"));
  EXPECT_EQ((*questions_.Find("a", {"team", "dev"}))->cmd, std::vector<std::string>{"run"});
}

TEST_F(ImageQuestionsTest, NamespacesTakeTurns) {
  for (const char* image : {"a1", "a2", "a3"}) EXPECT_TRUE(Pending(image, {"a", "s"}));
  EXPECT_TRUE(Pending("b1", {"b", "s"}));
  EXPECT_TRUE(Pending("c1", {"c", "s"}));
  EXPECT_TRUE(Pending("a3", {"c", "s"})) << "not to wait until the others of a were asked";
  AskAll();
  EXPECT_THAT(registries_.asked, ElementsAre("a1", "b1", "c1", "a2", "a3"));
}

TEST_F(ImageQuestionsTest, AsksForANamespaceOneThingAtATime) {
  EXPECT_TRUE(Pending("a1", {"a", "s"}));
  EXPECT_TRUE(Pending("a2", {"a", "s"}));
  EXPECT_TRUE(Pending("b1", {"b", "s"}));
  registries_.meanwhile = [this] {
    registries_.meanwhile = nullptr;
    AskAll();  // what another thread does while the first registry is silent
    EXPECT_THAT(registries_.asked, ElementsAre("a1", "b1"));
  };
  AskAll();
  EXPECT_THAT(registries_.asked, ElementsAre("a1", "b1", "a2"));
}

TEST_F(ImageQuestionsTest, WhatIsBeingAskedIsNotAskedTwice) {
  EXPECT_TRUE(Pending("x", {"a", "first"}));
  registries_.meanwhile = [this] {
    registries_.meanwhile = nullptr;
    EXPECT_TRUE(Pending("x", {"b", "second"}));
    AskAll();
  };
  AskAll();
  EXPECT_THAT(registries_.asked, ElementsAre("x"));
  EXPECT_THAT(told_, UnorderedElementsAre("first", "second"));
}

TEST_F(ImageQuestionsTest, IsBounded) {
  for (size_t i = 0; i < ImageQuestions::kMaxImages; ++i) {
    EXPECT_TRUE(Pending("i" + std::to_string(i)));
  }
  EXPECT_EQ(questions_.Find("more", {"team", "dev"}).status().code(), Code::kResourceExhausted);
  AskAll();
  EXPECT_TRUE(Pending("more")) << "in place of an answer that nobody waits for";
}

TEST_F(ImageQuestionsTest, RunAsksAsItIsAskedAndEnds) {
  registries_.known["a"] = {.entrypoint = {"/a"}};
  std::promise<std::string> told;
  std::jthread asks([&](const std::stop_token& stop) {
    questions_.Run(stop, [&](const kube::ObjectKey& key) { told.set_value(key.name); });
  });
  EXPECT_TRUE(Pending("a"));
  std::future<std::string> name = told.get_future();
  ASSERT_EQ(name.wait_for(std::chrono::seconds(10)), std::future_status::ready);
  EXPECT_EQ(name.get(), "dev");
}

}  // namespace
}  // namespace hawser::controller
