// Compression and deltas: what comes back, how small it is, and what is refused.
#include "lib/wire/compress.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

#include "tests/lib/wire/content.h"
#include "tests/support/flaky_stream.h"

namespace hawser::wire {
namespace {

using hawser::testing::TestSeed;

std::string StreamCompressed(std::string_view data, size_t piece) {
  std::string frame;
  StreamCompressor compressor([&](std::string_view out) {
    frame += out;
    return OkStatus();
  });
  for (size_t at = 0; at < data.size(); at += piece)
    EXPECT_TRUE(compressor.Write(data.substr(at, piece)).ok());
  EXPECT_TRUE(compressor.Finish().ok());
  return frame;
}

/// The output, or the first failure.
Result<std::string> StreamDecompressed(std::string_view frame, size_t piece, uint64_t max_size) {
  std::string data;
  StreamDecompressor decompressor(
      [&](std::string_view out) {
        data += out;
        return OkStatus();
      },
      max_size);
  for (size_t at = 0; at < frame.size(); at += piece) {
    HAWSER_RETURN_IF_ERROR(decompressor.Write(frame.substr(at, piece)));
  }
  HAWSER_RETURN_IF_ERROR(decompressor.Finish());
  return data;
}

TEST(CompressTest, GivesBackWhatWasCompressed) {
  for (const std::string& data :
       {std::string(), std::string("x"), SourceText(1000, 1), RandomBytes(100000, 2)}) {
    const std::string frame = Compress(data);
    EXPECT_EQ(*Decompress(frame, data.size()), data);
  }
}

TEST(CompressTest, RefusesContentBeyondTheBound) {
  EXPECT_EQ(Decompress(Compress(std::string(1000, 'x')), 999).status().code(), Code::kDataLoss);
}

TEST(CompressTest, RefusesWhatIsNotExactlyOneFrame) {
  const std::string frame = Compress("hello");
  for (const std::string& bad : {std::string(), frame.substr(0, frame.size() - 1), frame + "x",
                                 frame + frame, std::string("not zstd at all")}) {
    EXPECT_EQ(Decompress(bad, 1000).status().code(), Code::kDataLoss);
  }
}

TEST(CompressTest, FindsInThePrefixWhatItRepeats) {
  const std::string prefix = SourceText(300, 3);
  const std::string again =
      SourceText(300, 3);  // the library takes memory that overlaps for no prefix
  const std::string frame = CompressAfter(prefix, again);
  EXPECT_LT(frame.size(), 100U);
  EXPECT_EQ(*DecompressAfter(prefix, frame, prefix.size()), prefix);
  EXPECT_FALSE(DecompressAfter(prefix, frame, prefix.size() - 1).ok());
}

TEST(CompressTest, StreamsInPiecesOfAnySize) {
  const std::string data = SourceText(20000, 7);
  for (const size_t piece : {size_t{1000}, size_t{65536}, data.size()}) {
    const std::string frame = StreamCompressed(data, piece);
    EXPECT_LT(frame.size(), data.size() / 2);
    EXPECT_EQ(*StreamDecompressed(frame, piece, data.size()), data);
  }
  EXPECT_EQ(*StreamDecompressed(StreamCompressed("", 1), 1, 0), "");
}

TEST(CompressTest, EmitsAllOutputOfItsLastInput) {
  const std::string data(5U << 20, 'x');
  const std::string frame = StreamCompressed(data, data.size());
  EXPECT_EQ(StreamDecompressed(frame, frame.size(), data.size()).value().size(), data.size());
}

TEST(CompressTest, StreamsReadOneShotFrames) {
  const std::string data = SourceText(100, 8);
  EXPECT_EQ(*StreamDecompressed(Compress(data), 100, data.size()), data);
}

TEST(CompressTest, RefusesStreamsBeyondTheBoundOrItsEnd) {
  const std::string frame = StreamCompressed(std::string(100000, 'x'), 1000);
  EXPECT_EQ(StreamDecompressed(frame, 10, 99999).status().code(), Code::kDataLoss);
  EXPECT_EQ(StreamDecompressed(frame + "x", 10, 100000).status().code(), Code::kDataLoss);
  EXPECT_EQ(StreamDecompressed(frame.substr(0, frame.size() - 2), 10, 100000).status().code(),
            Code::kDataLoss);
  EXPECT_EQ(StreamDecompressed("", 10, 100000).status().code(), Code::kDataLoss);
}

TEST(CompressTest, PassesOnTheFailureOfItsSink) {
  const std::string frame = Compress("hello");
  StreamDecompressor decompressor(
      [](std::string_view) { return ResourceExhaustedError("disk full"); }, 100);
  EXPECT_EQ(decompressor.Write(frame).code(), Code::kResourceExhausted);
}

TEST(CompressTest, SurvivesAnyDamage) {
  std::mt19937_64 random(TestSeed());
  const std::string base = SourceText(50, 9);
  const std::string patch = CompressAfter(base, base + "one more line\n");
  for (int round = 0; round < 5000; ++round) {
    std::string damaged = patch;
    damaged[random() % damaged.size()] = static_cast<char>(random());
    const auto data = DecompressAfter(base, damaged, 10000);
    EXPECT_TRUE(data.ok() || data.status().code() == Code::kDataLoss) << data.status();
    (void)StreamDecompressed(damaged, 16, 10000);
  }
}

}  // namespace
}  // namespace hawser::wire
