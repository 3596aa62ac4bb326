// What every kube::Api does, the fake and the real one alike. Include it in one file of a test
// binary and instantiate the suite with a way to make the Api.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "lib/base/bounded_queue.h"
#include "lib/base/random.h"
#include "lib/kube/api.h"
#include "lib/kube/object.h"

namespace hawser::testing {

/// An Api and a namespace on it that is the test's own.
struct ApiUnderTest {
  std::shared_ptr<kube::Api> api;
  std::string ns;
};

/// Makes one; nothing when there is none to test, and the suite is skipped.
using ApiFactory = std::function<std::optional<ApiUnderTest>()>;

class KubeApiContract : public ::testing::TestWithParam<ApiFactory> {
 protected:
  using Json = nlohmann::json;

  void SetUp() override {
    const std::optional<ApiUnderTest> under_test = GetParam()();
    if (!under_test) GTEST_SKIP() << "KUBECONFIG is not set";
    ASSERT_NE(under_test->api, nullptr);
    api_ = under_test->api;
    ns_ = under_test->ns;
  }

  kube::ObjectKey Key(const std::string& name) const { return {ns_, name}; }

  Json ConfigMap(const std::string& name, const Json& data) const {
    Json object = kube::MakeObject(kube::resources::kConfigMaps, Key(name));
    object["data"] = data;
    return object;
  }

  /// A deployment that runs nothing; `containers` maps names to images.
  Json Deployment(const std::string& name, const std::map<std::string, std::string>& containers) {
    Json object = kube::MakeObject(kube::resources::kDeployments, Key(name));
    object["spec"] = {{"replicas", 0},
                      {"selector", {{"matchLabels", {{"app", name}}}}},
                      {"template", {{"metadata", {{"labels", {{"app", name}}}}}}}};
    Json& list = object["spec"]["template"]["spec"]["containers"];
    for (const auto& [container, image] : containers) {
      list.push_back({{"name", container}, {"image", image}});
    }
    return object;
  }

  Result<Json> ApplyMap(const Json& object, const std::string& manager, bool force = false) {
    return api_->Apply(kube::resources::kConfigMaps, kube::KeyOf(object), object, manager, force,
                       "");
  }

  static Json Value(Result<Json> result) {
    EXPECT_TRUE(result.ok()) << result.status();
    return result.ok() ? *std::move(result) : Json::object();
  }

  Json GetMap(const std::string& name) {
    return Value(api_->Get(kube::resources::kConfigMaps, Key(name)));
  }

  std::shared_ptr<kube::Api> api_;
  std::string ns_;
};

/// A watch of config maps on a thread of its own, whose events are taken one by one.
class WatchedMaps {
 public:
  WatchedMaps(kube::Api& api, kube::ListOptions options, std::string version)
      : events_(100), thread_([this, &api, options, version](const std::stop_token& stop) {
          const auto take = [this](kube::WatchEvent event) {
            events_.Push(std::move(event));
            return OkStatus();
          };
          result_ = api.Watch(kube::resources::kConfigMaps, options, version, take, stop);
        }) {}

  /// "added a", "modified a", "deleted a"; bookmarks are left out; "nothing" after ten seconds.
  std::string Next() {
    for (;;) {
      const std::optional<kube::WatchEvent> event = events_.Pop(In(std::chrono::seconds(10)));
      if (!event) return "nothing";
      if (event->type == kube::WatchEvent::Type::kBookmark) continue;
      static constexpr const char* kNames[] = {"added ", "modified ", "deleted "};
      return kNames[static_cast<int>(event->type)] + kube::NameOf(*event->object);
    }
  }

  Status Stop() {
    thread_.request_stop();
    return Join();
  }

  Status Join() {
    thread_.join();
    return result_;
  }

 private:
  BoundedQueue<kube::WatchEvent> events_;
  Status result_;
  std::jthread thread_;
};

}  // namespace hawser::testing
