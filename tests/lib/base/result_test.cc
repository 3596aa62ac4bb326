// A value or a failure, and the macros that pass failures on.
#include "lib/base/result.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>

namespace hawser {
namespace {

struct Base {
  virtual ~Base() = default;
};
struct Derived final : Base {};

Result<int> Half(int number) {
  if (number % 2 != 0) return InvalidArgumentError("odd");
  return number / 2;
}

Result<int> Quarter(int number) {
  HAWSER_ASSIGN_OR_RETURN(const int half, Half(number));
  return Half(half);
}

Status CheckHalf(int number) {
  HAWSER_RETURN_IF_ERROR(Half(number).status());
  return OkStatus();
}

TEST(ResultTest, HoldsAValue) {
  const Result<int> result = Half(8);
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(*result, 4);
  EXPECT_TRUE(result.status().ok());
}

TEST(ResultTest, HoldsAFailure) {
  EXPECT_EQ(Half(7).status(), InvalidArgumentError("odd"));
  EXPECT_EQ(Half(7).value_or(5), 5);
}

TEST(ResultTest, PassesFailuresOn) {
  EXPECT_EQ(*Quarter(8), 2);
  EXPECT_EQ(Quarter(6).status(), InvalidArgumentError("odd"));
  EXPECT_EQ(CheckHalf(7), InvalidArgumentError("odd"));
  EXPECT_EQ(CheckHalf(8), OkStatus());
}

TEST(ResultTest, MovesItsValueOut) {
  Result<std::unique_ptr<int>> result(std::make_unique<int>(3));
  const std::unique_ptr<int> taken = std::move(result).value();
  EXPECT_EQ(*taken, 3);
}

TEST(ResultTest, ConvertsWhatItsValueIsMadeOf) {
  const Result<std::unique_ptr<Base>> pointer = std::make_unique<Derived>();
  EXPECT_TRUE(pointer.ok());
  const Result<std::string> text = "literal";
  EXPECT_EQ(text->size(), 7U);
}

TEST(ResultDeathTest, AbortsWhenAFailuresValueIsRead) {
  const Result<int> result = Half(7);
  EXPECT_DEATH({ [[maybe_unused]] const int value = *result; }, "");
}

}  // namespace
}  // namespace hawser
