// What readers of the log ring see, at whatever pace they read.
#include "agent/log_ring.h"

#include <gtest/gtest.h>

#include <random>

#include "tests/support/flaky_stream.h"

namespace hawser::agent {
namespace {

TEST(LogRingTest, HandsOutWhatWasAppended) {
  LogRing ring(10);
  EXPECT_EQ(ring.Read(0, 5).bytes, "");
  ring.Append("abc");
  ring.Append("");
  ring.Append("def");
  const LogRing::Piece piece = ring.Read(1, 3);
  EXPECT_EQ(piece.bytes, "bcd");
  EXPECT_EQ(piece.next, 4U);
  EXPECT_EQ(piece.skipped, 0U);
  EXPECT_EQ(ring.Read(6, 5).bytes, "");
  EXPECT_EQ(ring.Read(99, 5).next, 6U) << "never past the end";
}

TEST(LogRingTest, TellsWhatASlowReaderMissed) {
  LogRing ring(4);
  ring.Append("abcdefghij");
  const LogRing::Piece piece = ring.Read(2, 100);
  EXPECT_EQ(piece.bytes, "ghij");
  EXPECT_EQ(piece.skipped, 4U);
  EXPECT_EQ(piece.next, 10U);
}

TEST(LogRingTest, FindsWhereTheTailStarts) {
  LogRing ring(4);
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
    LogRing ring(capacity);
    std::string all;
    for (int i = 0; i < 300; ++i) {
      std::string bytes(random() % (2 * capacity + 1), '\0');
      for (char& byte : bytes) byte = static_cast<char>('a' + random() % 26);
      ring.Append(bytes);
      all += bytes;
      const uint64_t from = random() % (all.size() + 1);
      const LogRing::Piece piece = ring.Read(from, random() % 50);
      const uint64_t start = from + piece.skipped;
      ASSERT_EQ(ring.end(), all.size());
      ASSERT_LE(all.size() - start, capacity);
      ASSERT_EQ(piece.bytes, all.substr(start, piece.bytes.size()));
      ASSERT_EQ(piece.next, start + piece.bytes.size());
    }
  }
}

TEST(LogRingTest, CallsListenersUntilTheyLeave) {
  LogRing ring(10);
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
  LogRing ring(64);
  std::jthread writer([&] {
    for (int i = 0; i < 20000; ++i) ring.Append("0123456789");
  });
  uint64_t next = 0;
  while (next < 200000) {
    const LogRing::Piece piece = ring.Read(next, 100);
    const uint64_t start = next + piece.skipped;
    for (size_t i = 0; i < piece.bytes.size(); ++i) {
      ASSERT_EQ(piece.bytes[i], '0' + static_cast<char>((start + i) % 10));
    }
    next = piece.next;
  }
}

}  // namespace
}  // namespace hawser::agent
