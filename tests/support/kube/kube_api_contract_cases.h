// The cases of the kube::Api contract. Include in one file of a test binary.
#pragma once

#include "tests/support/kube/kube_api_contract.h"

namespace hawser::testing {

using kube::resources::kConfigMaps;
using kube::resources::kDeployments;

TEST_P(KubeApiContract, CreatedObjectIsReadBack) {
  const Json created = Value(api_->Create(kConfigMaps, ns_, ConfigMap("read", {{"a", "1"}})));
  EXPECT_FALSE(kube::UidOf(created).empty());
  EXPECT_FALSE(kube::ResourceVersionOf(created).empty());
  const Json read = GetMap("read");
  EXPECT_EQ(read["data"]["a"], "1");
  EXPECT_EQ(kube::UidOf(read), kube::UidOf(created));
  EXPECT_EQ(kube::StringAt(read, "/kind"), "ConfigMap");
}

TEST_P(KubeApiContract, CreatingTwiceSaysAlreadyExists) {
  Value(api_->Create(kConfigMaps, ns_, ConfigMap("twice", {})));
  EXPECT_EQ(api_->Create(kConfigMaps, ns_, ConfigMap("twice", {})).status().code(),
            Code::kAlreadyExists);
}

TEST_P(KubeApiContract, MissingObjectIsNotFound) {
  EXPECT_EQ(api_->Get(kConfigMaps, Key("missing")).status().code(), Code::kNotFound);
  EXPECT_EQ(api_->Delete(kConfigMaps, Key("missing")).code(), Code::kNotFound);
  EXPECT_EQ(api_->Patch(kConfigMaps, Key("missing"), kube::PatchType::kMerge, Json::object(), "")
                .status()
                .code(),
            Code::kNotFound);
}

TEST_P(KubeApiContract, WrongKindIsInvalid) {
  Json wrong = ConfigMap("wrong", {});
  wrong["kind"] = "Secret";
  EXPECT_EQ(api_->Create(kConfigMaps, ns_, wrong).status().code(), Code::kInvalidArgument);
}

TEST_P(KubeApiContract, ListsByLabelWithTypeOfEachItem) {
  for (const std::string name : {"list-a", "list-b"}) {
    Json object = ConfigMap(name, {});
    object["metadata"]["labels"] = {{"which", name}, {"suite", "list"}};
    Value(api_->Create(kConfigMaps, ns_, object));
  }
  const auto list =
      api_->List(kConfigMaps, {.ns = ns_, .label_selector = "suite=list,which in (list-b)"});
  ASSERT_TRUE(list.ok()) << list.status();
  ASSERT_EQ(list->items.size(), 1U);
  EXPECT_EQ(kube::NameOf(list->items[0]), "list-b");
  EXPECT_EQ(kube::StringAt(list->items[0], "/kind"), "ConfigMap");
  EXPECT_FALSE(list->resource_version.empty());
  const auto by_name =
      api_->List(kConfigMaps, {.ns = ns_, .field_selector = "metadata.name=list-a"});
  ASSERT_TRUE(by_name.ok()) << by_name.status();
  EXPECT_EQ(by_name->items.size(), 1U);
}

TEST_P(KubeApiContract, ApplyCreatesAndAnEqualApplyChangesNothing) {
  const Json first = Value(ApplyMap(ConfigMap("same", {{"a", "1"}}), "one"));
  const Json second = Value(ApplyMap(ConfigMap("same", {{"a", "1"}}), "one"));
  EXPECT_EQ(kube::ResourceVersionOf(first), kube::ResourceVersionOf(second));
}

TEST_P(KubeApiContract, ApplyRemovesWhatItsManagerDropped) {
  Value(ApplyMap(ConfigMap("drop", {{"a", "1"}, {"b", "2"}}), "one"));
  Value(ApplyMap(ConfigMap("drop", {{"c", "3"}}), "two"));
  const Json object = Value(ApplyMap(ConfigMap("drop", {{"a", "1"}}), "one"));
  EXPECT_EQ(object["data"], (Json{{"a", "1"}, {"c", "3"}}));
}

TEST_P(KubeApiContract, SharedFieldStaysUntilItsLastManagerDropsIt) {
  Value(ApplyMap(ConfigMap("shared", {{"a", "1"}}), "one"));
  Value(ApplyMap(ConfigMap("shared", {{"a", "1"}}), "two"));
  Value(ApplyMap(ConfigMap("shared", {{"b", "2"}}), "one"));
  EXPECT_EQ(GetMap("shared")["data"], (Json{{"a", "1"}, {"b", "2"}}));
  Value(ApplyMap(ConfigMap("shared", {{"c", "3"}}), "two"));
  EXPECT_EQ(GetMap("shared")["data"], (Json{{"b", "2"}, {"c", "3"}}));
}

TEST_P(KubeApiContract, ApplyConflictsWithAnotherManagerUnlessForced) {
  Value(api_->Create(kConfigMaps, ns_, ConfigMap("conflict", {{"a", "1"}})));
  const Json wanted = ConfigMap("conflict", {{"a", "2"}});
  const Status refused = ApplyMap(wanted, "one").status();
  EXPECT_EQ(refused.code(), Code::kAborted);
  EXPECT_NE(refused.message().find(".data.a"), std::string::npos) << refused;
  EXPECT_EQ(GetMap("conflict")["data"]["a"], "1");
  Value(ApplyMap(wanted, "one", true));
  EXPECT_EQ(GetMap("conflict")["data"]["a"], "2");
}

TEST_P(KubeApiContract, AppliedContainersMergeByName) {
  const std::string name = "merge";
  Value(api_->Create(kDeployments, ns_, Deployment(name, {{"app", "example/app:1"}})));
  Json overlay = kube::MakeObject(kDeployments, Key(name));
  Json& pod = overlay["spec"]["template"]["spec"];
  pod["containers"] = {{{"name", "app"}, {"command", {"/bin/run"}}},
                       {{"name", "sidecar"}, {"image", "example/sidecar:1"}}};
  pod["volumes"] = {{{"name", "shared"}, {"emptyDir", Json::object()}}};
  Json merged = Value(api_->Apply(kDeployments, Key(name), overlay, "one", true, ""));
  Json containers = merged["spec"]["template"]["spec"]["containers"];
  ASSERT_EQ(containers.size(), 2U);
  EXPECT_EQ(containers[0]["image"], "example/app:1");
  EXPECT_EQ(containers[0]["command"], Json({"/bin/run"}));
  const Json nothing = kube::MakeObject(kDeployments, Key(name));
  merged = Value(api_->Apply(kDeployments, Key(name), nothing, "one", true, ""));
  containers = merged["spec"]["template"]["spec"]["containers"];
  ASSERT_EQ(containers.size(), 1U);
  EXPECT_EQ(containers[0]["name"], "app");
  EXPECT_FALSE(containers[0].contains("command"));
  EXPECT_FALSE(merged["spec"]["template"]["spec"].contains("volumes"));
}

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
  EXPECT_EQ(api_->Watch(kConfigMaps, {.ns = ns_}, list->resource_version, refuse, {}),
            DataLossError("not wanted"));
}

}  // namespace hawser::testing
