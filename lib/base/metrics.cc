// The metrics of programs that show none.
#include "lib/base/metrics.h"

namespace hawser {

namespace {

class NoCounter final : public Counter {
 public:
  void Add(double /*amount*/) override {}
};

class NoGauge final : public Gauge {
 public:
  void Set(double /*value*/) override {}
  void Add(double /*amount*/) override {}
};

class NoHistogram final : public Histogram {
 public:
  void Observe(double /*value*/) override {}
};

class Nowhere final : public Metrics {
 public:
  Counter& CounterOf(const MetricName& /*metric*/, const Labels& /*labels*/) override {
    return counter_;
  }
  Gauge& GaugeOf(const MetricName& /*metric*/, const Labels& /*labels*/) override { return gauge_; }
  Histogram& HistogramOf(const MetricName& /*metric*/, const Labels& /*labels*/,
                         const std::vector<double>& /*bounds*/) override {
    return histogram_;
  }
  void BeforeShowing(std::function<void()> /*update*/) override {}

 private:
  NoCounter counter_;
  NoGauge gauge_;
  NoHistogram histogram_;
};

}  // namespace

Metrics& NoMetrics() {
  static Nowhere nowhere;
  return nowhere;
}

std::vector<double> ExponentialBounds(double first, double factor, int count) {
  std::vector<double> bounds;
  for (double bound = first; count > 0; --count, bound *= factor) bounds.push_back(bound);
  return bounds;
}

}  // namespace hawser
