// The primitives: exact bytes, round trips, and refusal of everything else.
#include "lib/wire/codec.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>

namespace hawser::wire {
namespace {

using std::string_literals::operator""s;

constexpr auto kByte = [](auto& codec, auto& item) { codec.Varint(item); };

TEST(CodecTest, WritesNumbersInTheFewestBytes) {
  Encoder encoder;
  encoder.Varint(0U);
  encoder.Varint(127U);
  encoder.Varint(128U);
  encoder.Varint(std::numeric_limits<uint64_t>::max());
  EXPECT_EQ(encoder.Take(), "\x00\x7f\x80\x01\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"s);
}

TEST(CodecTest, ReadsBackTheExtremes) {
  for (const int32_t value :
       {0, -1, 1, std::numeric_limits<int32_t>::min(), std::numeric_limits<int32_t>::max()}) {
    Encoder encoder;
    encoder.Signed(value);
    encoder.Fixed64(int64_t{value} << 31);
    const std::string bytes = encoder.Take();
    Decoder decoder(bytes);
    int32_t small = 7;
    int64_t large = 7;
    decoder.Signed(small);
    decoder.Fixed64(large);
    decoder.End();
    EXPECT_TRUE(decoder.ok()) << decoder.status();
    EXPECT_EQ(small, value);
    EXPECT_EQ(large, int64_t{value} << 31);
  }
}

TEST(CodecTest, RefusesNumbersNotInTheirShortestForm) {
  for (const std::string& bytes :
       {"\x80\x00"s, "\xff\x80\x00"s, "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02"s,
        "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"s, "\x80"s, ""s}) {
    Decoder decoder(bytes);
    uint64_t value = 7;
    decoder.Varint(value);
    EXPECT_EQ(decoder.status().code(), Code::kDataLoss);
    EXPECT_EQ(value, 7U);
  }
}

TEST(CodecTest, RefusesANumberTooLargeForItsField) {
  const std::string bytes = "\x80\x80\x04";
  Decoder decoder(bytes);
  uint16_t value = 0;
  decoder.Varint(value);
  EXPECT_EQ(decoder.status().code(), Code::kDataLoss);
}

TEST(CodecTest, RefusesALengthBeyondItsBoundOrTheEnd) {
  for (const std::string& bytes : {"\x05"
                                   "abcde"s,
                                   "\x04"
                                   "abc"s,
                                   "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"s}) {
    Decoder decoder(bytes);
    std::string value;
    decoder.Bytes(value, 4);
    EXPECT_EQ(decoder.status().code(), Code::kDataLoss);
    EXPECT_TRUE(value.empty());
  }
}

TEST(CodecTest, AllocatesNothingForACountThatCannotBeThere) {
  const std::string bytes = "\xff\xff\xff\xff\x0f\x01\x02";
  Decoder decoder(bytes);
  std::vector<uint32_t> list;
  decoder.List(list, std::numeric_limits<size_t>::max(), 1, kByte);
  EXPECT_EQ(decoder.status().code(), Code::kDataLoss);
  EXPECT_EQ(list.capacity(), 0U);
}

TEST(CodecTest, RefusesAListLongerThanItsBoundBothWays) {
  const std::vector<uint32_t> list = {1, 2, 3};
  Encoder encoder;
  encoder.List(list, 2, 1, kByte);
  EXPECT_EQ(encoder.status().code(), Code::kInvalidArgument);
  const std::string bytes = "\x03\x01\x02\x03";
  Decoder decoder(bytes);
  std::vector<uint32_t> read;
  decoder.List(read, 2, 1, kByte);
  EXPECT_EQ(decoder.status().code(), Code::kDataLoss);
}

TEST(CodecTest, RefusesATruthValueThatIsNeither) {
  const std::string bytes = "\x02";
  Decoder decoder(bytes);
  bool value = false;
  decoder.Bool(value);
  EXPECT_EQ(decoder.status().code(), Code::kDataLoss);
}

TEST(CodecTest, KeepsTheFirstFailure) {
  const std::string bytes =
      "\x09"
      "ab";
  Decoder decoder(bytes);
  std::string text;
  decoder.Bytes(text, 100);
  const Status first = decoder.status();
  Digest digest;
  decoder.Hash(digest);
  decoder.End();
  EXPECT_EQ(decoder.status(), first);
  EXPECT_TRUE(digest.IsZero());
}

TEST(CodecTest, NoticesBytesAfterTheLastField) {
  const std::string bytes = "\x01!";
  Decoder decoder(bytes);
  bool value = false;
  decoder.Bool(value);
  EXPECT_TRUE(decoder.ok());
  decoder.End();
  EXPECT_EQ(decoder.status().code(), Code::kDataLoss);
}

}  // namespace
}  // namespace hawser::wire
