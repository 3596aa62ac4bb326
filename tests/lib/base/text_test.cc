// Sizes, durations and times for people, and the parsers for what Kubernetes writes.
#include "lib/base/text.h"

#include <gtest/gtest.h>

namespace hawser {
namespace {

using std::chrono::hours;
using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

TEST(TextTest, FormatsSizes) {
  EXPECT_EQ(FormatBytes(0), "0 B");
  EXPECT_EQ(FormatBytes(1023), "1023 B");
  EXPECT_EQ(FormatBytes(4096), "4.0 KiB");
  EXPECT_EQ(FormatBytes(1258291), "1.2 MiB");
  EXPECT_EQ(FormatBytes(UINT64_MAX), "16777216.0 TiB");
}

TEST(TextTest, WritesDurationsAsTheyAreRead) {
  for (const char* text : {"12h", "1h30m", "45s", "1m", "26h1s", "0s"}) {
    EXPECT_EQ(DurationToText(ParseDuration(text).value()), text);
  }
}

TEST(TextTest, CarriesARoundedSizeIntoTheNextUnit) {
  EXPECT_EQ(FormatBytes((1U << 20) - 1), "1.0 MiB");
  EXPECT_EQ(FormatBytes((1U << 30) - 1), "1.0 GiB");
}

TEST(TextTest, FormatsDurations) {
  EXPECT_EQ(FormatDuration(microseconds(740)), "740 us");
  EXPECT_EQ(FormatDuration(microseconds(12340)), "12.3 ms");
  EXPECT_EQ(FormatDuration(milliseconds(4200)), "4.2 s");
  EXPECT_EQ(FormatDuration(seconds(200)), "3m20s");
}

TEST(TextTest, CarriesARoundedDurationIntoTheNextUnit) {
  EXPECT_EQ(FormatDuration(microseconds(999960)), "1.0 s");
  EXPECT_EQ(FormatDuration(microseconds(59960000)), "1m00s");
}

TEST(TextTest, WritesAndReadsTimesAsKubernetesDoes) {
  const WallTime time{seconds(1767323045)};
  EXPECT_EQ(FormatTime(time), "2026-01-02T03:04:05Z");
  EXPECT_EQ(*ParseTime("2026-01-02T03:04:05Z"), time);
  EXPECT_EQ(*ParseTime("2026-01-02T03:04:05.678901Z"), time);
  EXPECT_EQ(*ParseTime("2026-01-02T04:34:05+01:30"), time);
  EXPECT_EQ(*ParseTime("2026-01-01T22:04:05.5-05:00"), time);
}

TEST(TextTest, RefusesOtherTimes) {
  for (const char* text :
       {"", "2026-01-02", "2026-01-02T03:04:05", "2026-13-02T03:04:05Z", "2026-01-02T03:04:05Zx",
        "2026-01-02T03:04:05+0100", "2026-01-02T03:04:05+24:00", "2026-01-02T03:04:05+0a:00",
        "2026-01-02T03:04:05+01:00Z", "2026-02-31T00:00:00Z", "2026-01-02T03:04:05.Z"}) {
    EXPECT_EQ(ParseTime(text).status().code(), Code::kInvalidArgument) << text;
  }
}

TEST(TextTest, ReadsDurations) {
  EXPECT_EQ(*ParseDuration("300ms"), milliseconds(300));
  EXPECT_EQ(*ParseDuration("10s"), seconds(10));
  EXPECT_EQ(*ParseDuration("1h30m"), hours(1) + minutes(30));
  EXPECT_EQ(*ParseDuration("0s"), Duration(0));
}

TEST(TextTest, RefusesOtherDurations) {
  for (const char* text :
       {"", "10", "s", "-1s", "1.5s", "1d", "10 s", "9999999999h", "12345678901s"}) {
    EXPECT_EQ(ParseDuration(text).status().code(), Code::kInvalidArgument) << text;
  }
}

TEST(TextTest, SplitsAndJoins) {
  EXPECT_EQ(Split("a,,b", ','), (std::vector<std::string_view>{"a", "", "b"}));
  EXPECT_EQ(Split("", ','), std::vector<std::string_view>{""});
  EXPECT_EQ(Join({"a", "b", "c"}, ", "), "a, b, c");
  EXPECT_EQ(Join({}, ", "), "");
}

TEST(TextTest, Trims) {
  EXPECT_EQ(Trim(" \t a b\r\n"), "a b");
  EXPECT_EQ(Trim(" \n "), "");
}

TEST(TextTest, MakesTextSafeForATerminal) {
  EXPECT_EQ(Printable("\x1b[31m\n\x7f\xc3\xa9"), "\\x1b[31m\\x0a\\x7f\xc3\xa9");
}

}  // namespace
}  // namespace hawser
