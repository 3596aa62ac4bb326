// Carried connections: bytes come through, directions end one by one, and a cut is seen as one.
#include "lib/wire/carried_stream.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "lib/wire/limits.h"
#include "tests/support/memory_pipe.h"

namespace hawser::wire {
namespace {

using std::chrono::seconds;

class CarriedStreamTest : public ::testing::Test {
 protected:
  CarriedStreamTest() {
    hawser::testing::StreamPair pipe = hawser::testing::MakeMemoryPipe();
    first_channel_ = std::make_shared<Channel>(std::move(pipe.first));
    second_channel_ = std::make_shared<Channel>(std::move(pipe.second));
    first_ = std::make_unique<CarriedStream>(first_channel_);
    second_ = std::make_unique<CarriedStream>(second_channel_);
  }

  /// Reads until the peer ended; a failure is the answer's.
  static Result<std::string> ReadAll(net::ByteStream& stream) {
    std::string all;
    char buffer[1000];
    while (true) {
      HAWSER_ASSIGN_OR_RETURN(const size_t count, stream.Read(buffer, In(seconds(10))));
      if (count == 0) return all;
      all.append(buffer, count);
    }
  }

  std::shared_ptr<Channel> first_channel_;
  std::shared_ptr<Channel> second_channel_;
  std::unique_ptr<CarriedStream> first_;
  std::unique_ptr<CarriedStream> second_;
};

TEST_F(CarriedStreamTest, CarriesMoreThanOneMessageHolds) {
  std::string sent(3 * kMaxStreamPiece + 7, 'x');
  for (size_t i = 0; i < sent.size(); ++i) sent[i] = static_cast<char>(i * 31 / 7);
  const std::jthread writer([&] {
    EXPECT_EQ(first_->Write(sent, In(seconds(10))), OkStatus());
    first_->EndWrite();
  });
  EXPECT_EQ(ReadAll(*second_).value(), sent);
}

TEST_F(CarriedStreamTest, EndsOneDirectionAndGoesOnWithTheOther) {
  ASSERT_TRUE(first_->Write("question", In(seconds(10))).ok());
  first_->EndWrite();
  EXPECT_EQ(ReadAll(*second_).value(), "question");
  EXPECT_EQ(ReadAll(*second_).value(), "") << "an end stays one";
  ASSERT_TRUE(second_->Write("answer", In(seconds(10))).ok());
  second_->EndWrite();
  EXPECT_EQ(ReadAll(*first_).value(), "answer");
}

TEST_F(CarriedStreamTest, ACutIsNoEnd) {
  ASSERT_TRUE(first_->Write("half an ans", In(seconds(10))).ok());
  first_->Close();
  EXPECT_EQ(ReadAll(*second_).status().code(), Code::kUnavailable);
}

TEST_F(CarriedStreamTest, TheLastToCloseWaitsForItsPeer) {
  CarriedStream last(first_channel_, true);
  last.EndWrite();
  second_->EndWrite();
  EXPECT_EQ(ReadAll(last).value(), "");
  EXPECT_EQ(ReadAll(*second_).value(), "");
  std::atomic<bool> peer_closed = false;
  const std::jthread peer([&] {
    peer_closed = true;
    second_->Close();
  });
  last.Close();
  EXPECT_TRUE(peer_closed);
}

TEST_F(CarriedStreamTest, CloseHereCancelsReads) {
  std::jthread reader([&] { EXPECT_EQ(ReadAll(*first_).status().code(), Code::kCancelled); });
  first_->Close();
}

TEST_F(CarriedStreamTest, WaitsNoLongerThanAsked) {
  char byte = 0;
  EXPECT_EQ(first_->Read({&byte, 1}, In(std::chrono::milliseconds(1))).status().code(),
            Code::kDeadlineExceeded);
}

TEST_F(CarriedStreamTest, RefusesMessagesWithoutAPlace) {
  ASSERT_TRUE(second_channel_->Send(Ping{.nonce = 1}, In(seconds(10))).ok());
  EXPECT_EQ(ReadAll(*first_).status().code(), Code::kDataLoss);
}

}  // namespace
}  // namespace hawser::wire
