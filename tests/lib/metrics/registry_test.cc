// The text that Prometheus reads.
#include "lib/metrics/registry.h"

#include <gtest/gtest.h>

#include <thread>

namespace hawser::metrics {
namespace {

class RegistryTest : public ::testing::Test {
 protected:
  std::unique_ptr<Registry> registry_ = MakeRegistry();
};

TEST_F(RegistryTest, ShowsAllKindsOrderedByNameAndLabels) {
  registry_->HistogramOf({"waited_seconds", "How long it waited"}, {{"name", "q"}}, {0.1, 1})
      .Observe(0.5);
  registry_->GaugeOf({"depth", "What waits"}, {}).Set(3);
  registry_->CounterOf({"asked_total", "Requests"}, {{"code", "404"}, {"method", "GET"}}).Add(2);
  registry_->CounterOf({"asked_total", "Requests"}, {{"code", "200"}, {"method", "GET"}})
      .Increment();
  EXPECT_EQ(registry_->Show(), R"(# HELP asked_total Requests
# TYPE asked_total counter
asked_total{code="200",method="GET"} 1
asked_total{code="404",method="GET"} 2
# HELP depth What waits
# TYPE depth gauge
depth 3
# HELP waited_seconds How long it waited
# TYPE waited_seconds histogram
waited_seconds_count{name="q"} 1
waited_seconds_sum{name="q"} 0.5
waited_seconds_bucket{name="q",le="0.1"} 0
waited_seconds_bucket{name="q",le="1"} 1
waited_seconds_bucket{name="q",le="+Inf"} 1
)");
}

TEST_F(RegistryTest, ShowsWhatHasNotHappenedYetAsZero) {
  registry_->CounterOf({"failed_total", "Failures"}, {});
  EXPECT_NE(registry_->Show().find("\nfailed_total 0\n"), std::string::npos) << registry_->Show();
}

TEST_F(RegistryTest, HandsOutTheSameForTheSameLabels) {
  Counter& first = registry_->CounterOf({"asked_total", "Requests"}, {{"code", "200"}});
  EXPECT_EQ(&first, &registry_->CounterOf({"asked_total", "Requests"}, {{"code", "200"}}));
  EXPECT_NE(&first, &registry_->CounterOf({"asked_total", "Requests"}, {{"code", "404"}}));
}

TEST_F(RegistryTest, QuotesWhatALabelHolds) {
  registry_->GaugeOf({"depth", "What waits"}, {{"name", "a\"b\\c\nd"}}).Set(1);
  EXPECT_NE(registry_->Show().find(R"(depth{name="a\"b\\c\nd"} 1)"), std::string::npos)
      << registry_->Show();
}

TEST_F(RegistryTest, AsksForWhatIsLookedUpEachTime) {
  int asked = 0;
  Gauge& depth = registry_->GaugeOf({"depth", "What waits"}, {});
  registry_->BeforeShowing([&] { depth.Set(++asked); });
  registry_->Show();
  EXPECT_NE(registry_->Show().find("\ndepth 2\n"), std::string::npos) << registry_->Show();
}

TEST_F(RegistryTest, CountsFromSeveralThreads) {
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i) {
      threads.emplace_back([&, i] {
        for (int n = 0; n < 1000; ++n) {
          registry_->CounterOf({"asked_total", "Requests"}, {{"code", std::to_string(n % 2)}})
              .Increment();
          if (n % 100 == i) registry_->Show();
        }
      });
    }
  }
  EXPECT_NE(registry_->Show().find("asked_total{code=\"1\"} 2000\n"), std::string::npos)
      << registry_->Show();
}

}  // namespace
}  // namespace hawser::metrics
