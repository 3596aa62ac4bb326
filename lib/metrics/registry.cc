// A registry of prometheus-cpp behind our interface.
#include "lib/metrics/registry.h"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <algorithm>
#include <mutex>
#include <unordered_map>
#include <utility>

namespace hawser::metrics {
namespace {

class KeptCounter final : public Counter {
 public:
  explicit KeptCounter(prometheus::Counter& kept) : kept_(kept) {}
  void Add(double amount) override { kept_.Increment(amount); }

 private:
  prometheus::Counter& kept_;
};

class KeptGauge final : public Gauge {
 public:
  explicit KeptGauge(prometheus::Gauge& kept) : kept_(kept) {}
  void Set(double value) override { kept_.Set(value); }
  void Add(double amount) override { kept_.Increment(amount); }

 private:
  prometheus::Gauge& kept_;
};

class KeptHistogram final : public Histogram {
 public:
  explicit KeptHistogram(prometheus::Histogram& kept) : kept_(kept) {}
  void Observe(double value) override { kept_.Observe(value); }

 private:
  prometheus::Histogram& kept_;
};

/// Our side of the library's metrics, one for each.
template <typename Ours, typename Theirs>
class Adapters {
 public:
  Ours& Of(Theirs& kept) { return adapters_.try_emplace(&kept, kept).first->second; }

 private:
  std::unordered_map<const Theirs*, Ours> adapters_;
};

class PrometheusRegistry final : public Registry {
 private:
  template <typename Builder>
  auto& Family(Builder builder, const MetricName& metric) {
    return builder.Name(metric.name).Help(metric.help).Register(registry_);
  }

 public:
  Counter& CounterOf(const MetricName& metric, const Labels& labels) noexcept override {
    const std::lock_guard lock(mutex_);
    return counters_.Of(Family(prometheus::BuildCounter(), metric).Add(labels));
  }

  Gauge& GaugeOf(const MetricName& metric, const Labels& labels) noexcept override {
    const std::lock_guard lock(mutex_);
    return gauges_.Of(Family(prometheus::BuildGauge(), metric).Add(labels));
  }

  Histogram& HistogramOf(const MetricName& metric, const Labels& labels,
                         const std::vector<double>& bounds) noexcept override {
    const std::lock_guard lock(mutex_);
    return histograms_.Of(Family(prometheus::BuildHistogram(), metric).Add(labels, bounds));
  }

  void BeforeShowing(std::function<void()> update) override {
    const std::lock_guard lock(showing_);
    updates_.push_back(std::move(update));
  }

  std::string Show() override {
    const std::lock_guard lock(showing_);
    for (const std::function<void()>& update : updates_) update();
    std::vector<prometheus::MetricFamily> families = registry_.Collect();
    std::sort(families.begin(), families.end(),
              [](const auto& a, const auto& b) { return a.name < b.name; });
    for (prometheus::MetricFamily& family : families) {
      std::sort(family.metric.begin(), family.metric.end(),
                [](const auto& a, const auto& b) { return a.label < b.label; });
    }
    return prometheus::TextSerializer().Serialize(families);
  }

 private:
  prometheus::Registry registry_;
  std::mutex mutex_;
  Adapters<KeptCounter, prometheus::Counter> counters_;
  Adapters<KeptGauge, prometheus::Gauge> gauges_;
  Adapters<KeptHistogram, prometheus::Histogram> histograms_;
  std::mutex showing_;  // taken before the other
  std::vector<std::function<void()>> updates_;
};

}  // namespace

std::unique_ptr<Registry> MakeRegistry() {
  return std::make_unique<PrometheusRegistry>();
}

}  // namespace hawser::metrics
