// What every byte stream must do.
#include "tests/support/byte_stream_contract.h"

#include <algorithm>
#include <array>
#include <thread>

#include "lib/base/clock.h"

namespace hawser::testing {

using std::chrono::milliseconds;
using std::chrono::seconds;

std::string StreamKindName(const ::testing::TestParamInfo<StreamKind>& info) {
  return info.param.name;
}

std::string ReadExactly(net::ByteStream& stream, size_t count) {
  const Deadline deadline = In(seconds(10));
  std::string bytes(count, '\0');
  size_t have = 0;
  while (have < count) {
    const Result<size_t> got = stream.Read(std::span(bytes).subspan(have), deadline);
    EXPECT_TRUE(got.ok()) << got.status();
    if (!got.ok() || *got == 0) break;
    have += *got;
  }
  EXPECT_EQ(have, count);
  bytes.resize(have);
  return bytes;
}

namespace {

std::string Pattern(size_t size, unsigned salt) {
  std::string bytes(size, '\0');
  unsigned state = salt;
  for (char& byte : bytes) {
    state = state * 1664525U + 1013904223U;
    byte = static_cast<char>(state >> 24);
  }
  return bytes;
}

Result<size_t> ReadSome(net::ByteStream& stream, Deadline deadline = In(seconds(10))) {
  std::array<char, 64> ignored;
  return stream.Read(ignored, deadline);
}

}  // namespace

void ByteStreamContractTest::SetUp() {
  pair_ = GetParam().connect();
  ASSERT_NE(pair_.first, nullptr);
  ASSERT_NE(pair_.second, nullptr);
}

GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(ByteStreamContractTest);

TEST_P(ByteStreamContractTest, CarriesBytesBothWays) {
  ASSERT_TRUE(pair_.first->Write("ping", In(seconds(10))).ok());
  EXPECT_EQ(ReadExactly(*pair_.second, 4), "ping");
  ASSERT_TRUE(pair_.second->Write("pong", In(seconds(10))).ok());
  EXPECT_EQ(ReadExactly(*pair_.first, 4), "pong");
}

TEST_P(ByteStreamContractTest, NamesItsPeer) {
  EXPECT_FALSE(pair_.first->Peer().empty());
}

TEST_P(ByteStreamContractTest, CarriesLargeTransfersBothWaysAtOnce) {
  constexpr size_t kSize = 3U << 20;
  const std::string forth = Pattern(kSize, 1);
  const std::string back = Pattern(kSize, 2);
  std::string got_forth;
  std::string got_back;
  {
    const std::jthread write_forth(
        [&] { EXPECT_TRUE(pair_.first->Write(forth, In(seconds(60))).ok()); });
    const std::jthread write_back(
        [&] { EXPECT_TRUE(pair_.second->Write(back, In(seconds(60))).ok()); });
    const std::jthread read_forth([&] { got_forth = ReadExactly(*pair_.second, kSize); });
    got_back = ReadExactly(*pair_.first, kSize);
  }
  EXPECT_TRUE(got_forth == forth);
  EXPECT_TRUE(got_back == back);
}

TEST_P(ByteStreamContractTest, StaysUsableAfterAReadDeadline) {
  const Result<size_t> nothing = ReadSome(*pair_.first, In(milliseconds(5)));
  EXPECT_EQ(nothing.status().code(), Code::kDeadlineExceeded) << nothing.status();
  ASSERT_TRUE(pair_.second->Write("late", In(seconds(10))).ok());
  EXPECT_EQ(ReadExactly(*pair_.first, 4), "late");
}

TEST_P(ByteStreamContractTest, ReportsADeadlineWhenThePeerNeverReads) {
  const std::string chunk(1U << 20, 'x');
  Status status;
  for (int i = 0; i < 64 && status.ok(); ++i) {
    status = pair_.first->Write(chunk, In(milliseconds(50)));
  }
  EXPECT_EQ(status.code(), Code::kDeadlineExceeded) << status;
}

TEST_P(ByteStreamContractTest, ReadsZeroOnceThePeerHasEnded) {
  ASSERT_TRUE(pair_.second->Write("last words", In(seconds(10))).ok());
  pair_.second->Close();
  EXPECT_EQ(ReadExactly(*pair_.first, 10), "last words");
  const Result<size_t> end = ReadSome(*pair_.first);
  ASSERT_TRUE(end.ok()) << end.status();
  EXPECT_EQ(*end, 0U);
}

TEST_P(ByteStreamContractTest, CloseWakesABlockedRead) {
  Result<size_t> got = 1;
  {
    const std::jthread reader([&] { got = ReadSome(*pair_.first, kNoDeadline); });
    pair_.first->Close();
  }
  EXPECT_EQ(got.status().code(), Code::kCancelled) << got.status();
}

TEST_P(ByteStreamContractTest, CloseWakesABlockedWrite) {
  const std::string endless(64U << 20, 'x');
  Status status;
  {
    const std::jthread writer([&] { status = pair_.first->Write(endless, kNoDeadline); });
    EXPECT_TRUE(ReadSome(*pair_.second).ok());  // the writer is at work
    pair_.first->Close();
  }
  EXPECT_FALSE(status.ok());
}

TEST_P(ByteStreamContractTest, IsCancelledAfterClose) {
  pair_.first->Close();
  pair_.first->Close();
  EXPECT_EQ(ReadSome(*pair_.first).status().code(), Code::kCancelled);
  EXPECT_EQ(pair_.first->Write("x", In(seconds(10))).code(), Code::kCancelled);
}

TEST_P(ByteStreamContractTest, WritingToAnEndedPeerBecomesUnavailable) {
  pair_.second.reset();
  Status status;
  for (const Deadline deadline = In(seconds(10));
       status.ok() && std::chrono::steady_clock::now() < deadline;) {
    status = pair_.first->Write("x", deadline);
  }
  EXPECT_EQ(status.code(), Code::kUnavailable) << status;
}

TEST_P(ByteStreamContractTest, ReadsWhatItCanIntoASmallBuffer) {
  ASSERT_TRUE(pair_.first->Write("abcdef", In(seconds(10))).ok());
  EXPECT_EQ(ReadExactly(*pair_.second, 2), "ab");
  EXPECT_EQ(ReadExactly(*pair_.second, 4), "cdef");
}

}  // namespace hawser::testing
