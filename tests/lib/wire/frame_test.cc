// Frames: exact header bytes, any fragmentation, and the bounds.
#include "lib/wire/frame.h"

#include <gtest/gtest.h>

#include "lib/wire/compress.h"

namespace hawser::wire {
namespace {

using std::string_literals::operator""s;

std::string FrameOf(uint16_t type, std::string_view payload,
                    size_t compress_above = kNeverCompress) {
  std::string bytes;
  AppendFrame(type, payload, compress_above, bytes);
  return bytes;
}

Code FailureOf(std::string_view bytes, uint32_t max_frame = 1000, uint32_t max_message = 10000) {
  FrameParser parser(max_frame, max_message);
  parser.Append(bytes);
  const auto frame = parser.Next();
  return frame.ok() ? Code::kOk : frame.status().code();
}

TEST(FrameTest, WritesTheHeaderOfTheContract) {
  EXPECT_EQ(FrameOf(0x0102, "abc"),
            "\x03\x00\x00\x00\x00\x02\x01"
            "abc"s);
}

TEST(FrameTest, ReadsFramesHoweverTheyArrive) {
  const std::string bytes =
      FrameOf(7, "first") + FrameOf(8, "") + FrameOf(9, std::string(3000, 'x'), 100);
  for (const size_t piece : {1U, 2U, 3U, 7U, 100U}) {
    FrameParser parser(1000, 10000);
    std::vector<std::pair<uint16_t, std::string>> read;
    for (size_t at = 0; at < bytes.size(); at += piece) {
      parser.Append(std::string_view(bytes).substr(at, piece));
      while (true) {
        const auto frame = parser.Next();
        ASSERT_TRUE(frame.ok()) << frame.status();
        if (!frame->has_value()) break;
        read.emplace_back((*frame)->type, (*frame)->payload);
      }
    }
    const decltype(read) expected = {{7, "first"}, {8, ""}, {9, std::string(3000, 'x')}};
    EXPECT_EQ(read, expected);
    EXPECT_TRUE(parser.empty());
  }
}

TEST(FrameTest, CompressesOnlyWhatBecomesShorter) {
  EXPECT_LT(FrameOf(1, std::string(5000, 'x'), 1024).size(), 100U);
  EXPECT_EQ(FrameOf(1, "a few bytes", 4), FrameOf(1, "a few bytes"));
}

TEST(FrameTest, RefusesALengthBeyondItsBoundBeforeThePayloadArrives) {
  EXPECT_EQ(FailureOf("\xe2\x03\x00\x00\x00\x01\x00"s),
            Code::kDataLoss);  // 994 bytes and 7 of header
  EXPECT_EQ(FailureOf("\xe1\x03\x00\x00\x00\x01\x00"s), Code::kOk);
  EXPECT_EQ(FailureOf("\xff\xff\xff\xff\x00\x01\x00"s), Code::kDataLoss);
}

TEST(FrameTest, RefusesUnknownFlags) {
  EXPECT_EQ(FailureOf("\x00\x00\x00\x00\x02\x01\x00"s), Code::kDataLoss);
}

TEST(FrameTest, RefusesAPayloadThatUnpacksBeyondItsBound) {
  const std::string bytes = FrameOf(1, std::string(10001, 'x'), 0);
  EXPECT_EQ(FailureOf(bytes), Code::kDataLoss);
  EXPECT_EQ(FailureOf(bytes, 1000, 10001), Code::kOk);
}

TEST(FrameTest, RefusesADamagedCompressedPayload) {
  std::string bytes = FrameOf(1, std::string(5000, 'x'), 0);
  bytes[kFrameHeader] = 'Q';
  EXPECT_EQ(FailureOf(bytes), Code::kDataLoss);
}

}  // namespace
}  // namespace hawser::wire
