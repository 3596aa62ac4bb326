// The kube::Api contract: creating, reading, listing and applying objects.
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

}  // namespace hawser::testing
