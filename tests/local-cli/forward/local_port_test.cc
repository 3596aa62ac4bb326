// Local ports: on every address or none, and what is said of one that can't be had.
#include "local-cli/forward/local_port.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "lib/base/bounded_queue.h"

namespace hawser::cli {
namespace {

using std::chrono::seconds;
using ::testing::HasSubstr;

const LocalPortOptions kV4{.addresses = {"127.0.0.1"}};

TEST(LocalPortTest, PicksOneFreePortForAllAddresses) {
  const auto bound = BindLocalPort(0, {.addresses = {"127.0.0.1", "127.0.0.2"}});
  ASSERT_TRUE(bound.ok()) << bound.status();
  EXPECT_EQ(bound->listeners.size(), 2U);
  for (const char* address : {"127.0.0.1", "127.0.0.2"}) {
    EXPECT_TRUE(net::DialTcp(address, bound->port, In(seconds(20))).ok()) << address;
  }
}

TEST(LocalPortTest, NamesWhoHasThePortAndWhatToDo) {
  const auto first = net::ListenTcp("127.0.0.1", 0);
  ASSERT_TRUE(first.ok());
  const Status status = BindLocalPort(first->port, kV4).status();
  EXPECT_EQ(status.code(), Code::kAlreadyExists);
  EXPECT_THAT(status.message(),
              HasSubstr("local port " + std::to_string(first->port) + " is taken by "));
  EXPECT_THAT(status.message(), HasSubstr("(process " + std::to_string(::getpid()) + ")"));
  EXPECT_THAT(status.message(), HasSubstr("--next-free"));
}

TEST(LocalPortTest, IsBusyWhenOneAddressIs) {
  const auto first = net::ListenTcp("127.0.0.2", 0);
  ASSERT_TRUE(first.ok());
  const auto bound = BindLocalPort(first->port, {.addresses = {"127.0.0.1", "127.0.0.2"}});
  EXPECT_EQ(bound.status().code(), Code::kAlreadyExists);
  EXPECT_TRUE(BindLocalPort(first->port, kV4).ok()) << "nothing of the failed try is left";
}

TEST(LocalPortTest, TakesTheNextFreeOneWhenAsked) {
  const auto first = net::ListenTcp("127.0.0.1", 0);
  ASSERT_TRUE(first.ok());
  const auto bound = BindLocalPort(first->port, {.addresses = {"127.0.0.1"}, .next_free = true});
  ASSERT_TRUE(bound.ok()) << bound.status();
  EXPECT_GT(bound->port, first->port);
  EXPECT_LE(bound->port, first->port + 100);
  EXPECT_THAT(bound->taken_by, HasSubstr(std::to_string(::getpid())));
}

TEST(LocalPortTest, RefusesAnAddressOfAnotherMachine) {
  const auto bound = BindLocalPort(0, {.addresses = {"127.0.0.1", "192.0.2.1"}});
  ASSERT_FALSE(bound.ok());
  EXPECT_THAT(bound.status().message(), HasSubstr("192.0.2.1"));
}

TEST(LocalPortTest, AcceptsOnEveryAddressUntilItGoes) {
  auto bound = BindLocalPort(0, {.addresses = {"127.0.0.1", "127.0.0.2"}});
  ASSERT_TRUE(bound.ok());
  const uint16_t port = bound->port;
  BoundedQueue<std::string> peers(8);
  {
    const Acceptor acceptor(std::move(*bound), [&](std::unique_ptr<net::ByteStream> stream) {
      peers.Push(stream->Peer());
    });
    for (const char* address : {"127.0.0.1", "127.0.0.2"}) {
      ASSERT_TRUE(net::DialTcp(address, port, In(seconds(20))).ok());
      EXPECT_TRUE(peers.Pop(In(seconds(20))).has_value()) << address;
    }
  }
  EXPECT_FALSE(net::DialTcp("127.0.0.1", port, In(seconds(20))).ok());
}

}  // namespace
}  // namespace hawser::cli
