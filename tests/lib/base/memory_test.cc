// Memory that is given back is gone from the process's account, and the program goes on.
#include "lib/base/memory.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <string>
#include <string_view>

namespace hawser {
namespace {

int64_t ResidentFileKib() {
  std::ifstream status("/proc/self/status");
  constexpr std::string_view kKey = "RssFile:";
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with(kKey)) return std::strtoll(line.c_str() + kKey.size(), nullptr, 10);
  }
  return 0;
}

TEST(MemoryTest, ProgramPagesComeBackAsTheyAreUsed) {
  const int64_t before = ResidentFileKib();
  ReturnProgramPages();
  EXPECT_LT(ResidentFileKib(), before);
  ReturnFreeMemory();
  EXPECT_EQ(std::string("constants").append(" and code"), "constants and code");
}

}  // namespace
}  // namespace hawser
