// The table of places does what a map does.
#include "lib/sync/store/pack_index.h"

#include <gtest/gtest.h>

#include <map>
#include <random>

#include "tests/support/flaky_stream.h"
#include "tests/support/thoroughness.h"

namespace hawser::sync {
namespace {

PackPlace PlaceOf(uint32_t number) {
  return {.pack = number % kMaxPacks + 1,
          .offset = number * 7919U % kMaxPackSize,
          .size = number % (kMaxPackedContent + 1)};
}

TEST(PackIndexTest, HoldsTheLargestPlace) {
  PackIndex index;
  const PackPlace largest{.pack = kMaxPacks, .offset = kMaxPackSize - 1, .size = kMaxPackedContent};
  EXPECT_EQ(index.Find(Sha256("a")), std::nullopt);
  EXPECT_EQ(index.Set(Sha256("a"), largest), std::nullopt);
  EXPECT_EQ(index.Find(Sha256("a")), largest);
  EXPECT_EQ(index.Set(Sha256("a"), PlaceOf(1)), largest);
  EXPECT_EQ(index.Erase(Sha256("a")), PlaceOf(1));
  EXPECT_EQ(index.Erase(Sha256("a")), std::nullopt);
  EXPECT_EQ(index.size(), 0U);
}

/// Digests that crowd into few slots, so that they displace one another.
Digest Crowded(uint32_t number) {
  Digest digest;
  digest.bytes[0] = static_cast<uint8_t>(250 + number % 12);
  digest.bytes[6] = static_cast<uint8_t>(number);
  digest.bytes[7] = static_cast<uint8_t>(number >> 8);
  return digest;
}

TEST(PackIndexTest, DoesWhatAMapDoes) {
  std::mt19937 random(static_cast<uint32_t>(testing::TestSeed()));
  PackIndex index;
  std::map<Digest, PackPlace> map;
  for (int i = 0; i < testing::Repeats(20000, 3000); ++i) {
    const Digest digest = Crowded(random() % 600);
    const auto known = map.find(digest);
    const auto before = known == map.end() ? std::nullopt : std::optional(known->second);
    if (random() % 3 != 0) {
      const PackPlace place = PlaceOf(static_cast<uint32_t>(random()));
      ASSERT_EQ(index.Set(digest, place), before);
      map[digest] = place;
    } else {
      ASSERT_EQ(index.Erase(digest), before);
      map.erase(digest);
    }
    ASSERT_EQ(index.size(), map.size());
    const Digest other = Crowded(random() % 600);
    const auto there = map.find(other);
    ASSERT_EQ(index.Find(other), there == map.end() ? std::nullopt : std::optional(there->second));
  }
}

TEST(PackIndexTest, ErasesWhatIsUnwantedAndGivesRoomBack) {
  PackIndex index;
  for (uint32_t i = 0; i < 600; ++i) index.Set(Crowded(i), PlaceOf(i));
  index.EraseIf([](uint64_t, const PackPlace& place) { return place.pack % 50 != 0; });
  EXPECT_EQ(index.size(), 12U);
  for (uint32_t i = 0; i < 600; ++i) {
    const auto expected = PlaceOf(i).pack % 50 == 0 ? std::optional(PlaceOf(i)) : std::nullopt;
    EXPECT_EQ(index.Find(Crowded(i)), expected) << i;
  }
  index.Clear();
  EXPECT_EQ(index.size(), 0U);
  EXPECT_EQ(index.Find(Crowded(49)), std::nullopt);
}

}  // namespace
}  // namespace hawser::sync
