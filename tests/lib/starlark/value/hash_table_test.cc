// The insertion-ordered hash table against a simple model.
#include "lib/starlark/value/hash_table.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <random>
#include <vector>

namespace hawser::starlark {
namespace {

uint32_t Seed() {
  const char* given = std::getenv("HAWSER_SEED");
  return given != nullptr ? static_cast<uint32_t>(std::strtoul(given, nullptr, 10))
                          : std::random_device()();
}

std::vector<int64_t> Keys(const HashTable& table) {
  std::vector<int64_t> keys;
  table.ForEach([&](const HashTable::Entry& entry) { keys.push_back(entry.key.small_int()); });
  return keys;
}

TEST(HashTableTest, KeepsTheOrderOfInsertionThroughAnyChanges) {
  const uint32_t seed = Seed();
  SCOPED_TRACE("HAWSER_SEED=" + std::to_string(seed));
  std::mt19937 random(seed);
  Heap heap;
  HashTable table;
  std::vector<int64_t> model;
  for (int step = 0; step < 20'000; ++step) {
    const int64_t key = random() % 300;
    const uint32_t hash = static_cast<uint32_t>(key % 7);  // many collisions
    const auto known = std::find(model.begin(), model.end(), key);
    switch (random() % 5) {
      case 0:
        EXPECT_EQ(table.Erase(Value::SmallInt(key), hash).has_value(), known != model.end());
        if (known != model.end()) model.erase(known);
        break;
      case 1:
        if (random() % 100 == 0) {
          table.Clear();
          model.clear();
        } else if (!model.empty()) {
          EXPECT_EQ(table.at(table.First()).key.small_int(), model.front());
        }
        break;
      default:
        EXPECT_EQ(table.Insert(heap, Value::SmallInt(key), hash, Value::SmallInt(step)),
                  known == model.end());
        if (known == model.end()) model.push_back(key);
        EXPECT_EQ(table.Find(Value::SmallInt(key), hash)->value, Value::SmallInt(step));
    }
    ASSERT_EQ(table.size(), model.size());
    if (step % 97 == 0) {
      ASSERT_EQ(Keys(table), model);
    }
  }
}

TEST(HashTableTest, FindsNothingWhenEmpty) {
  const HashTable table;
  EXPECT_EQ(table.Find(Value::None(), 1), nullptr);
  EXPECT_EQ(table.end(), 0U);
}

}  // namespace
}  // namespace hawser::starlark
