// The kube::Api contract: patches, versions, finalizers and watches.
#pragma once

#include "tests/support/kube/kube_api_contract.h"

namespace hawser::testing {

using kube::resources::kConfigMaps;
using kube::resources::kDeployments;

TEST_P(KubeApiContract, GenerationMovesWithSpecOnly) {
  const Json created = Value(api_->Create(kDeployments, ns_, Deployment("gen", {{"app", "a:1"}})));
  const int64_t before = kube::GenerationOf(created);
  const auto patch = [&](const Json& change, const std::string& subresource) {
    return kube::GenerationOf(
        Value(api_->Patch(kDeployments, Key("gen"), kube::PatchType::kMerge, change, subresource)));
  };
  EXPECT_EQ(patch({{"metadata", {{"labels", {{"x", "y"}}}}}}, ""), before);
  EXPECT_EQ(patch({{"status", {{"replicas", 7}}}}, ""), before);
  EXPECT_EQ(patch({{"status", {{"collisionCount", 1}}}}, "status"), before);
  EXPECT_EQ(patch({{"spec", {{"paused", true}}}}, "status"), before);
  EXPECT_EQ(patch({{"spec", {{"paused", true}}}}, ""), before + 1);
  EXPECT_EQ(patch({{"spec", {{"paused", true}}}}, ""), before + 1);
}

TEST_P(KubeApiContract, MergePatchWithNullRemoves) {
  Value(api_->Create(kConfigMaps, ns_, ConfigMap("null", {{"a", "1"}, {"b", "2"}})));
  const Json patched = Value(api_->Patch(kConfigMaps, Key("null"), kube::PatchType::kMerge,
                                         {{"data", {{"a", nullptr}}}}, ""));
  EXPECT_EQ(patched["data"], (Json{{"b", "2"}}));
}

TEST_P(KubeApiContract, StrategicPatchMergesContainersByName) {
  Value(api_->Create(kDeployments, ns_, Deployment("strategic", {{"a", "a:1"}, {"b", "b:1"}})));
  const Json change = {
      {"spec", {{"template", {{"spec", {{"containers", {{{"name", "b"}, {"image", "b:2"}}}}}}}}}}};
  const Json patched = Value(
      api_->Patch(kDeployments, Key("strategic"), kube::PatchType::kStrategicMerge, change, ""));
  const Json& containers = patched["spec"]["template"]["spec"]["containers"];
  ASSERT_EQ(containers.size(), 2U);
  EXPECT_EQ(containers[0]["image"], "a:1");
  EXPECT_EQ(containers[1]["image"], "b:2");
}

TEST_P(KubeApiContract, FailedPatchTestChangesNothing) {
  Value(api_->Create(kConfigMaps, ns_, ConfigMap("test-op", {{"a", "1"}})));
  const Json patch = {{{"op", "test"}, {"path", "/data/a"}, {"value", "2"}},
                      {{"op", "remove"}, {"path", "/data/a"}}};
  EXPECT_EQ(
      api_->Patch(kConfigMaps, Key("test-op"), kube::PatchType::kJson, patch, "").status().code(),
      Code::kInvalidArgument);
  EXPECT_EQ(GetMap("test-op")["data"]["a"], "1");
}

TEST_P(KubeApiContract, WriteToAnOldVersionIsAborted) {
  const Json created = Value(api_->Create(kConfigMaps, ns_, ConfigMap("old", {{"a", "1"}})));
  Value(
      api_->Patch(kConfigMaps, Key("old"), kube::PatchType::kMerge, {{"data", {{"a", "2"}}}}, ""));
  const Json stale = {{"metadata", {{"resourceVersion", kube::ResourceVersionOf(created)}}},
                      {"data", {{"a", "3"}}}};
  EXPECT_EQ(
      api_->Patch(kConfigMaps, Key("old"), kube::PatchType::kMerge, stale, "").status().code(),
      Code::kAborted);
}

TEST_P(KubeApiContract, DeletesOnlyTheVersionAskedFor) {
  const Json before = Value(api_->Create(kConfigMaps, ns_, ConfigMap("versioned", {})));
  const Json after = Value(api_->Patch(kConfigMaps, Key("versioned"), kube::PatchType::kMerge,
                                       {{"data", {{"a", "1"}}}}, ""));
  const auto remove = [&](const Json& object) {
    return api_->Delete(kConfigMaps, Key("versioned"),
                        {.resource_version = kube::ResourceVersionOf(object)});
  };
  EXPECT_EQ(remove(before).code(), Code::kAborted);
  EXPECT_TRUE(remove(after).ok());
}

TEST_P(KubeApiContract, FinalizerHoldsADeletedObject) {
  Json object = ConfigMap("held", {});
  object["metadata"]["finalizers"] = {"hawser.dev/restore"};
  Value(api_->Create(kConfigMaps, ns_, object));
  EXPECT_TRUE(api_->Delete(kConfigMaps, Key("held")).ok());
  const Json held = GetMap("held");
  EXPECT_TRUE(kube::IsDeleting(held));
  EXPECT_TRUE(kube::HasFinalizer(held, "hawser.dev/restore"));
  const auto remove = [&](const Json& patch) {
    return api_->Patch(kConfigMaps, Key("held"), kube::PatchType::kMerge, patch, "").status();
  };
  EXPECT_EQ(remove({{"metadata", {{"finalizers", {"hawser.dev/restore", "a.b/c"}}}}}).code(),
            Code::kInvalidArgument);
  EXPECT_TRUE(remove({{"metadata", {{"finalizers", nullptr}}}}).ok());
  EXPECT_EQ(api_->Get(kConfigMaps, Key("held")).status().code(), Code::kNotFound);
}

TEST_P(KubeApiContract, WatchShowsWhatHappensAfterTheList) {
  const kube::ListOptions options{.ns = ns_, .label_selector = "suite=watch"};
  const auto list = api_->List(kConfigMaps, options);
  ASSERT_TRUE(list.ok()) << list.status();
  Json object = ConfigMap("seen", {{"a", "1"}});
  object["metadata"]["labels"] = {{"suite", "watch"}};
  Value(api_->Create(kConfigMaps, ns_, object));
  WatchedMaps watch(*api_, options, list->resource_version);
  EXPECT_EQ(watch.Next(), "added seen");
  const auto patch = [&](const Json& change) {
    Value(api_->Patch(kConfigMaps, Key("seen"), kube::PatchType::kMerge, change, ""));
  };
  patch({{"data", {{"a", "2"}}}});
  EXPECT_EQ(watch.Next(), "modified seen");
  patch({{"metadata", {{"labels", {{"suite", "other"}}}}}});
  EXPECT_EQ(watch.Next(), "deleted seen");
  patch({{"metadata", {{"labels", {{"suite", "watch"}}}}}});
  EXPECT_EQ(watch.Next(), "added seen");
  EXPECT_TRUE(api_->Delete(kConfigMaps, Key("seen")).ok());
  EXPECT_EQ(watch.Next(), "deleted seen");
  EXPECT_EQ(watch.Stop().code(), Code::kCancelled);
}

TEST_P(KubeApiContract, SinksFailureEndsTheWatch) {
  const auto list = api_->List(kConfigMaps, {.ns = ns_});
  ASSERT_TRUE(list.ok()) << list.status();
  Value(api_->Create(kConfigMaps, ns_, ConfigMap("refused", {})));
  const auto refuse = [](const kube::WatchEvent&) { return DataLossError("not wanted"); };
  const Status ended = api_->Watch(kConfigMaps, {.ns = ns_}, list->resource_version, refuse, {});
  EXPECT_EQ(ended.code(), Code::kDataLoss);
  EXPECT_TRUE(ended.message().ends_with("not wanted")) << ended;
}

}  // namespace hawser::testing
