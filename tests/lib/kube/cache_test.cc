// What a cache holds after lists and events, and what it says has changed.
#include "lib/kube/cache.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <thread>

#include "lib/kube/object.h"

namespace hawser::kube {
namespace {

using Type = WatchEvent::Type;

ObjectPtr Map(const std::string& name, const std::string& version, const std::string& ns = "dev") {
  nlohmann::json object = MakeObject(resources::kConfigMaps, {ns, name});
  object["metadata"]["resourceVersion"] = version;
  return std::make_shared<const nlohmann::json>(std::move(object));
}

// "+a", "~a" or "-a" for an addition, a modification or a deletion.
std::string Text(const Change& change) {
  const char* kind = change.before == nullptr ? "+" : change.after == nullptr ? "-" : "~";
  return kind + change.key.name;
}

class CacheTest : public ::testing::Test {
 protected:
  std::vector<std::string> Replace(std::vector<ObjectPtr> objects) {
    std::vector<std::string> texts;
    for (const Change& change : cache_.Replace(std::move(objects))) texts.push_back(Text(change));
    return texts;
  }
  std::string Apply(Type type, ObjectPtr object) {
    const std::optional<Change> change = cache_.Apply({type, std::move(object)});
    return change ? Text(*change) : "";
  }

  Cache cache_;
};

TEST_F(CacheTest, ListsSayWhatDiffers) {
  EXPECT_EQ(Replace({Map("a", "1"), Map("b", "1")}), (std::vector<std::string>{"+a", "+b"}));
  EXPECT_EQ(Replace({Map("a", "1"), Map("b", "2"), Map("c", "3")}),
            (std::vector<std::string>{"~b", "+c"}));
  EXPECT_EQ(Replace({Map("c", "3")}), (std::vector<std::string>{"-a", "-b"}));
  EXPECT_EQ(cache_.size(), 1U);
}

TEST_F(CacheTest, EventsAddChangeAndDelete) {
  EXPECT_EQ(Apply(Type::kAdded, Map("a", "1")), "+a");
  EXPECT_EQ(Apply(Type::kModified, Map("a", "2")), "~a");
  EXPECT_EQ(ResourceVersionOf(*cache_.Get({"dev", "a"})), "2");
  EXPECT_EQ(Apply(Type::kDeleted, Map("a", "3")), "-a");
  EXPECT_EQ(cache_.Get({"dev", "a"}), nullptr);
}

TEST_F(CacheTest, RepeatsBookmarksAndUnknownDeletionsChangeNothing) {
  EXPECT_EQ(Apply(Type::kAdded, Map("a", "1")), "+a");
  EXPECT_EQ(Apply(Type::kAdded, Map("a", "1")), "");
  EXPECT_EQ(Apply(Type::kBookmark, Map("b", "9")), "");
  EXPECT_EQ(Apply(Type::kDeleted, Map("b", "9")), "");
  EXPECT_EQ(cache_.size(), 1U);
}

TEST_F(CacheTest, ListsByNamespace) {
  Replace({Map("a", "1", "dev"), Map("b", "1", "dev"), Map("a", "1", "dev2"), Map("z", "1", "d")});
  EXPECT_EQ(cache_.List().size(), 4U);
  EXPECT_EQ(cache_.List("dev").size(), 2U);
  EXPECT_EQ(cache_.List("none").size(), 0U);
}

TEST_F(CacheTest, GivesObjectsBackAsTheyCame) {
  nlohmann::json object = MakeObject(resources::kConfigMaps, {"dev", "a"});
  object["data"] = {
      {"text", "caf\u00e9 \n"},
      {"list", {1, -2, 3.5, nullptr, true}},
      {"nested", {{"empty", nlohmann::json::object()}, {"none", nlohmann::json::array()}}}};
  Replace({std::make_shared<const nlohmann::json>(object)});
  EXPECT_EQ(*cache_.Get({"dev", "a"}), object);
}

TEST_F(CacheTest, IsSyncedByItsFirstListEvenAnEmptyOne) {
  EXPECT_FALSE(cache_.synced());
  EXPECT_FALSE(cache_.WaitForSync(In({}), {}));
  std::jthread waiter([this] { EXPECT_TRUE(cache_.WaitForSync(kNoDeadline, {})); });
  cache_.Replace({});
  waiter.join();
  EXPECT_TRUE(cache_.synced());
}

ObjectPtr Coloured(const std::string& name, const std::string& version, const std::string& colour,
                   const std::string& ns = "dev") {
  nlohmann::json object = *Map(name, version, ns);
  if (!colour.empty()) object["data"]["colour"] = colour;
  return std::make_shared<const nlohmann::json>(std::move(object));
}

class IndexTest : public ::testing::Test {
 protected:
  std::vector<std::string> Names(const std::string& ns, const std::string& colour) {
    std::vector<std::string> names;
    for (const ObjectPtr& object : cache_.ListBy("colour", ns, colour)) {
      names.push_back(NameOf(*object));
    }
    return names;
  }

