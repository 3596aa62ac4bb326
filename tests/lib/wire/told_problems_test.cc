// What of many problems and long texts is told.
#include "lib/wire/told_problems.h"

#include <gtest/gtest.h>

#include "lib/wire/channel.h"
#include "lib/wire/limits.h"
#include "tests/lib/wire/content.h"
#include "tests/support/memory_pipe.h"

namespace hawser::wire {
namespace {

std::vector<Problem> Problems(size_t count, const std::string& message) {
  std::vector<Problem> problems;
  for (size_t i = 0; i < count; ++i) {
    problems.push_back({"/app/" + std::to_string(i), ProblemReason::kBusy, message});
  }
  return problems;
}

TEST(ToldProblemsTest, LeavesWhatFitsAlone) {
  for (const size_t count : {size_t{0}, size_t{1}, kMaxToldProblems}) {
    std::vector<Problem> problems = Problems(count, std::string(kMaxToldText, 'm'));
    CutToTold(problems);
    EXPECT_EQ(problems, Problems(count, std::string(kMaxToldText, 'm'))) << count;
  }
}

TEST(ToldProblemsTest, SaysAtTheLastHowManyMoreThereAre) {
  std::vector<Problem> problems = Problems(kMaxToldProblems + 1, "busy");
  CutToTold(problems);
  ASSERT_EQ(problems.size(), kMaxToldProblems);
  EXPECT_EQ(problems[198].message, "busy");
  EXPECT_EQ(problems[199].path, "/app/199");
  EXPECT_EQ(problems[199].message, "busy; 1 more problem is not listed");
  problems = Problems(80000, "busy");
  CutToTold(problems);
  EXPECT_EQ(problems.back().message, "busy; 79800 more problems are not listed");
}

TEST(ToldProblemsTest, CutsLongTextsBetweenCharacters) {
  std::string text(kMaxToldText - 1, 'm');
  std::vector<Problem> problems = Problems(1, text + "\u00e9");
  CutToTold(problems);
  EXPECT_EQ(problems[0].message, text);
  std::vector<StepResult> steps{{.message = std::string(100000, 'm')}};
  CutToTold(steps);
  EXPECT_EQ(steps[0].message, std::string(kMaxToldText, 'm'));
}

TEST(ToldProblemsTest, LeavesWhatItCutAlone) {
  std::vector<Problem> problems = Problems(300, std::string(100000, 'm'));
  CutToTold(problems);
  const std::vector<Problem> cut = problems;
  CutToTold(problems);
  EXPECT_EQ(problems, cut);
}

TEST(ToldProblemsTest, MakesWhatAnyMessageHolds) {
  auto [ours, theirs] = hawser::testing::MakeMemoryPipe(32U << 20);
  Channel channel(std::move(ours));
  BatchResult result{.number = 1};
  for (size_t i = 0; i < kMaxToldProblems + 100; ++i) {
    const std::string noise = RandomBytes(kMaxPath, i);
    result.problems.push_back({noise, ProblemReason::kOther, noise + noise});
  }
  for (uint32_t i = 0; i < kMaxSteps; ++i) {
    result.steps.push_back({.step = i, .message = RandomBytes(2 * kMaxToldText, i)});
  }
  CutToTold(result.problems);
  CutToTold(result.steps);
  EXPECT_TRUE(channel.Send(result, In(std::chrono::seconds(10))).ok());
}

}  // namespace
}  // namespace hawser::wire
