// Which addresses are tried, and what makes one rest.
#include "local-cli/cluster/direct_path.h"

#include <gtest/gtest.h>

#include "tests/support/memory_pipe.h"

namespace hawser::cli {
namespace {

constexpr TimePoint kLearnt{std::chrono::hours(1)};

PodView PodAt(const std::string& pod, const std::string& address) {
  return {.name = pod, .direct_address = address};
}

TEST(DirectAddressesTest, FindsWhatWasLearntLast) {
  DirectAddresses addresses;
  EXPECT_EQ(addresses.Find("a", kLearnt), std::nullopt);
  addresses.Learn({PodAt("a", "10.0.0.1"), PodAt("b", "")});
  EXPECT_EQ(addresses.Find("a", kLearnt), "10.0.0.1");
  EXPECT_EQ(addresses.Find("b", kLearnt), std::nullopt) << "its agent listens on loopback alone";
  addresses.Learn({PodAt("a", "fd00::1")});
  EXPECT_EQ(addresses.Find("a", kLearnt), "fd00::1");
}

TEST(DirectAddressesTest, LeavesAnAddressAloneForAMinute) {
  DirectAddresses addresses;
  addresses.Learn({PodAt("a", "10.0.0.1"), PodAt("b", "10.0.0.2")});
  addresses.Rest("10.0.0.1", kLearnt);
  EXPECT_EQ(addresses.Find("a", kLearnt), std::nullopt);
  EXPECT_EQ(addresses.Find("a", kLearnt + DirectAddresses::kRest - Duration(1)), std::nullopt);
  EXPECT_EQ(addresses.Find("a", kLearnt + DirectAddresses::kRest), "10.0.0.1");
  EXPECT_EQ(addresses.Find("b", kLearnt), "10.0.0.2");
  addresses.Learn({PodAt("a", "10.0.0.3")});
  EXPECT_EQ(addresses.Find("a", kLearnt), "10.0.0.3") << "the pod of that name is another one";
}

/// What `use` makes of a stream whose other end is closed or not.
bool TellsBreak(const std::function<void(net::ByteStream&, net::ByteStream&)>& use) {
  testing::StreamPair pipe = testing::MakeMemoryPipe();
  bool broken = false;
  const auto stream = TellWhenBroken(std::move(pipe.first), [&broken] { broken = true; });
  use(*stream, *pipe.second);
  return broken;
}

TEST(DirectPathTest, TellsABreakFromAnEnd) {
  char byte = 0;
  EXPECT_FALSE(TellsBreak([&](net::ByteStream& near, net::ByteStream& far) {
    far.Close();
    EXPECT_EQ(near.Read({&byte, 1}, kNoDeadline).value_or(9), 0U);
  })) << "the agent ended it";
  EXPECT_FALSE(TellsBreak([&](net::ByteStream& near, net::ByteStream&) {
    near.Close();
    EXPECT_FALSE(near.Read({&byte, 1}, kNoDeadline).ok());
  })) << "this side ended it";
  EXPECT_FALSE(TellsBreak([&](net::ByteStream& near, net::ByteStream&) {
    EXPECT_FALSE(near.Read({&byte, 1}, In(Duration(1))).ok());
  })) << "nothing came: that is no failure";
  EXPECT_TRUE(TellsBreak([&](net::ByteStream& near, net::ByteStream& far) {
    far.Close();
    EXPECT_FALSE(near.Write("x", kNoDeadline).ok());
  }));
  EXPECT_TRUE(TellsBreak([&](net::ByteStream& near, net::ByteStream&) {
    EXPECT_FALSE(near.Write(std::string(1U << 20, 'x'), In(Duration(1))).ok());
  })) << "nobody takes what is sent";
}

}  // namespace
}  // namespace hawser::cli