  Cache cache_{{{"colour", [](const nlohmann::json& object) {
                   const std::string colour = StringAt(object, "/data/colour");
                   return colour.empty() ? std::vector<std::string>() : std::vector{colour};
                 }}}};
};

TEST_F(IndexTest, FindsByValueInANamespace) {
  cache_.Replace({Coloured("a", "1", "red"), Coloured("b", "1", "red"), Coloured("c", "1", "blue"),
                  Coloured("d", "1", "red", "other"), Coloured("e", "1", "")});
  EXPECT_EQ(Names("dev", "red"), (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(Names("other", "red"), (std::vector<std::string>{"d"}));
  EXPECT_EQ(Names("dev", "green"), std::vector<std::string>());
  EXPECT_EQ(Names("", "red"), (std::vector<std::string>{"a", "b", "d"})) << "everywhere";
  EXPECT_EQ(Names("", "blu"), std::vector<std::string>());
  EXPECT_EQ(cache_.CountBy("colour"), (std::map<std::string, size_t>{{"blue", 1}, {"red", 3}}));
}

TEST_F(IndexTest, FollowsChangesAndDeletions) {
  cache_.Replace({Coloured("a", "1", "red"), Coloured("b", "1", "red")});
  cache_.Apply({WatchEvent::Type::kModified, Coloured("a", "2", "blue")});
  EXPECT_EQ(Names("dev", "red"), (std::vector<std::string>{"b"}));
  EXPECT_EQ(Names("dev", "blue"), (std::vector<std::string>{"a"}));
  cache_.Apply({WatchEvent::Type::kDeleted, Coloured("b", "3", "red")});
  EXPECT_EQ(Names("dev", "red"), std::vector<std::string>());
  cache_.Replace({Coloured("c", "1", "red")});
  EXPECT_EQ(Names("dev", "blue"), std::vector<std::string>());
  EXPECT_EQ(Names("dev", "red"), (std::vector<std::string>{"c"}));
  EXPECT_EQ(cache_.CountBy("colour"), (std::map<std::string, size_t>{{"red", 1}}));
}

TEST_F(IndexTest, AnUnknownIndexIsASlipOfTheProgram) {
  EXPECT_THROW((void)cache_.KeysBy("size", "dev", "1"), std::logic_error);
}

TEST_F(CacheTest, StopWakesAWaiter) {
  std::jthread waiter(
      [this](const std::stop_token& stop) { EXPECT_FALSE(cache_.WaitForSync(kNoDeadline, stop)); });
  waiter.request_stop();
}

TEST(CacheOrderTest, CountsWhatStandsBeforeAValueAndNoFurtherThanAsked) {
  Cache cache({{"age", [](const nlohmann::json& object) {
                  return std::vector{"in " + NamespaceOf(object) + " " + NameOf(object)};
                }}});
  std::vector<ObjectPtr> objects = {Map("x", "1", "other")};
  for (const char* name : {"a", "b", "c", "d"}) objects.push_back(Map(name, "1"));
  cache.Replace(objects);
  EXPECT_EQ(cache.CountBefore("age", "in dev ", "in dev a", 10), 0U);
  EXPECT_EQ(cache.CountBefore("age", "in dev ", "in dev d", 10), 3U);
  EXPECT_EQ(cache.CountBefore("age", "in dev ", "in dev d", 2), 2U);
  EXPECT_EQ(cache.CountBefore("age", "in other ", "in other z", 10), 1U);
  EXPECT_EQ(cache.CountIn("dev"), 4U);
  EXPECT_EQ(cache.CountIn("none"), 0U);
  EXPECT_EQ(cache.KeysIn("other"), (std::vector<ObjectKey>{{"other", "x"}}));
  EXPECT_EQ(cache.Count("age", "dev", "in dev a"), 1U);
  EXPECT_EQ(cache.Count("age", "other", "in dev a"), 0U);
}

}  // namespace
}  // namespace hawser::kube
