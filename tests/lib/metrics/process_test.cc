// What the kernel says of a process, read from its text.
#include "lib/metrics/process.h"

#include <gtest/gtest.h>

#include "tests/support/recorded_metrics.h"
#include "tests/support/temp_dir.h"

namespace hawser::metrics {
namespace {

// A line as proc(5) has it, with a name that could be taken for more fields.
constexpr char kStat[] =
    "4711 (a) S (b) R 1 4711 4711 0 -1 4194560 900 0 3 0 250 150 7 8 20 0 9 0 6000 123456789 512 "
    "18446744073709551615 1 1 0 0 0 0 0 4096 0 0 0 0 17 1 0 0 0 0 0\n";

TEST(ProcessTest, ReadsWhatTheKernelSays) {
  const ProcessUnits units{.ticks_per_second = 100, .page_bytes = 4096, .boot_time = 1000};
  EXPECT_EQ(ParseProcessStat(kStat, units), (ProcessUsage{.cpu_seconds = 4,
                                                          .start_time = 1060,
                                                          .virtual_bytes = 123456789,
                                                          .resident_bytes = 512 * 4096,
                                                          .threads = 9}));
}

TEST(ProcessTest, TakesNothingFromWhatIsNoSuchLine) {
  for (const char* line : {"", "4711", "4711 (a", "4711 (a) S", "4711 (a) S 1 2 x 4"}) {
    EXPECT_EQ(ParseProcessStat(line, {}), std::nullopt) << line;
  }
}

TEST(ProcessTest, CountsTimeOnceHoweverOftenItIsShown) {
  const testing::TempDir dir;
  dir.Write("stat", "cpu 1 2\nbtime 1000\n");
  dir.Write("self/stat", kStat);
  dir.Write("self/fd/0", "");
  testing::RecordedMetrics metrics;
  AddProcessMetrics(metrics, dir.path().string());
  const double first = metrics.Values()["process_cpu_seconds_total"];
  EXPECT_GT(first, 0);
  EXPECT_EQ(metrics.Values()["process_cpu_seconds_total"], first);
  EXPECT_GT(metrics.Values()["process_start_time_seconds"], 1000);
}

TEST(ProcessTest, SeesThisProcess) {
  testing::RecordedMetrics metrics;
  AddProcessMetrics(metrics);
  std::map<std::string, double> values = metrics.Values();
  EXPECT_GT(values["process_resident_memory_bytes"], 1e6);
  EXPECT_GT(values["process_virtual_memory_bytes"], values["process_resident_memory_bytes"]);
  EXPECT_GT(values["process_start_time_seconds"], 1.6e9);
  EXPECT_GE(values["process_open_fds"], 3);
  EXPECT_GE(values["process_max_fds"], values["process_open_fds"]);
  EXPECT_GE(values["process_threads"], 1);
}

}  // namespace
}  // namespace hawser::metrics
