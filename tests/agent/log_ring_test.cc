// What readers of the log ring see, at whatever pace they read.
#include "agent/log_ring.h"

#include <gtest/gtest.h>

#include <random>

#include "tests/support/flaky_stream.h"

namespace hawser::agent {
namespace {

using wire::LogPosition;

constexpr uint64_t kSource = 7;

TEST(LogRingTest, HandsOutWhatWasAppended) {
  LogRing ring(kSource, 10);
  EXPECT_EQ(ring.Read(0, 5).bytes, "");
  ring.Append("abc");
  ring.Append("");
  ring.Append("def");
  const LogRing::Piece piece = ring.Read(1, 3);
  EXPECT_EQ(piece.bytes, "bcd");
  EXPECT_EQ(piece.next, 4U);
  EXPECT_EQ(piece.at, (LogPosition{kSource, 1}));
  EXPECT_EQ(ring.Read(6, 5).bytes, "");
  EXPECT_EQ(ring.Read(99, 5).next, 6U) << "never past the end";
}

TEST(LogRingTest, TellsWhatASlowReaderMissed) {
  LogRing ring(kSource, 4);
  ring.Append("abcdefghij");
  const LogRing::Piece piece = ring.Read(2, 100);
  EXPECT_EQ(piece.bytes, "ghij");
  EXPECT_EQ(piece.at, (LogPosition{kSource, 6})) << "four bytes are gone";
  EXPECT_EQ(piece.next, 10U);
}

TEST(LogRingTest, FindsWhereTheTailStarts) {
  LogRing ring(kSource, 4);
  EXPECT_EQ(ring.TailStart(10), 0U);
  ring.Append("ab");
  EXPECT_EQ(ring.TailStart(1), 1U);
  EXPECT_EQ(ring.TailStart(10), 0U);
  ring.Append("cdefgh");
  EXPECT_EQ(ring.TailStart(2), 6U);
  EXPECT_EQ(ring.TailStart(100), 4U) << "no older than what is kept";
  EXPECT_EQ(ring.TailStart(0), 8U);
}

TEST(LogRingTest, AgreesWithTheWholeOutputAtAnyPosition) {
  std::mt19937_64 random(testing::TestSeed());
  for (const size_t capacity : {1U, 7U, 64U}) {
    LogRing ring(kSource, capacity);
    std::string all;
    for (int i = 0; i < 300; ++i) {
      std::string bytes(random() % (2 * capacity + 1), '\0');
      for (char& byte : bytes) byte = static_cast<char>('a' + random() % 26);
      ring.Append(bytes);
      all += bytes;
      const uint64_t from = random() % (all.size() + 1);
      const LogRing::Piece piece = ring.Read(from, random() % 50);
      const uint64_t start = piece.at.offset;
      ASSERT_GE(start, from);
      ASSERT_EQ(ring.end(), all.size());
      ASSERT_LE(all.size() - start, capacity);
      ASSERT_EQ(piece.bytes, all.substr(start, piece.bytes.size()));
      ASSERT_EQ(piece.next, start + piece.bytes.size());
    }
  }
}

TEST(LogRingTest, TakesInOnlyWhatItDoesNotHold) {
  LogRing ring(0, 100);
  ring.Append({kSource, 50}, "abcdef");
  ring.Append({kSource, 52}, "cdef");
  ring.Append({kSource, 53}, "defgh");
  EXPECT_EQ(ring.Read(0, 100).bytes, "abcdefgh");
  EXPECT_EQ(ring.Read(0, 100).at, (LogPosition{kSource, 50}));
  EXPECT_EQ(ring.Newest(), (LogPosition{kSource, 58}));
}

TEST(LogRingTest, KeepsSourcesAndGapsApart) {
  LogRing ring(0, 100);
  ring.Append({1, 0}, "one");
  ring.Append({2, 0}, "two");
  ring.Append({2, 10}, "gap");
  EXPECT_EQ(ring.Read(0, 100).bytes, "one");
  EXPECT_EQ(ring.Read(3, 100).bytes, "two");
  EXPECT_EQ(ring.Read(6, 100).at, (LogPosition{2, 10}));
  EXPECT_EQ(ring.Read(6, 100).bytes, "gap");
}

TEST(LogRingTest, FindsWhereAReaderLeftOff) {
  LogRing ring(0, 9);
  ring.Append({1, 0}, "one");
  ring.Append({2, 0}, "two");
  ring.Append({2, 10}, "gap");
  EXPECT_EQ(ring.Find({1, 2}), 2U);
  EXPECT_EQ(ring.Find({1, 3}), 3U) << "all of the first source was read";
  EXPECT_EQ(ring.Find({2, 1}), 4U);
  EXPECT_EQ(ring.Find({2, 5}), 6U) << "inside the gap";
  EXPECT_EQ(ring.Find({2, 99}), 9U);
  EXPECT_EQ(ring.Find({3, 0}), std::nullopt);
  EXPECT_EQ(ring.Find({0, 0}), std::nullopt);
  ring.Append({2, 13}, "more");
  EXPECT_EQ(ring.Find({1, 2}), std::nullopt) << "forgotten with its last byte";
}

TEST(LogRingTest, BoundsWhatASourceOfManyGapsCosts) {
  LogRing ring(0, 1U << 20);
  for (uint64_t i = 0; i < 1000; ++i) ring.Append({kSource, 2 * i}, "x");
  const LogRing::Piece oldest = ring.Read(0, 10);
  EXPECT_EQ(oldest.bytes, "x");
  EXPECT_GT(oldest.at.offset, 0U);
  EXPECT_EQ(ring.Newest(), (LogPosition{kSource, 1999}));
}

TEST(LogRingTest, CallsListenersUntilTheyLeave) {
  LogRing ring(kSource, 10);
  int first = 0;
  int second = 0;
  const uint64_t id = ring.Subscribe([&] { ++first; });
  ring.Subscribe([&] { second += static_cast<int>(ring.end()); });
  ring.Append("a");
  ring.Unsubscribe(id);
  ring.Append("b");
  EXPECT_EQ(first, 1);
  EXPECT_EQ(second, 1 + 2);
}

TEST(LogRingTest, ServesReadersWhileItGrows) {
  LogRing ring(kSource, 64);
  std::jthread writer([&] {
    for (int i = 0; i < 20000; ++i) ring.Append("0123456789");
  });
  uint64_t next = 0;
  while (next < 200000) {
    const LogRing::Piece piece = ring.Read(next, 100);
    const uint64_t start = piece.at.offset;
    for (size_t i = 0; i < piece.bytes.size(); ++i) {
      ASSERT_EQ(piece.bytes[i], '0' + static_cast<char>((start + i) % 10));
    }
    next = piece.next;
  }
}

}  // namespace
}  // namespace hawser::agent
