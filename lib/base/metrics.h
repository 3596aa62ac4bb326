// What a program counts about itself, behind an interface that hides how it is shown.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace hawser {

/// A number that only grows. Thread-safe.
class Counter {
 public:
  virtual ~Counter() = default;
  /// Negative amounts change nothing.
  virtual void Add(double amount) = 0;
  void Increment() { Add(1); }
};

/// A number that goes up and down. Thread-safe.
class Gauge {
 public:
  virtual ~Gauge() = default;
  virtual void Set(double value) = 0;
  virtual void Add(double amount) = 0;
};

/// How often values fell below each of its bounds. Thread-safe.
class Histogram {
 public:
  virtual ~Histogram() = default;
  virtual void Observe(double value) = 0;
};

/// What one metric measures, for all of its labels. Names follow Prometheus: units are base units
/// (seconds, bytes) and stand last, "_total" ends the name of a counter.
struct MetricName {
  std::string name;
  std::string help;
};

/// Label names and values. Values come from small fixed sets, never from what users write: each
/// combination is kept until the program ends.
using Labels = std::map<std::string, std::string>;

/// Hands out metrics: the same one for the same name and labels. What it hands out lives as long
/// as it does. Names and labels are constants of the program; a malformed one ends it.
/// Thread-safe.
class Metrics {
 public:
  virtual ~Metrics() = default;
  virtual Counter& CounterOf(const MetricName& metric, const Labels& labels) = 0;
  virtual Gauge& GaugeOf(const MetricName& metric, const Labels& labels) = 0;
  /// `bounds` are upper bounds, ascending; one without a bound is always added.
  virtual Histogram& HistogramOf(const MetricName& metric, const Labels& labels,
                                 const std::vector<double>& bounds) = 0;
  /// `update` is called before each time the metrics are shown, one at a time, to set what is
  /// cheaper to look up than to keep. What it uses must outlive the last showing.
  virtual void BeforeShowing(std::function<void()> update) = 0;
};

/// Metrics that go nowhere.
Metrics& NoMetrics();

/// `count` bounds, each `factor` times the one before.
std::vector<double> ExponentialBounds(double first, double factor, int count);

}  // namespace hawser
