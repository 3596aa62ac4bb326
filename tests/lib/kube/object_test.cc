// Metadata of objects, whole and damaged.
#include "lib/kube/object.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace hawser::kube {
namespace {

using nlohmann::json;

TEST(ObjectTest, FollowsPointers) {
  const json object = {{"a", {{"b/c", json::array({1, {{"d~", "x"}}})}}}};
  EXPECT_EQ(StringAt(object, "/a/b~1c/1/d~0"), "x");
  EXPECT_EQ(IntegerAt(object, "/a/b~1c/0"), 1);
  EXPECT_EQ(Find(object, ""), &object);
  for (const char* absent : {"/b", "/a/b", "/a/b~1c/2", "/a/b~1c/-", "/a/b~1c/x", "/a/b~1c/",
                             "/a/b~1c/0/e", "/a/b~1c/99999999999"}) {
    EXPECT_EQ(Find(object, absent), nullptr) << absent;
  }
}

TEST(ObjectTest, ReadsMetadata) {
  const json object = json::parse(R"({"metadata":{"name":"api","namespace":"dev","uid":"u",
      "resourceVersion":"7","generation":3,"labels":{"a.b/c":"d"},"annotations":{"e":"f"},
      "finalizers":["x","y"],"deletionTimestamp":"2026-01-02T03:04:05Z"}})");
  EXPECT_EQ(KeyOf(object), (ObjectKey{"dev", "api"}));
  EXPECT_EQ(UidOf(object), "u");
  EXPECT_EQ(ResourceVersionOf(object), "7");
  EXPECT_EQ(GenerationOf(object), 3);
  EXPECT_EQ(LabelOf(object, "a.b/c"), "d");
  EXPECT_EQ(AnnotationOf(object, "e"), "f");
  EXPECT_TRUE(HasFinalizer(object, "y"));
  EXPECT_FALSE(HasFinalizer(object, "z"));
  EXPECT_TRUE(IsDeleting(object));
}

TEST(ObjectTest, DamagedMetadataIsAbsent) {
  for (const char* text :
       {"null", "[]", "{}", R"({"metadata":null})", R"({"metadata":[]})",
        R"({"metadata":{"name":5,"generation":"3","labels":["a"],"finalizers":"a",
            "ownerReferences":{},"deletionTimestamp":null}})",
        R"({"metadata":{"labels":{"a":5},"ownerReferences":[5,{"controller":"true"}]}})"}) {
    const json object = json::parse(text);
    EXPECT_EQ(KeyOf(object), ObjectKey()) << text;
    EXPECT_EQ(GenerationOf(object), 0) << text;
    EXPECT_EQ(LabelOf(object, "a"), "") << text;
    EXPECT_FALSE(HasFinalizer(object, "a")) << text;
    EXPECT_FALSE(IsDeleting(object)) << text;
    EXPECT_EQ(ControllerOf(object), std::nullopt) << text;
  }
}

TEST(ObjectTest, ControllerReferencesReadBack) {
  json owner = MakeObject(resources::kDeployments, {"dev", "api"});
  owner["metadata"]["uid"] = "u";
  json child = MakeObject(resources::kPods, {"dev", "api-0"});
  child["metadata"]["ownerReferences"] =
      json::array({{{"kind", "Other"}, {"name", "x"}}, MakeControllerReference(owner)});
  EXPECT_EQ(ControllerOf(child), (OwnerReference{"apps/v1", "Deployment", "api", "u"}));
  EXPECT_FALSE(MakeObject(resources::kNamespaces, {"", "dev"})["metadata"].contains("namespace"));
}

}  // namespace
}  // namespace hawser::kube
