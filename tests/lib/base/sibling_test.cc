// Programs that are installed side by side.
#include "lib/base/sibling.h"

#include <gtest/gtest.h>

#include <string>

namespace hawser {
namespace {

TEST(SiblingTest, SaysWhichFileIsMissing) {
  std::string self = "self";
  char* argv[] = {self.data(), nullptr};
  const Status status = BecomeSibling("no-such-program", argv);
  EXPECT_EQ(status.code(), Code::kNotFound);
  EXPECT_NE(status.message().find("/no-such-program, which belongs beside "), std::string::npos)
      << status.message();
}

}  // namespace
}  // namespace hawser
