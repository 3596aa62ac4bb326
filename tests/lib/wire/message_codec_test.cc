// Every message travels unchanged; every damaged one is refused.
#include "lib/wire/message_codec.h"

#include <gtest/gtest.h>

#include <random>
#include <set>

#include "tests/lib/wire/samples.h"
#include "tests/support/flaky_stream.h"

namespace hawser::wire {
namespace {

using testing::SampleMessages;

TEST(MessageCodecTest, HasASampleOfEveryType) {
  std::set<size_t> seen;
  for (const Message& message : SampleMessages()) seen.insert(message.index());
  EXPECT_EQ(seen.size(), std::variant_size_v<Message>);
}

TEST(MessageCodecTest, GivesEveryTypeANumberOfItsOwn) {
  std::set<uint16_t> numbers;
  for (const Message& message : SampleMessages()) numbers.insert(TypeOf(message));
  EXPECT_EQ(numbers.size(), std::variant_size_v<Message>);
}

TEST(MessageCodecTest, ReadsBackWhatItWrote) {
  for (const Message& message : SampleMessages()) {
    const auto bytes = EncodeMessage(message);
    ASSERT_TRUE(bytes.ok()) << bytes.status();
    const auto read = DecodeMessage(TypeOf(message), *bytes);
    ASSERT_TRUE(read.ok()) << "type " << TypeOf(message) << ": " << read.status();
    EXPECT_EQ(**read, message) << "type " << TypeOf(message);
  }
}

/// Fixes the layout: a change of these bytes is a change of the protocol.
TEST(MessageCodecTest, WritesTheBytesOfTheContract) {
  const auto bytes = EncodeMessage(Hello{1, 2, Role::kPush, "1.0", "ns/api", "me"});
  ASSERT_TRUE(bytes.ok());
  EXPECT_EQ(*bytes,
            "\x01\x02\x01\x03"
            "1.0\x06ns/api\x02me");
  EXPECT_EQ(*EncodeMessage(Progress{300, Phase::kStaged, 5}), "\xac\x02\x02\x05");
  EXPECT_EQ(*EncodeMessage(Data{2, true, "abc"}),
            "\x02\x01"
            "abc");
}

/// Types whose last field is the rest of the message.
const std::set<uint16_t> kOpenEnded = {50, 54, 67, 99, 118};

TEST(MessageCodecTest, SkipsTypesItDoesNotKnow) {
  const auto read = DecodeMessage(60000, "whatever");
  ASSERT_TRUE(read.ok());
  EXPECT_FALSE(read->has_value());
}

TEST(MessageCodecTest, LetsOnlyTheOpeningGrowAtItsEnd) {
  const std::set<uint16_t> growing = {1, 2, 3, 80};
  for (const Message& message : SampleMessages()) {
    if (kOpenEnded.contains(TypeOf(message))) continue;
    const std::string longer = *EncodeMessage(message) + "\x2a";
    EXPECT_EQ(DecodeMessage(TypeOf(message), longer).ok(), growing.contains(TypeOf(message)))
        << "type " << TypeOf(message);
  }
}

TEST(MessageCodecTest, ReadsARejectForAReasonOfTheFuture) {
  const auto read = DecodeMessage(TypeOf(Reject{}), "\xc8\x02hi");
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(std::get<Reject>(**read), (Reject{RejectReason::kProtocol, "hi"}));
}

TEST(MessageCodecTest, RefusesEveryTruncation) {
  for (const Message& message : SampleMessages()) {
    const std::string bytes = *EncodeMessage(message);
    for (size_t length = 0; length < bytes.size(); ++length) {
      const auto read = DecodeMessage(TypeOf(message), std::string_view(bytes).substr(0, length));
      if (read.ok()) {
        EXPECT_NE(**read, message);  // only what ends in raw bytes has a valid shorter form
        EXPECT_TRUE(kOpenEnded.contains(TypeOf(message)));
      } else {
        EXPECT_EQ(read.status().code(), Code::kDataLoss);
      }
    }
  }
}

TEST(MessageCodecTest, WritesAgainWhatItAcceptsOfDamagedBytes) {
  std::mt19937_64 random(hawser::testing::TestSeed());
  const std::vector<Message> samples = SampleMessages();
  for (int round = 0; round < 20000; ++round) {
    const Message& message = samples[random() % samples.size()];
    std::string bytes = *EncodeMessage(message);
    if (bytes.empty()) continue;
    bytes[random() % bytes.size()] = static_cast<char>(random());
    const auto read = DecodeMessage(TypeOf(message), bytes);
    if (!read.ok()) continue;
    const auto again = EncodeMessage(**read);
    ASSERT_TRUE(again.ok()) << again.status();
    EXPECT_EQ(*DecodeMessage(TypeOf(message), *again), *read);
  }
}

TEST(MessageCodecTest, WillNotSendAnInvalidMessage) {
  EXPECT_EQ(EncodeMessage(BatchEnd{0}).status().code(), Code::kInvalidArgument);
  EXPECT_EQ(EncodeMessage(Reject{RejectReason::kProtocol, std::string(70000, 'x')}).status().code(),
            Code::kInvalidArgument);
}

}  // namespace
}  // namespace hawser::wire
