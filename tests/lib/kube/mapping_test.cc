// From changes to keys, before and after.
#include "lib/kube/mapping.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace hawser::kube {
namespace {

using nlohmann::json;

ObjectPtr Labelled(const std::string& owner) {
  return std::make_shared<const json>(json{{"metadata", {{"labels", {{"owner", owner}}}}}});
}

ObjectPtr OwnedBy(const std::string& kind, const std::string& name, bool controller = true) {
  const json owner = {{"kind", kind}, {"name", name}, {"controller", controller}};
  return std::make_shared<const json>(
      json{{"metadata", {{"ownerReferences", json::array({owner})}}}});
}

Change Of(ObjectPtr before, ObjectPtr after) {
  return {.key = {"dev", "pod"}, .before = std::move(before), .after = std::move(after)};
}

using Keys = std::vector<ObjectKey>;

TEST(MappingTest, SelfIsTheChangedKey) {
  EXPECT_EQ(MapToSelf()(Of(nullptr, nullptr)), (Keys{{"dev", "pod"}}));
}

TEST(MappingTest, LabelNamesTheOldAndTheNewObject) {
  const KeyMapper mapper = MapToLabel("owner");
  EXPECT_EQ(mapper(Of(nullptr, Labelled("a"))), (Keys{{"dev", "a"}}));
  EXPECT_EQ(mapper(Of(Labelled("a"), nullptr)), (Keys{{"dev", "a"}}));
  EXPECT_EQ(mapper(Of(Labelled("b"), Labelled("a"))), (Keys{{"dev", "a"}, {"dev", "b"}}));
  EXPECT_EQ(mapper(Of(Labelled("a"), Labelled("a"))), (Keys{{"dev", "a"}}));
  EXPECT_EQ(MapToLabel("other")(Of(Labelled("a"), Labelled("a"))), Keys());
}

TEST(MappingTest, ControllerIsTheOwnerOfThatKindOnly) {
  const KeyMapper mapper = MapToController("DevSession");
  EXPECT_EQ(mapper(Of(nullptr, OwnedBy("DevSession", "api"))), (Keys{{"dev", "api"}}));
  EXPECT_EQ(mapper(Of(OwnedBy("DevSession", "api"), OwnedBy("ReplicaSet", "x"))),
            (Keys{{"dev", "api"}}));
  EXPECT_EQ(mapper(Of(nullptr, OwnedBy("DevSession", "api", false))), Keys());
  EXPECT_EQ(mapper(Of(nullptr, std::make_shared<const json>())), Keys());
}

TEST(MappingTest, ChangesOfTheStatusAloneMayBeDropped) {
  const KeyMapper mapper = UnlessOnlyStatusChanged(MapToSelf());
  const json object = {{"metadata", {{"generation", 1}, {"labels", {{"a", "b"}}}}},
                       {"status", {{"phase", "Pending"}}}};
  const auto changed = [&](const char* pointer, const json& value) {
    json after = object;
    after[json::json_pointer(pointer)] = value;
    return mapper(Of(std::make_shared<const json>(object), std::make_shared<const json>(after)));
  };
  EXPECT_EQ(changed("/status/phase", "Ready"), Keys());
  EXPECT_EQ(changed("/metadata/resourceVersion", "8"), Keys());
  for (const auto& [pointer, value] : std::vector<std::pair<const char*, json>>{
           {"/metadata/generation", 2},
           {"/metadata/labels", json::object()},
           {"/metadata/annotations", {{"a", "b"}}},
           {"/metadata/finalizers", json::array({"hawser.dev/restore"})},
           {"/metadata/deletionTimestamp", "2026-01-02T03:04:05Z"},
           {"/metadata/uid", "other"}}) {
    EXPECT_EQ(changed(pointer, value).size(), 1U) << pointer;
  }
  EXPECT_EQ(mapper(Of(nullptr, std::make_shared<const json>(object))).size(), 1U);
  EXPECT_EQ(mapper(Of(std::make_shared<const json>(object), nullptr)).size(), 1U);
}

}  // namespace
}  // namespace hawser::kube
