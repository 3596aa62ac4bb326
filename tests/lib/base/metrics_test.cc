// Metrics that go nowhere, and bounds of histograms.
#include "lib/base/metrics.h"

#include <gtest/gtest.h>

namespace hawser {
namespace {

TEST(MetricsTest, NowhereTakesEverything) {
  bool asked = false;
  Metrics& nowhere = NoMetrics();
  nowhere.CounterOf({"asked_total", "Requests"}, {{"code", "200"}}).Increment();
  nowhere.GaugeOf({"depth", "What waits"}, {}).Set(1);
  nowhere.HistogramOf({"waited_seconds", "How long it waited"}, {}, {1}).Observe(2);
  nowhere.BeforeShowing([&] { asked = true; });
  EXPECT_FALSE(asked);
}

TEST(MetricsTest, ExponentialBoundsGrowByTheirFactor) {
  EXPECT_EQ(ExponentialBounds(1, 10, 4), (std::vector<double>{1, 10, 100, 1000}));
  EXPECT_EQ(ExponentialBounds(1, 10, 0), std::vector<double>{});
}

}  // namespace
}  // namespace hawser
