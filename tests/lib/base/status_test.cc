// Codes, messages, errno mapping and what may be retried.
#include "lib/base/status.h"

#include <gtest/gtest.h>

#include <cerrno>
#include <set>

namespace hawser {
namespace {

TEST(StatusTest, IsOkByDefault) {
  EXPECT_TRUE(Status().ok());
  EXPECT_EQ(OkStatus().ToString(), "ok");
}

TEST(StatusTest, SaysCodeAndMessage) {
  EXPECT_EQ(NotFoundError("secret x").ToString(), "not found: secret x");
}

TEST(StatusTest, PutsContextInFrontOfFailuresOnly) {
  EXPECT_EQ(NotFoundError("x").Annotate("reading y"), NotFoundError("reading y: x"));
  EXPECT_EQ(OkStatus().Annotate("reading y"), OkStatus());
}

TEST(StatusTest, GivesEveryCodeANameOfItsOwn) {
  std::set<std::string_view> names;
  constexpr int kCodes = static_cast<int>(Code::kDataLoss) + 1;
  for (int code = 0; code < kCodes; ++code) names.insert(CodeName(static_cast<Code>(code)));
  EXPECT_EQ(names.size(), static_cast<size_t>(kCodes));
}

TEST(StatusTest, MapsSystemErrors) {
  EXPECT_TRUE(ErrnoStatus(0, "x").ok());
  EXPECT_EQ(ErrnoStatus(ENOENT, "open a").code(), Code::kNotFound);
  EXPECT_EQ(ErrnoStatus(EROFS, "open a").code(), Code::kPermissionDenied);
  EXPECT_EQ(ErrnoStatus(ENOSPC, "write").code(), Code::kResourceExhausted);
  EXPECT_EQ(ErrnoStatus(ECONNREFUSED, "connect").code(), Code::kUnavailable);
  EXPECT_EQ(ErrnoStatus(ENOENT, "open a").message(), "open a: No such file or directory");
}

TEST(StatusTest, RetriesOnlyWhatMayPass) {
  EXPECT_TRUE(IsRetryable(UnavailableError("")));
  EXPECT_TRUE(IsRetryable(AbortedError("")));
  EXPECT_FALSE(IsRetryable(InvalidArgumentError("")));
  EXPECT_FALSE(IsRetryable(OkStatus()));
}

}  // namespace
}  // namespace hawser
