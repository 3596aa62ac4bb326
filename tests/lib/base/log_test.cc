// The lines that reach standard error, in both formats.
#include "lib/base/log.h"

#include <gtest/gtest.h>

#include <regex>
#include <string>

namespace hawser {
namespace {

/// What `write` puts on standard error.
template <typename Write>
std::string Captured(log::Level level, log::Format format, Write write) {
  log::Configure(level, format);
  ::testing::internal::CaptureStderr();
  write();
  log::Configure(log::Level::kInfo, log::Format::kText);
  return ::testing::internal::GetCapturedStderr();
}

TEST(LogTest, WritesTextForPeople) {
  const std::string line = Captured(log::Level::kInfo, log::Format::kText, [] {
    log::Info("Batch applied",
              {{"batch", 7}, {"pod", "api-0"}, {"late", false}, {"why", "disk \"a\" full"}});
  });
  EXPECT_TRUE(std::regex_match(
      line, std::regex(R"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z info: Batch applied )"
                       R"(batch=7 pod=api-0 late=false why="disk \\"a\\" full"\n)")))
      << line;
}

TEST(LogTest, WritesOneJsonObjectALine) {
  const std::string line = Captured(log::Level::kInfo, log::Format::kJson, [] {
    log::Error("Stream closed", {{"peer", "a\nb\x1b"}, {"bytes", 12U}});
  });
  EXPECT_NE(
      line.find(R"("level":"error","message":"Stream closed","peer":"a\nb\u001b","bytes":"12"})"),
      std::string::npos)
      << line;
  EXPECT_EQ(line.find('\n'), line.size() - 1);
}

TEST(LogTest, LeavesOutWhatIsBelowItsLevel) {
  const auto write = [] {
    log::Debug("No");
    log::Info("No");
    log::Warning("Yes");
  };
  const std::string text = Captured(log::Level::kWarning, log::Format::kText, write);
  EXPECT_EQ(text.find("No"), std::string::npos);
  EXPECT_NE(text.find("warning: Yes"), std::string::npos);
  EXPECT_EQ(Captured(log::Level::kOff, log::Format::kText, write), "");
}

TEST(LogTest, KeepsControlCharactersFromTheTerminal) {
  const std::string line = Captured(log::Level::kInfo, log::Format::kText, [] {
    log::Info("From outside", {{"text", "\x1b[2J\r"}});
  });
  EXPECT_EQ(line.find('\x1b'), std::string::npos);
  EXPECT_EQ(line.find('\r'), std::string::npos);
}

}  // namespace
}  // namespace hawser
