// Metrics that a test reads back by name and labels.
#pragma once

#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "lib/base/metrics.h"

namespace hawser::testing {

/// Keeps values under "name{label=value,...}"; a histogram's are "name_count{...}" and
/// "name_sum{...}". Must outlive what uses it. Thread-safe.
class RecordedMetrics final : public Metrics {
 public:
  Counter& CounterOf(const MetricName& metric, const Labels& labels) override {
    return Slot(counters_, metric.name + Text(labels));
  }
  Gauge& GaugeOf(const MetricName& metric, const Labels& labels) override {
    return Slot(gauges_, metric.name + Text(labels));
  }
  Histogram& HistogramOf(const MetricName& metric, const Labels& labels,
                         const std::vector<double>& /*bounds*/) override {
    Slot(gauges_, metric.name + "_sum" + Text(labels));
    Slot(gauges_, metric.name + "_count" + Text(labels));
    const std::lock_guard lock(mutex_);
    return histograms_.try_emplace(metric.name + Text(labels), *this, metric.name, Text(labels))
        .first->second;
  }
  void BeforeShowing(std::function<void()> update) override { updates_.push_back(update); }

  /// Everything, as it would be shown now.
  std::map<std::string, double> Values() {
    for (const std::function<void()>& update : updates_) update();
    const std::lock_guard lock(mutex_);
    return values_;
  }

 private:
  struct Number final : Counter, Gauge {
    Number(RecordedMetrics& owner, std::string key) : owner_(owner), key_(std::move(key)) {}
    void Add(double amount) override { owner_.Change(key_, amount, false); }
    void Set(double value) override { owner_.Change(key_, value, true); }
    RecordedMetrics& owner_;
    std::string key_;
  };
  struct Distribution final : Histogram {
    Distribution(RecordedMetrics& owner, std::string name, std::string labels)
        : owner_(owner), name_(std::move(name)), labels_(std::move(labels)) {}
    void Observe(double value) override {
      owner_.Change(name_ + "_sum" + labels_, value, false);
      owner_.Change(name_ + "_count" + labels_, 1, false);
    }
    RecordedMetrics& owner_;
    std::string name_;
    std::string labels_;
  };

  static std::string Text(const Labels& labels) {
    std::string text;
    for (const auto& [name, value] : labels)
      text += (text.empty() ? "{" : ",") + name + "=" + value;
    return text.empty() ? text : text + "}";
  }
  Number& Slot(std::map<std::string, Number>& numbers, const std::string& key) {
    const std::lock_guard lock(mutex_);
    values_.try_emplace(key, 0);
    return numbers.try_emplace(key, *this, key).first->second;
  }
  void Change(const std::string& key, double by, bool set) {
    const std::lock_guard lock(mutex_);
    values_[key] = by + (set ? 0 : values_[key]);
  }

  std::mutex mutex_;
  std::map<std::string, double> values_;
  std::map<std::string, Number> counters_;
  std::map<std::string, Number> gauges_;
  std::map<std::string, Distribution> histograms_;
  std::vector<std::function<void()>> updates_;
};

}  // namespace hawser::testing
